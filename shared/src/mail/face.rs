//! What mails wear of a brand, and words of a person in them.

use crate::domain::{Brand, Colour, Footer, Palette};

/// What mails of a brand wear.
#[derive(Debug, Clone)]
pub struct Face {
    /// Its colours, on light and on dark grounds.
    pub palette: Palette,
    /// Its logo; without one its name stands there.
    pub logo: Option<LogoImage>,
    /// The lines of its postal address.
    pub footer: Vec<String>,
}

/// A logo in a mail.
#[derive(Debug, Clone)]
pub struct LogoImage {
    /// Where it is, in full.
    pub url: String,
    /// How wide it is shown.
    pub width: u32,
    /// How high.
    pub height: u32,
}

impl Face {
    /// What mails of `brand` wear; its logo is behind `base_url`.
    #[must_use]
    pub fn of(brand: &Brand, base_url: &str) -> Self {
        let logo = brand.logo.as_ref().map(|logo| {
            let (width, height) = logo.shown();
            LogoImage { url: format!("{base_url}{}", logo.path(&brand.slug)), width, height }
        });
        Self {
            palette: brand.accent.unwrap_or(Colour::USUAL).palette(),
            logo,
            footer: brand.footer.as_ref().map(Footer::lines).unwrap_or_default(),
        }
    }

    /// What stands under a mail of text alone.
    pub(super) fn under_text(&self) -> String {
        if self.footer.is_empty() { String::new() } else { format!("\n\n{}", self.footer.join("\n")) }
    }
}

/// Words of a person in a mail, set apart from those of the brand.
#[derive(Debug, Clone)]
pub struct Said {
    /// Who says so; nobody in particular means that the brand does.
    pub by: Option<String>,
    /// What they say.
    pub lines: Vec<String>,
}
