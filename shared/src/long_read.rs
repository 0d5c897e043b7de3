//! Long reads of many partners at a pace that leaves the table's capacity to page requests.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::App;

/// The interval at which reads of a thousand partners begin. Read eventually consistently, they use about 1,500 read
/// units a second; a new table provides 12,000
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-initial.html>), and at
/// most six workers do long reads at the same time.
const PAGES_APART: Duration = Duration::from_millis(400);

/// A paced read of many pages that hands over to another worker in time.
#[derive(Debug)]
pub struct LongRead {
    until: Timestamp,
    next_page: Instant,
}

impl LongRead {
    /// Begins a read that hands over after `turn`. That must be less than the function's timeout, since the last page
    /// has to be finished, and a file to be completed.
    #[must_use]
    pub fn begin(app: &App, turn: SignedDuration) -> Self {
        Self { until: app.now() + turn, next_page: Instant::now() }
    }

    /// Waits until the next page may be read.
    pub async fn page(&mut self) {
        tokio::time::sleep_until(self.next_page).await;
        self.next_page = Instant::now() + PAGES_APART;
    }

    /// True if it is time to hand over.
    #[must_use]
    pub fn is_over(&self, app: &App) -> bool {
        self.until <= app.now()
    }
}
