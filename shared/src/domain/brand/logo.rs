//! A brand's logo, as pages and emails refer to it. Its pixels are stored in a separate item.

use serde::{Deserialize, Serialize};

use crate::domain::BrandSlug;

/// Maximum width at which a logo is shown, in CSS pixels.
const SHOWN_WIDTH_MAX: u32 = 160;

/// Maximum height at which a logo is shown, in CSS pixels.
const SHOWN_HEIGHT_MAX: u32 = 40;

/// A logo: a PNG that was re-encoded from the uploaded image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Hash of the file in hexadecimal digits. It identifies the logo in URLs, so the content at a URL never changes.
    pub hash: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Logo {
    /// Returns its path below the URL of this deployment.
    #[must_use]
    pub fn path(&self, brand: &BrandSlug) -> String {
        format!("/t/{brand}/face/{}.png", self.hash)
    }

    /// Returns the size at which it is shown, in CSS pixels. It is never larger than the image; a larger image is
    /// scaled down, which keeps it sharp on high-resolution screens.
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
