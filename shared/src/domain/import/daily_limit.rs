//! The days of an import whose people get mail: a brand may send so much of it a day, by days of UTC.

use jiff::Timestamp;

use crate::domain::{BulkAction, CHUNK_ROWS, Import};

/// How many days an import may take: less than its file and what came of its rows are kept.
pub const IMPORT_DAYS_MAX: u64 = 25;

/// How long a day is.
const DAY_S: i64 = 86_400;

/// When somebody looks again whether people who got no mail left room in the day.
const ROOM_S: i32 = 5;

/// The longest that SQS delays a message.
const DELAY_MAX_S: i64 = 900;

impl Import {
    /// Whether its people get mail, of which a brand may send so much a day.
    #[must_use]
    pub fn invites(&self) -> bool {
        match self.bulk() {
            Some(bulk) => bulk.action == BulkAction::Resend,
            None => self.options.send_invite && !self.options.dry_run,
        }
    }

    /// How many people a day takes: as many as the brand may invite, and no more than the deployment lets all brands
    /// together email, if that is limited.
    #[must_use]
    pub fn people_a_day(brand: u64, deployment: Option<u64>) -> u64 {
        deployment.map_or(brand, |deployment| brand.min(deployment))
    }

    /// How many rows go out together, where a day takes `people_a_day`: few enough that a day which has no room for one
    /// more chunk wastes at most a tenth of its people.
    #[must_use]
    pub fn chunk_rows(people_a_day: u64) -> u64 {
        CHUNK_ROWS.min(people_a_day / 10).max(1)
    }

    /// How many days the rest takes if a day takes `daily_limit` people.
    #[must_use]
    pub fn days_for(rows: u64, daily_limit: u64) -> u64 {
        rows.div_ceil(daily_limit.max(1))
    }

    /// The import for whose next rows the day has no room, and after how many seconds somebody looks again: soon, if
    /// rows that are under way may leave room in it, or else when the next day begins.
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

    /// After how many seconds somebody looks again, if it waits for a day that has not begun.
    #[must_use]
    pub fn waits_s(&self, now: Timestamp) -> Option<i32> {
        let at = self.resumes_at.filter(|at| now < *at && self.cancelled_at.is_none())?;
        i32::try_from(now.duration_until(at).as_secs().clamp(1, DELAY_MAX_S)).ok()
    }
}
