//! What a page wears of its brand.

/// What a page wears of its brand.
#[derive(Clone, Debug, Default)]
pub struct Worn {
    /// Where its colours are; without them it wears the usual ones.
    pub stylesheet: Option<String>,
    /// Its logo; without one, the first letter of its name stands there.
    pub logo: Option<LogoMark>,
    /// The lines of its postal address.
    pub footer: Vec<String>,
}

/// A logo on a page.
#[derive(Clone, Debug)]
pub struct LogoMark {
    /// Where it is.
    pub src: String,
    /// How wide it is shown, in pixels of CSS.
    pub width: u32,
    /// How high.
    pub height: u32,
}
