//! Brand colours: which text is readable on a colour, and how it is adapted to light and dark backgrounds.
//!
//! Contrast is that of WCAG 2.x. Where a colour lacks contrast, its lightness in OKLCH is moved until it has enough;
//! hue and chroma stay the same as far as a screen can show them.

use serde::{Deserialize, Serialize};

use crate::domain::Invalid;

/// Minimum contrast of text with its background.
const OF_TEXT: f64 = 4.5;

/// Minimum contrast of buttons and other shapes with their background.
const OF_MARKS: f64 = 3.0;

/// Number of coarse steps in which the lightness is moved until the colour fits.
const COARSE: u32 = 50;

/// Number of fine steps that a coarse step is divided into, to find the smallest move that fits.
const FINE: u32 = 20;

/// A colour, written as `#0b6e6e`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color {
    red: u8,
    green: u8,
    blue: u8,
}

/// Shades made from a brand colour for one background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shades {
    /// Fill of buttons and other shapes.
    pub fill: Color,
    /// Text on the fill: black or white.
    pub on_fill: Color,
    /// Text in the brand colour, such as links.
    pub text: Color,
}

/// Shades of a brand colour on both backgrounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Shades on light pages.
    pub light: Shades,
    /// Shades on dark pages.
    pub dark: Shades,
}

impl Color {
    /// Default for brands that chose no colour.
    pub const USUAL: Self = Self { red: 0x0b, green: 0x6e, blue: 0x6e };

    /// A colour that is too pale to be a brand colour.
    pub const PALE: Self = Self { red: 0xff, green: 0xe0, blue: 0x66 };

    const BLACK: Self = Self { red: 0, green: 0, blue: 0 };
    const WHITE: Self = Self { red: 255, green: 255, blue: 255 };

    /// The darkest of the light backgrounds on which the brand colour appears, on pages and in emails.
    const LIGHT_GROUND: Self = Self { red: 0xf0, green: 0xf0, blue: 0xec };

    /// The lightest of the dark backgrounds.
    const DARK_GROUND: Self = Self { red: 0x2a, green: 0x2e, blue: 0x2c };

    /// Parses `#rrggbb`, in upper or lower case.
    ///
    /// # Errors
    /// Fails with `invalid_colour`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid::new("invalid_colour", "Enter a hex colour, such as #0b6e6e.");
        let digits = text.trim().strip_prefix('#').filter(|digits| digits.len() == 6).ok_or_else(wrong)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| plain).ok_or_else(wrong)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self { red, green, blue })
    }

    /// Returns the nearest colour that can be a brand colour, which is one that is visible on a light background.
    /// Returns the colour itself if it can be one.
    ///
    /// Text on it is always readable, in black or in white, and for dark backgrounds a lighter colour is derived from
    /// it.
    #[must_use]
    pub fn as_accent(self) -> Self {
        self.until(|colour| colour.contrast(Self::LIGHT_GROUND) >= OF_MARKS)
    }

    /// Returns its shades on light and on dark backgrounds.
    #[must_use]
    pub fn palette(self) -> Palette {
        let on = |ground: Self| {
            let fill = self.until(|colour| colour.contrast(ground) >= OF_MARKS);
            let text = self.until(|colour| colour.contrast(ground) >= OF_TEXT);
            Shades { fill, on_fill: fill.text_on_it(), text }
        };
        Palette { light: on(Self::LIGHT_GROUND), dark: on(Self::DARK_GROUND) }
    }

    /// Returns white if that is readable on it, otherwise black, which then is.
    fn text_on_it(self) -> Self {
        if self.contrast(Self::WHITE) >= OF_TEXT { Self::WHITE } else { Self::BLACK }
    }

    /// Returns `true` if text on it is black, so that variations of it must be lighter.
    #[must_use]
    pub fn is_bright(self) -> bool {
        self.text_on_it() == Self::BLACK
    }

    /// Returns the contrast of two colours, from 1 to 21 (WCAG 2.x).
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn linear(self) -> [f64; 3] {
        [self.red, self.green, self.blue].map(linear)
    }

    /// Moves the lightness as little as possible until the colour `fits`. Black and white are among the candidates.
    fn until(self, fits: impl Fn(Self) -> bool) -> Self {
        if fits(self) {
            return self;
        }
        let lch = Lch::of(self);
        let moved = |by: f64| Lch { lightness: (lch.lightness + by).clamp(0.0, 1.0), ..lch }.colour();
        for step in 1..=COARSE {
            for way in [-1.0, 1.0] {
                let at =
                    |fine: u32| way * (f64::from(step - 1) + f64::from(fine) / f64::from(FINE)) / f64::from(COARSE);
                if fits(moved(at(FINE))) {
                    return (1..=FINE).map(|fine| moved(at(fine))).find(|colour| fits(*colour)).unwrap_or(Self::BLACK);
                }
            }
        }
        Self::BLACK
    }
}

