//! SQS consumer that scrubs an erased person's data from all other items.
//!
//! It stores no checkpoint: scrubbed items aren't processed again, so after a crash the next worker has less to do. It
//! makes two passes. The second one starts when every function that had read the person before the erasure has ended,
//! and only then is the scrubbing recorded as complete.

use shared::{
    App, Function, Result,
    domain::Partner,
    jobs::ErasureJob,
    needed,
    runtime::worker::{self, Message},
    store::keys,
};

/// Delay of the second pass: no function that writes data of a partner that it read earlier runs
/// for longer than two minutes.
const AGAIN_S: i32 = 150;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_settings(&["ERASURES_QUEUE"])
}

async fn handle(app: App, message: Message<ErasureJob>) -> Result<()> {
    let ErasureJob { brand, partner: id, again } = &message.job;
    let Some(partner) = app.store.get(&keys::partner(brand, id)).await? else { return Ok(()) };
    if partner.erased_at.is_none() || partner.scrubbed_at.is_some() {
        return Ok(());
    }
    scrub(&app, &partner).await?;
    if *again {
        return app.store.note_scrubbed(brand, id).await;
    }
    let queue = needed(&app.config.erasures_queue, "ERASURES_QUEUE")?;
    app.queues()?.send_later(queue, &ErasureJob { again: true, ..message.job }, AGAIN_S).await
}

async fn scrub(app: &App, partner: &Partner) -> Result<()> {
    app.store.scrub_events(partner).await?;
    app.store.scrub_beside(&partner.brand, &partner.id).await
}
