//! Reading through many partners without taking the table from those who wait for a page.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::App;

/// How far apart pages of a thousand partners begin. Read eventually consistently, those are about 1,500 units a second; a
/// new table gives 12,000 (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-initial.html>),
/// and at most six workers read for long at once.
const PAGES_APART: Duration = Duration::from_millis(400);

/// A read of many pages, at a pace, that hands over to another worker in time.
#[derive(Debug)]
pub struct LongRead {
    until: Timestamp,
    next_page: Instant,
}

impl LongRead {
    /// A read that begins now and hands over after `turn`: less than the function's timeout, since the page that was begun
    /// last has to end, and a file to be finished.
    #[must_use]
    pub fn begin(app: &App, turn: SignedDuration) -> Self {
        Self { until: app.now() + turn, next_page: Instant::now() }
    }

    /// Waits until the next page may be read.
    pub async fn page(&mut self) {
        tokio::time::sleep_until(self.next_page).await;
        self.next_page = Instant::now() + PAGES_APART;
    }

    /// Whether it is time to hand over.
    #[must_use]
    pub fn is_over(&self, app: &App) -> bool {
        self.until <= app.now()
    }
}
