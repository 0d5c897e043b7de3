//! How fast the emails of imports and bulk jobs go out.

use std::time::Duration;

/// The longest that a claimed email waits for its turn, unless turns are further apart than that. Meanwhile its partner
/// may be revoked.
const CLAIMED_AHEAD: Duration = Duration::from_secs(2);

/// The most emails that one worker has under way.
const AT_ONCE_MAX: u32 = 20;

/// How far apart one worker hands emails to SES.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pacing {
    apart: Duration,
}

impl Pacing {
    /// The pacing of each of `workers` that share a rate of `emails_a_second`; without a rate, emails go out as they come.
    #[must_use]
    pub fn of(emails_a_second: Option<f64>, workers: u32) -> Self {
        let apart = emails_a_second.map(|rate| Duration::from_secs(1).mul_f64(f64::from(workers) / rate));
        Self { apart: apart.unwrap_or_default() }
    }

    /// When the turn with this number comes, counted from 0, after the first.
    #[must_use]
    pub fn after(self, turn: u32) -> Duration {
        self.apart.saturating_mul(turn)
    }

    /// How many turns begin within `time`.
    #[must_use]
    pub fn turns_within(self, time: Duration) -> u64 {
        let apart = self.apart.as_nanos();
        time.as_nanos().checked_div(apart).and_then(|turns| u64::try_from(turns + 1).ok()).unwrap_or(u64::MAX)
    }

    /// How many emails are under way at once, so that none is claimed long before its turn.
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
        // Four fifths of what SES takes, by two workers, in the 20 seconds that a batch has.
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
