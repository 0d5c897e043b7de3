//! What is left of a message when its turn has not come, or is over.

use std::time::Duration;

use shared::{App, Result, domain::EventId, needed, queue::TurnJob};

/// So often a message waits for a moment for whoever is at work for the endpoint, and then goes to the end of the queue.
const PATIENT: u32 = 20;

/// How long that moment is.
const MOMENT: Duration = Duration::from_millis(300);

/// After that it comes back later and later, by so many seconds more each time, and at most after so many.
const LATER_S: u32 = 15;
const LATEST_S: u32 = 300;

/// After so many times it waits no longer: the schedule finds in the table what is due.
const WAITS_MAX: u32 = 60;

/// Somebody else is at work for the endpoint: the message goes to the end of the queue.
pub(crate) async fn come_again(app: &App, job: TurnJob) -> Result<()> {
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
    send(app, &TurnJob { waited, ..job }, seconds).await
}

/// The turn was over before everything was told: the rest goes to the end of the queue.
pub(crate) async fn go_on(app: &App, job: &TurnJob, left: Vec<EventId>) -> Result<()> {
    if left.is_empty() {
        return Ok(());
    }
    send(app, &TurnJob { events: left, waited: 0, ..job.clone() }, 0).await
}

async fn send(app: &App, job: &TurnJob, seconds: u32) -> Result<()> {
    let queue = needed(&app.config.deliveries_queue, "DELIVERIES_QUEUE")?;
    app.queues()?.send_later(queue, job, i32::try_from(seconds).unwrap_or(0)).await
}
