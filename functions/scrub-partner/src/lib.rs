//! Behind the queue of erasures: takes from everything that lies elsewhere what it says of somebody who was erased.
//!
//! It keeps no place to go on from. What is scrubbed is not looked at again, so whoever follows a worker that died has
//! less to do. It goes through everything twice, the second time when whoever had read the person before they were erased
//! has ended, and only then says that nothing is left.

use shared::{
    App, Function, Result,
    domain::Partner,
    needed,
    queue::ErasureJob,
    store::keys,
    worker::{self, Message},
};

/// When it looks again: no function that writes of a partner what it read before works for longer than two minutes.
const AGAIN_S: i32 = 150;

/// The function.
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
