//! Finds email addresses that occur twice in a file, with a table of keyed hashes that is large
//! enough for the largest file.
//!
//! With 64 bits, the hashes of a million email addresses collide in one of 37 million files. The random key keeps
//! anyone from choosing email addresses that collide.

use std::hash::{BuildHasher, RandomState};

use shared::domain::ROWS_MAX;

/// Slots for twice the maximum number of rows, so that a free one is always near.
const PLACES: usize = 1 << 21;

/// An empty slot. No row has this number.
const FREE: u32 = u32::MAX;

/// The email addresses read so far.
pub(crate) struct Seen {
    key: RandomState,
    /// The hash of an email address, and the row of its first occurrence.
    places: Vec<(u64, u32)>,
    taken: u64,
}

impl Seen {
    /// Creates an empty table. It allocates all of its memory now, so that small and large files need the same.
    pub(crate) fn new() -> Self {
        Self { key: RandomState::new(), places: vec![(u64::MAX, FREE); PLACES], taken: 0 }
    }

    /// Returns the row in which the email address occurred before. If there is none, stores this row.
    pub(crate) fn before(&mut self, address: &str, row: u64) -> Option<u64> {
        let hash = self.key.hash_one(address);
        let start = usize::try_from(hash % u64::try_from(PLACES).unwrap_or(1)).unwrap_or_default();
        let (behind, front) = self.places.split_at_mut(start);
        for (there, first) in front.iter_mut().chain(behind) {
            if *first == FREE {
                // A file with more rows than allowed is rejected before the table is full.
                if self.taken <= ROWS_MAX {
                    self.taken += 1;
                    (*there, *first) = (hash, u32::try_from(row).unwrap_or(FREE - 1));
                }
                return None;
            }
            if *there == hash {
                return Some(u64::from(*first));
            }
        }
        None
    }
}
