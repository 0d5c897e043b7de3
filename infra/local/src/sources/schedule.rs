//! Invokes a function on a schedule, by the clock of the instance.
//!
//! It fires when it is due, and only once if the clock leapt over several times: functions process everything that is
//! due, however often they are invoked. As on AWS, it first fires one interval after the start.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::ErrorChain;
use tokio::sync::watch;

use super::{Run, State, Surroundings};
use crate::template::{ACCOUNT, REGION};

/// The interval of checks whether it is due while the clock isn't moved.
const FALLBACK: Duration = Duration::from_millis(500);

pub(super) struct ScheduleSource {
    pub(super) around: Surroundings,
    pub(super) state: Arc<State>,
    pub(super) function: String,
    pub(super) every: SignedDuration,
    /// The time it fires next.
    pub(super) next: Mutex<Timestamp>,
}

impl ScheduleSource {
    /// Returns `true` if it isn't due.
    pub(super) fn is_drained(&self) -> bool {
        self.state.holds(&self.function) || self.around.clock.now() < self.next()
    }

    pub(super) async fn run(self: Arc<Self>, mut run: watch::Receiver<Run>) {
        let mut moved = self.around.clock.moved();
        loop {
            moved.mark_unchanged();
            let now = *run.borrow_and_update();
            if now == Run::Stopped {
                return;
            }
            if now == Run::On && !self.is_drained() {
                self.fire().await;
            }
            tokio::select! {
                // If the clock is gone, the instance is ending, and signals that through `run`.
                gone = moved.changed() => if gone.is_err() { std::future::pending::<()>().await },
                _ = run.changed() => {}
                () = tokio::time::sleep(FALLBACK) => {}
            }
        }
    }

    async fn fire(&self) {
        let busy = self.state.busy();
        busy.has_batch();
        let now = self.around.clock.now();
        let event = json!({
            "version": "0",
            "id": format!("{}-{}", self.function, now.as_millisecond()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": REGION,
            "resources": [],
            "detail": {},
        });
        // Before the invocation: if the clock leaps during it, the schedule fires once more.
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = after(now, self.every);
        if let Err(error) = self.around.functions.invoke(&self.function, event).await {
            tracing::warn!("{} failed and is called again when its time comes: {}", self.function, ErrorChain(&error));
        }
    }

    fn next(&self) -> Timestamp {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the time one interval later.
pub(super) fn after(now: Timestamp, every: SignedDuration) -> Timestamp {
    now.saturating_add(every).unwrap_or(Timestamp::MAX)
}
