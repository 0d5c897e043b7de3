//! Counts outcomes.

use shared::domain::{Backfill, BackfillCounts, NetworkConnection, Partner, PartnerId, SyncStatus};

/// Outcome of a page.
pub(crate) enum Came {
    /// The page is done, and there are more.
    Further,
    /// The page is done, and it was the last one.
    ToItsEnd,
    /// An earlier backfill still holds a partner on the page.
    Occupied,
    /// The Network couldn't be reached, or is overloaded.
    NotReached(String),
    /// The Network rejects every call: the token or the URL is wrong.
    Refused(String),
}

/// The part of a page that is sent in one call, and what is known about it beforehand.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) counts: BackfillCounts,
    /// Partners whose current state the Network doesn't have.
    pub(crate) wanted: Vec<PartnerId>,
    /// The last partner that was checked.
    pub(crate) last: Option<PartnerId>,
}

impl Part {
    /// Checks a partner: counts it, and adds it to `wanted` if it needs a sync.
    pub(crate) fn add(&mut self, (backfill, connection): (&Backfill, &NetworkConnection), partner: &Partner) {
        let note = partner.network_note(connection);
        self.last = Some(partner.id.clone());
        self.counts.looked_at += 1;
        if !backfill.takes(partner) {
            self.counts.left_out += 1;
            return;
        }
        let before = synced_before((backfill, connection), partner);
        let standing = match note {
            // A partner first synced by this same backfill was new to the Network before it.
            Some(note) if before && note.first => SyncStatus::New,
            Some(_) if before => SyncStatus::Changed,
            Some(_) | None => partner.at_network(connection),
        };
        self.counts.count(partner.state(), standing);
        if before {
            // A worker synced the partner and crashed before it could store its checkpoint.
            self.count_synced(note.and_then(|note| note.known_before) == Some(true));
        } else if standing != SyncStatus::Known {
            self.wanted.push(partner.id.clone());
        }
    }

    /// Counts a synced partner.
    pub(crate) fn count_synced(&mut self, knew: bool) {
        self.counts.told += 1;
        self.counts.known_before += u64::from(knew);
    }

    /// Adds the counts to those of the backfill. `next` is where the roster continues, if it does.
    pub(crate) fn done(self, backfill: &mut Backfill, next: Option<PartnerId>) -> Came {
        add(&mut backfill.counts, self.counts);
        let came = if next.is_some() { Came::Further } else { Came::ToItsEnd };
        backfill.after = next.or(self.last).or_else(|| backfill.after.clone());
        came
    }
}

fn add(sum: &mut BackfillCounts, counts: BackfillCounts) {
    sum.looked_at += counts.looked_at;
    sum.told += counts.told;
    sum.known_before += counts.known_before;
    sum.refused += counts.refused;
    sum.left_out += counts.left_out;
    for (kind, count) in counts.by_state {
        *sum.by_state.entry(kind).or_default() += count;
    }
}

/// True if this same backfill has synced the partner.
fn synced_before((backfill, connection): (&Backfill, &NetworkConnection), partner: &Partner) -> bool {
    let note = partner.network_note(connection);
    let by_this = note.is_some_and(|note| note.backfill.as_ref() == Some(&backfill.id));
    by_this && partner.at_network(connection) == SyncStatus::Known
}