impl TryFrom<String> for Color {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for Color {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl From<Color> for String {
    fn from(colour: Color) -> Self {
        colour.to_string()
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// A colour as lightness (0 to 1) and the coordinates of chroma and hue.
#[derive(Clone, Copy)]
struct Lch {
    lightness: f64,
    a: f64,
    b: f64,
}

impl Lch {
    fn of(colour: Color) -> Self {
        let [red, green, blue] = colour.linear();
        let l = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let m = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let s = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        Self {
            lightness: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            a: 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        }
    }

    /// Returns the colour, with as much of its chroma as a screen can show at this lightness.
    fn colour(self) -> Color {
        let (mut least, mut most) = (0.0, 1.0);
        if !self.scaled(most).iter().all(shown) {
            for _ in 0..20 {
                let middle = f64::midpoint(least, most);
                if self.scaled(middle).iter().all(shown) { least = middle } else { most = middle }
            }
            most = least;
        }
        let [red, green, blue] = self.scaled(most).map(nearest);
        Color { red, green, blue }
    }

    /// Returns linear red, green and blue, with the chroma multiplied by `chroma`.
    fn scaled(self, chroma: f64) -> [f64; 3] {
        let (a, b) = (self.a * chroma, self.b * chroma);
        let l = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ]
    }
}

/// Returns `true` if a screen can show this amount of light.
fn shown(part: &f64) -> bool {
    (-1e-6..=1.0 + 1e-6).contains(part)
}

/// Returns the amount of light that an sRGB byte stands for.
fn linear(byte: u8) -> f64 {
    let part = f64::from(byte) / 255.0;
    if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

/// Returns the sRGB byte that is nearest to this amount of light.
fn nearest(part: f64) -> u8 {
    let (mut below, mut above) = (0_u8, u8::MAX);
    while above - below > 1 {
        let middle = u8::midpoint(below, above);
        if linear(middle) <= part { below = middle } else { above = middle }
    }
    if (linear(above) - part).abs() < (part - linear(below)).abs() { above } else { below }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn colour(text: &str) -> Color {
        Color::parse(text).unwrap()
    }

    fn any() -> impl Strategy<Value = Color> {
        (any_byte(), any_byte(), any_byte()).prop_map(|(red, green, blue)| Color { red, green, blue })
    }

    fn any_byte() -> impl Strategy<Value = u8> {
        proptest::num::u8::ANY
    }

    #[test]
    fn a_colour_is_six_digits() {
        assert_eq!(colour(" #0B6e6E ").to_string(), "#0b6e6e");
        for wrong in ["", "#", "0b6e6e", "#0b6e6", "#0b6e6e0", "#0b6e6g", "#+b6e6e", "teal", "#ééé"] {
            assert_eq!(Color::parse(wrong).map_err(|error| error.code), Err("invalid_colour"), "{wrong:?}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_web() {
        let rounded = |one: &str, two: &str| (colour(one).contrast(colour(two)) * 100.0).round() / 100.0;
        for (one, two, contrast) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#777777", "#ffffff", 4.48),
            ("#ff0000", "#ffffff", 4.0),
        ] {
            assert!((rounded(one, two) - contrast).abs() < 0.011, "{one} {two}: {}", rounded(one, two));
        }
    }

    #[test]
    fn what_is_seen_well_stays_as_it_is() {
        for fine in ["#0b6e6e", "#000000", "#001f5b", "#7a1fa2", "#c2410c", "#d6336c"] {
            assert_eq!(colour(fine).as_accent(), colour(fine));
        }
    }

    #[test]
    fn yellow_becomes_a_darker_yellow() {
        let before = Lch::of(colour("#ffd400"));
        let after = Lch::of(colour("#ffd400").as_accent());
        assert!(after.lightness < before.lightness);
        assert!((after.b.atan2(after.a) - before.b.atan2(before.a)).abs() < 0.02, "the hue stays");
        assert!(colour("#ffffff").as_accent().contrast(Color::LIGHT_GROUND) < 3.1, "and no darker than it must");
    }

    proptest! {
        #[test]
        fn every_suggestion_can_be_an_accent_and_is_its_own(colour in any()) {
            let accent = colour.as_accent();
            prop_assert!(accent.contrast(Color::LIGHT_GROUND) >= OF_MARKS);
            prop_assert_eq!(accent.as_accent(), accent);
            if colour.contrast(Color::LIGHT_GROUND) >= OF_MARKS {
                prop_assert_eq!(accent, colour);
            }
        }

        #[test]
        fn everything_in_a_palette_can_be_read(colour in any()) {
            let palette = colour.palette();
            for (shades, ground) in [(palette.light, Color::LIGHT_GROUND), (palette.dark, Color::DARK_GROUND)] {
                prop_assert!(shades.fill.contrast(ground) >= OF_MARKS);
                prop_assert!(shades.text.contrast(ground) >= OF_TEXT);
                prop_assert!(shades.on_fill.contrast(shades.fill) >= OF_TEXT);
            }
        }

        #[test]
        fn colours_come_back_from_oklch_as_they_went(colour in any()) {
            let back = Lch::of(colour).colour();
            let apart = |one: u8, two: u8| one.abs_diff(two) <= 1;
            prop_assert!(apart(back.red, colour.red) && apart(back.green, colour.green) && apart(back.blue, colour.blue), "{} {}", colour, back);
        }

        #[test]
        fn what_is_written_is_read(colour in any()) {
            prop_assert_eq!(Color::parse(&colour.to_string()), Ok(colour));
        }
    }
}
