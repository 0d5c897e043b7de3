//! What came of how many.

use shared::domain::{Backfill, BackfillCounts, NetworkConnection, NetworkStanding, Partner, PartnerId};

/// What came of a page.
pub(crate) enum Came {
    /// It is done, and there is more.
    Further,
    /// It is done, and it was the last one.
    ToItsEnd,
    /// A backfill before this one still holds somebody on it.
    Occupied,
    /// The Network could not be reached, or has no time now.
    NotReached(String),
    /// The Network refuses whatever it is told: the token is none, or the address is wrong.
    Refused(String),
}

/// The part of a page that is told of in one go, and what is known of it before.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) counts: BackfillCounts,
    /// Whom the Network doesn't know as they are.
    pub(crate) wanted: Vec<PartnerId>,
    /// The last one who was looked at.
    pub(crate) last: Option<PartnerId>,
}

impl Part {
    /// Looks at somebody.
    pub(crate) fn add(&mut self, (backfill, connection): (&Backfill, &NetworkConnection), partner: &Partner) {
        let note = partner.network_note(connection);
        self.last = Some(partner.id.clone());
        self.counts.looked_at += 1;
        if !backfill.takes(partner) {
            self.counts.left_out += 1;
            return;
        }
        let before = told_before((backfill, connection), partner);
        let standing = match note {
            // Whoever this very backfill told of was no known one before.
            Some(note) if before && note.first => NetworkStanding::New,
            Some(_) if before => NetworkStanding::Changed,
            Some(_) | None => partner.at_network(connection),
        };
        self.counts.count(partner.state(), standing);
        if before {
            // By a worker that died before it could note how far it was.
            self.told(note.and_then(|note| note.known_before) == Some(true));
        } else if standing != NetworkStanding::Known {
            self.wanted.push(partner.id.clone());
        }
    }

    /// Counts somebody of whom the Network was told.
    pub(crate) fn told(&mut self, knew: bool) {
        self.counts.told += 1;
        self.counts.known_before += u64::from(knew);
    }

    /// Adds it to what was done before; `next` is where the roster goes on, if it does.
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

/// Whether this very backfill told of them.
fn told_before((backfill, connection): (&Backfill, &NetworkConnection), partner: &Partner) -> bool {
    let note = partner.network_note(connection);
    let by_this = note.is_some_and(|note| note.backfill.as_ref() == Some(&backfill.id));
    by_this && partner.at_network(connection) == NetworkStanding::Known
}
