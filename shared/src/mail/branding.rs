//! A brand's branding in emails, and text that a person wrote in them.

use crate::domain::{Brand, Color, Palette, PostalAddress};

/// The branding of a brand's emails.
#[derive(Debug, Clone)]
pub struct Face {
    /// The brand's colours, on light and on dark backgrounds.
    pub palette: Palette,
    /// The brand's logo; without one, its name is shown.
    pub logo: Option<LogoImage>,
    /// The lines of the brand's postal address.
    pub footer: Vec<String>,
}

/// A logo in an email.
#[derive(Debug, Clone)]
pub struct LogoImage {
    /// The complete URL of the image.
    pub url: String,
    /// The width at which it is shown.
    pub width: u32,
    /// The height at which it is shown.
    pub height: u32,
}

impl Face {
    /// Returns the branding of `brand`, whose logo is served below `base_url`.
    #[must_use]
    pub fn of(brand: &Brand, base_url: &str) -> Self {
        let logo = brand.logo.as_ref().map(|logo| {
            let (width, height) = logo.shown();
            LogoImage { url: format!("{base_url}{}", logo.path(&brand.slug)), width, height }
        });
        Self {
            palette: brand.accent.unwrap_or(Color::USUAL).palette(),
            logo,
            footer: brand.footer.as_ref().map(PostalAddress::lines).unwrap_or_default(),
        }
    }

    /// Returns the footer of a plain-text email.
    pub(super) fn under_text(&self) -> String {
        if self.footer.is_empty() { String::new() } else { format!("\n\n{}", self.footer.join("\n")) }
    }
}

/// A person's own words in an email, set apart from the text of the brand.
#[derive(Debug, Clone)]
pub struct Said {
    /// The author; `None` if the text comes from the brand itself.
    pub by: Option<String>,
    /// The lines of the text.
    pub lines: Vec<String>,
}
