//! Branding of pages.

/// The branding of a page.
#[derive(Clone, Debug, Default)]
pub struct Theme {
    /// URL of the stylesheet with the brand's colours; without it, the default colours apply.
    pub stylesheet: Option<String>,
    /// Logo; without one, the first letter of the brand's name is shown.
    pub logo: Option<LogoMark>,
    /// Lines of the postal address.
    pub footer: Vec<String>,
}

/// A logo on a page.
#[derive(Clone, Debug)]
pub struct LogoMark {
    /// URL of the image.
    pub src: String,
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
}
