//! The only clock of a local runner: expiry, TTL, queue delays and visibility timeouts all follow it, and a developer
//! can move it forward.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use crate::ledger::Ledger;

/// The starting point of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockStart {
    /// It runs with the computer's clock, ahead of it by the time that it was advanced.
    Real,
    /// It stands still at this instant and moves only when it is advanced.
    At(Timestamp),
}

/// A clock that can be moved forward. Clones share the same clock.
#[derive(Clone)]
pub struct LocalClock(Arc<Inner>);

struct Inner {
    start: ClockStart,
    advanced_ms: AtomicI64,
    /// Stores the offset, so that a restart doesn't move time backwards.
    ledger: Ledger,
    moved: watch::Sender<i64>,
}

/// The name under which the ledger stores how far the clock was advanced.
const ADVANCED_MS: &str = "clock.advanced_ms";

impl LocalClock {
    /// Creates a clock that continues from the offset stored in `ledger`.
    pub(crate) fn new(start: ClockStart, ledger: Ledger) -> rusqlite::Result<Self> {
        let advanced_ms = ledger.fact(ADVANCED_MS)?.and_then(|text| text.parse().ok()).unwrap_or(0);
        let (moved, _) = watch::channel(advanced_ms);
        Ok(Self(Arc::new(Inner { start, advanced_ms: advanced_ms.into(), ledger, moved })))
    }

    /// Creates a clock that starts `behind` the present, so that past activity can be simulated until
    /// [`Self::catch_up`]. Only for an instance in which nothing has happened yet: for any other, time would move
    /// backwards.
    pub(crate) fn long_ago(start: ClockStart, ledger: Ledger, behind: SignedDuration) -> rusqlite::Result<Self> {
        ledger.remember(ADVANCED_MS, &(-behind.as_millis()).to_string())?;
        Self::new(start, ledger)
    }

    /// Moves a clock that is behind forward to `to` or to the present, whichever comes first.
    pub(crate) fn catch_up(&self, to: Timestamp) {
        let behind_ms = self.0.advanced_ms.load(Ordering::SeqCst).saturating_neg().max(0);
        let wanted_ms = to.as_millisecond().saturating_sub(self.now().as_millisecond());
        self.advance_ms(wanted_ms.clamp(0, behind_ms));
    }

    /// Moves the clock forward and wakes everything that waits for it. It never moves backwards.
    pub fn advance(&self, seconds: i64) {
        self.advance_ms(seconds.max(0).saturating_mul(1000));
    }

    fn advance_ms(&self, by_ms: i64) {
        let advanced_ms = self.0.advanced_ms.fetch_add(by_ms, Ordering::SeqCst) + by_ms;
        if let Err(error) = self.0.ledger.remember(ADVANCED_MS, &advanced_ms.to_string()) {
            tracing::error!("The clock's new time could not be kept: {error}");
        }
        self.0.moved.send_replace(advanced_ms);
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let base = match self.0.start {
            ClockStart::Real => real_now(),
            ClockStart::At(instant) => instant,
        };
        base.saturating_add(SignedDuration::from_millis(self.0.advanced_ms.load(Ordering::SeqCst)))
            .unwrap_or(Timestamp::MAX)
    }

    /// Returns a receiver that changes whenever the clock is advanced.
    pub(crate) fn moved(&self) -> watch::Receiver<i64> {
        self.0.moved.subscribe()
    }
}

impl shared::Clock for LocalClock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}

impl fmt::Debug for LocalClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalClock({})", self.now())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that everything else takes the time from")]
fn real_now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paused_clock_moves_only_when_advanced() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let ledger = Ledger::memory().unwrap();
        let clock = LocalClock::new(ClockStart::At(start), ledger.clone()).unwrap();
        assert_eq!(clock.now(), start);
        clock.advance(90);
        assert_eq!(clock.now().to_string(), "2026-01-01T00:01:30Z");

        let again = LocalClock::new(ClockStart::At(start), ledger).unwrap();
        assert_eq!(again.now(), clock.now(), "a restart goes on where the clock stopped");
    }

    #[test]
    fn a_clock_that_is_behind_catches_up_with_the_present_and_no_further() {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let ledger = Ledger::memory().unwrap();
        let at = ClockStart::At(start);
        let clock = LocalClock::long_ago(at, ledger.clone(), SignedDuration::from_hours(48)).unwrap();
        assert_eq!(clock.now().to_string(), "2025-12-30T00:00:00Z");
        clock.catch_up("2025-12-31T00:00:00Z".parse().unwrap());
        clock.catch_up("2025-12-30T12:00:00Z".parse().unwrap());
        assert_eq!(clock.now().to_string(), "2025-12-31T00:00:00Z", "it never goes back");
        clock.catch_up(Timestamp::MAX);
        clock.catch_up(Timestamp::MAX);
        assert_eq!((clock.now(), LocalClock::new(at, ledger).unwrap().now()), (start, start));
    }
}
