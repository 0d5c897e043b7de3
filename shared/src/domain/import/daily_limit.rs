//! Days of an import that sends email: a brand may invite a limited number of people per day, by days in UTC.

use jiff::Timestamp;

use crate::domain::{BulkAction, CHUNK_ROWS, Import};

/// Maximum number of days that an import may take: less than the retention of its file and of the outcomes of its rows.
pub const IMPORT_DAYS_MAX: u64 = 25;

/// Length of a day in seconds.
const DAY_S: i64 = 86_400;

/// Seconds until the next check whether rows that sent no email left room in the day's limit.
const ROOM_S: i32 = 5;

/// Maximum delay of an SQS message in seconds.
const DELAY_MAX_S: i64 = 900;

impl Import {
    /// Returns `true` if it sends email that counts towards the daily limit.
    #[must_use]
    pub fn invites(&self) -> bool {
        match self.bulk() {
            Some(bulk) => bulk.action == BulkAction::Resend,
            None => self.options.send_invite && !self.options.dry_run,
        }
    }

    /// Returns the number of people per day: the brand's daily limit, and no more than the deployment allows all brands
    /// together to email, if that is limited.
    #[must_use]
    pub fn people_a_day(brand: u64, deployment: Option<u64>) -> u64 {
        deployment.map_or(brand, |deployment| brand.min(deployment))
    }

    /// Returns the number of rows per chunk for a daily limit of `people_a_day`: few enough that a day with no room for
    /// one more chunk leaves at most a tenth of the limit unused.
    #[must_use]
    pub fn chunk_rows(people_a_day: u64) -> u64 {
        CHUNK_ROWS.min(people_a_day / 10).max(1)
    }

    /// Returns the number of days that these rows take with a daily limit of `daily_limit` people.
    #[must_use]
    pub fn days_for(rows: u64, daily_limit: u64) -> u64 {
        rows.div_ceil(daily_limit.max(1))
    }

    /// Returns the import when the day has no room for its next rows, and the seconds until the next check: soon if
    /// rows in progress may leave room, otherwise when the next day begins.
    #[must_use]
    pub fn without_room(self, daily_limit: u64, now: Timestamp) -> (Self, i32) {
        let tomorrow = Timestamp::from_second((now.as_second().div_euclid(DAY_S) + 1).saturating_mul(DAY_S));
        let (Ok(tomorrow), None, true) = (tomorrow, self.cancelled_at, self.chunks_done >= self.chunks_sent) else {
            return (self, ROOM_S);
        };
        let left = self.rows.unwrap_or_default().saturating_sub(self.rows_sent);
        let days_left = Some(Self::days_for(left, daily_limit));
        let waits = Self { resumes_at: Some(tomorrow), days_left, ..self };
        let seconds = waits.waits_s(now).unwrap_or(ROOM_S);
        (waits, seconds)
    }

    /// Returns the seconds until the next check, if it is paused until a day that hasn't begun.
    #[must_use]
    pub fn waits_s(&self, now: Timestamp) -> Option<i32> {
        let at = self.resumes_at.filter(|at| now < *at && self.cancelled_at.is_none())?;
        i32::try_from(now.duration_until(at).as_secs().clamp(1, DELAY_MAX_S)).ok()
    }
}
