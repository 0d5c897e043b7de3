//! Pacing of the emails of imports and bulk jobs.

use std::time::Duration;

/// Maximum time that a claimed email waits for its slot, unless slots are further apart than that. It is short because
/// the partner may be revoked in the meantime.
const CLAIMED_AHEAD: Duration = Duration::from_secs(2);

/// Maximum number of emails that one worker processes at the same time.
const AT_ONCE_MAX: u32 = 20;

/// Interval at which one worker passes emails to SES.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pacing {
    apart: Duration,
}

impl Pacing {
    /// Returns the pacing of each of `workers` that share a rate of `emails_a_second`; without a rate, emails are sent
    /// as they come.
    #[must_use]
    pub fn of(emails_a_second: Option<f64>, workers: u32) -> Self {
        let apart = emails_a_second.map(|rate| Duration::from_secs(1).mul_f64(f64::from(workers) / rate));
        Self { apart: apart.unwrap_or_default() }
    }

    /// Returns when the slot with this number begins, counted from 0 and relative to the first.
    #[must_use]
    pub fn after(self, turn: u32) -> Duration {
        self.apart.saturating_mul(turn)
    }

    /// Returns the number of slots that begin within `time`.
    #[must_use]
    pub fn turns_within(self, time: Duration) -> u64 {
        let apart = self.apart.as_nanos();
        time.as_nanos().checked_div(apart).and_then(|turns| u64::try_from(turns + 1).ok()).unwrap_or(u64::MAX)
    }

    /// Returns the number of emails to process at the same time, so that none is claimed long before its slot.
    #[must_use]
    pub fn at_once(self) -> u32 {
        let ahead = u32::try_from(self.turns_within(CLAIMED_AHEAD)).unwrap_or(AT_ONCE_MAX);
        ahead.saturating_add(1).min(AT_ONCE_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_share_a_rate() {
        // Four fifths of SES's rate, shared by two workers, in the 20 seconds that a batch has.
        for (rate, turns, at_once) in [(1.0, 9, 2), (2.0, 17, 3), (5.0, 41, 6), (14.0, 112, 13), (500.0, 4_001, 20)] {
            let pacing = Pacing::of(Some(rate * 0.8), 2);
            assert_eq!(pacing.turns_within(Duration::from_secs(20)), turns, "at {rate} a second");
            assert_eq!(pacing.at_once(), at_once, "at {rate} a second");
            let last = pacing.after(u32::try_from(turns - 1).unwrap());
            assert!(last <= Duration::from_secs(20) && pacing.after(1) + last > Duration::from_secs(20));
        }
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        let pacing = Pacing::of(None, 2);
        assert_eq!((pacing.after(1_000), pacing.turns_within(Duration::ZERO)), (Duration::ZERO, u64::MAX));
        assert_eq!(pacing.at_once(), 20);
    }
}
