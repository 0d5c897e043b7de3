//! Requeues what is left of a message when another worker holds the endpoint, or when the run is over.

use std::time::Duration;

use shared::{App, Result, domain::EventId, jobs::DeliverJob, needed};

/// Number of times that a message waits for a moment for the worker that holds the endpoint, and is then requeued.
const PATIENT: u32 = 20;

/// Duration of that moment.
const MOMENT: Duration = Duration::from_millis(300);

/// After that, it is requeued with a delay that grows by this many seconds each time, up to the maximum.
const LATER_S: u32 = 15;
const LATEST_S: u32 = 300;

/// After this many times the message is dropped: the schedule finds the due deliveries in the table.
const WAITS_MAX: u32 = 60;

/// Requeues a message whose endpoint is held by another worker.
pub(crate) async fn come_again(app: &App, job: DeliverJob) -> Result<()> {
    let waited = job.waited.saturating_add(1);
    if waited > WAITS_MAX {
        return Ok(());
    }
    let seconds = match waited.checked_sub(PATIENT) {
        None => {
            tokio::time::sleep(MOMENT).await;
            0
        }
        Some(beyond) => beyond.saturating_add(1).saturating_mul(LATER_S).min(LATEST_S),
    };
    send(app, &DeliverJob { waited, ..job }, seconds).await
}

/// Requeues the events that were left when the run was over.
pub(crate) async fn go_on(app: &App, job: &DeliverJob, left: Vec<EventId>) -> Result<()> {
    if left.is_empty() {
        return Ok(());
    }
    send(app, &DeliverJob { events: left, waited: 0, ..job.clone() }, 0).await
}

async fn send(app: &App, job: &DeliverJob, seconds: u32) -> Result<()> {
    let queue = needed(&app.config.deliveries_queue, "DELIVERIES_QUEUE")?;
    app.queues()?.send_later(queue, job, i32::try_from(seconds).unwrap_or(0)).await
}
