//! Pixels in memory, and scaling them down.

/// A picture with four bytes per pixel: red, green, blue and alpha.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bytes: Vec<u8>,
}

impl Pixels {
    /// Scales the picture down to fit this size, keeping its aspect ratio. It is never enlarged.
    pub(crate) fn within(&self, width_max: u32, height_max: u32) -> Self {
        let (width, height) = (u64::from(self.width), u64::from(self.height));
        let (widest, highest) = (u64::from(width_max), u64::from(height_max));
        let (new_width, new_height) = if width <= widest && height <= highest {
            (width, height)
        } else if width * highest > height * widest {
            (widest, (height * widest / width).max(1))
        } else {
            ((width * highest / height).max(1), highest)
        };
        let columns = shares(width, new_width);
        let rows = shares(height, new_height);
        let mut bytes = Vec::new();
        for row in &rows {
            for column in &columns {
                bytes.extend(self.mean(column, row, width));
            }
        }
        Self { width: narrow(new_width), height: narrow(new_height), bytes }
    }

    /// Returns the mean of the pixels in some columns and rows. Colours are weighted by alpha, so that transparent
    /// pixels don't contribute to the colour.
    fn mean(&self, columns: &[(u64, u64)], rows: &[(u64, u64)], width: u64) -> [u8; 4] {
        let (mut colours, mut seen, mut all) = ([0_u64; 3], 0_u64, 0_u64);
        for (y, high) in rows {
            for (x, wide) in columns {
                let at = usize::try_from((y * width + x) * 4).unwrap_or(usize::MAX);
                let [red, green, blue, alpha] = self.pixel(at);
                let share = high * wide;
                let weight = share * u64::from(alpha);
                for (sum, part) in colours.iter_mut().zip([red, green, blue]) {
                    *sum += weight * u64::from(part);
                }
                seen += weight;
                all += share;
            }
        }
        let [red, green, blue] = colours.map(|sum| rounded(sum, seen));
        [red, green, blue, rounded(seen, all)]
    }

    fn pixel(&self, at: usize) -> [u8; 4] {
        self.bytes.get(at..).and_then(|rest| rest.first_chunk().copied()).unwrap_or_default()
    }

    /// True if every pixel is fully opaque.
    pub(crate) fn is_opaque(&self) -> bool {
        self.bytes.iter().skip(3).step_by(4).all(|alpha| *alpha == u8::MAX)
    }
}

/// For each of the `new` positions, returns the `old` positions that fall into it, and the share of each.
fn shares(old: u64, new: u64) -> Vec<Vec<(u64, u64)>> {
    let place = |number: u64| {
        let (from, to) = (number * old, (number + 1) * old);
        let share = |of: u64| (of, to.min((of + 1) * new) - from.max(of * new));
        (from / new..to.div_ceil(new)).map(share).collect()
    };
    (0..new).map(place).collect()
}

fn rounded(sum: u64, count: u64) -> u8 {
    let half = count / 2;
    (sum + half).checked_div(count).and_then(|mean| u8::try_from(mean).ok()).unwrap_or_default()
}

/// Converts back what came from a `u32` and was only made smaller.
fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
