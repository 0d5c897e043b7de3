//! A brand's logo, as pages and mails point to it. Its pixels are an item of their own.

use serde::{Deserialize, Serialize};

use crate::domain::BrandSlug;

/// How wide a logo is shown at most, in pixels of CSS.
const SHOWN_WIDTH_MAX: u32 = 160;

/// How high.
const SHOWN_HEIGHT_MAX: u32 = 40;

/// A logo: a PNG that we made ourselves of what somebody sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// The hash of the file, in hexadecimal digits. It names the logo in addresses, so what is behind one never changes.
    pub hash: String,
    /// How wide it is, in pixels.
    pub width: u32,
    /// How high it is, in pixels.
    pub height: u32,
}

impl Logo {
    /// Where it is, below the address of this deployment.
    #[must_use]
    pub fn path(&self, brand: &BrandSlug) -> String {
        format!("/t/{brand}/face/{}.png", self.hash)
    }

    /// How large it is shown: never larger than it is, and twice as sharp where it can be.
    #[must_use]
    pub fn shown(&self) -> (u32, u32) {
        let (width, height) = (u64::from(self.width.max(1)), u64::from(self.height.max(1)));
        let (widest, highest) = (u64::from(SHOWN_WIDTH_MAX), u64::from(SHOWN_HEIGHT_MAX));
        let (width, height) = if width <= widest && height <= highest {
            (width, height)
        } else if width * highest > height * widest {
            (widest, (height * widest / width).max(1))
        } else {
            ((width * highest / height).max(1), highest)
        };
        (u32::try_from(width).unwrap_or(SHOWN_WIDTH_MAX), u32::try_from(height).unwrap_or(SHOWN_HEIGHT_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_fits_its_place_and_keeps_its_shape() {
        for ((width, height), shown) in [
            ((480, 160), (120, 40)),
            ((480, 40), (160, 13)),
            ((100, 30), (100, 30)),
            ((160, 160), (40, 40)),
            ((1, 160), (1, 40)),
            ((480, 1), (160, 1)),
        ] {
            assert_eq!(Logo { hash: String::new(), width, height }.shown(), shown, "{width} × {height}");
        }
    }
}
