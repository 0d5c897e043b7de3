//! Which addresses of a file came before: a table of keyed hashes whose size is that of the largest file there may be.
//!
//! 64 bits tell a million addresses apart but for one file in 37 million; the key keeps anybody from choosing addresses
//! that meet.

use std::hash::{BuildHasher, RandomState};

use shared::domain::ROWS_MAX;

/// Places for twice as many rows as there may be, so that a free one is near.
const PLACES: usize = 1 << 21;

/// A place where nothing is. No row has this number.
const FREE: u32 = u32::MAX;

/// The addresses so far.
pub(crate) struct Seen {
    key: RandomState,
    /// The hash of an address, and the row that it first stood in.
    places: Vec<(u64, u32)>,
    taken: u64,
}

impl Seen {
    /// None yet. All of the memory is taken now, so that a small file and a large one need the same.
    pub(crate) fn new() -> Self {
        Self { key: RandomState::new(), places: vec![(u64::MAX, FREE); PLACES], taken: 0 }
    }

    /// The row in which an address stood before; if there is none, this one is kept.
    pub(crate) fn before(&mut self, address: &str, row: u64) -> Option<u64> {
        let hash = self.key.hash_one(address);
        let start = usize::try_from(hash % u64::try_from(PLACES).unwrap_or(1)).unwrap_or_default();
        let (behind, front) = self.places.split_at_mut(start);
        for (there, first) in front.iter_mut().chain(behind) {
            if *first == FREE {
                // A file with more rows than there may be is refused before it comes to this.
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
