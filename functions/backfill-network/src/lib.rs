//! Behind the queue of backfills: tells the Network of a page of the roster, and hands over to itself for the next.
//!
//! It walks from the newest partner to the oldest, whatever their states become meanwhile. Everybody is taken up before
//! they are told of, so that no push and no other telling comes in between; whoever changes while they are told of is
//! told of once more by the push that follows from the change. A page that comes again finds who was told of. A Network
//! that can't be reached is asked again, ever later, and the backfill fails only after an hour of that.

mod alone;
mod counting;
mod page;
mod settling;
mod telling;

use jiff::{SignedDuration, Timestamp};
use shared::{
    App, Chain, Error, Function, Result,
    domain::{Backfill, NetworkConnection},
    queue::BackfillJob,
    store::{Lease, keys, pause_after},
    worker::{self, Message},
};

use crate::{counting::Came, page::Page};

/// How long nobody else may work on a backfill: this function's timeout and ten seconds.
pub(crate) const LEASE_S: i64 = 130;

/// How often in a row the Network may not be reached: with the pauses between, about an hour.
const TRIES_MAX: u32 = 14;

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle)
}

async fn handle(app: App, message: Message<BackfillJob>) -> Result<()> {
    let BackfillJob { brand, backfill: id } = &message.job;
    let claim = Lease { by: message.receipt.clone(), lease: SignedDuration::from_secs(LEASE_S) };
    let Some(claimed) = app.store.claim_backfill((brand, id), &claim).await? else {
        return later(&app, &message, 10).await;
    };
    let Some(mut backfill) = claimed else {
        // Whoever ended it may have died before the next one could begin.
        return app.store.free_network(brand, id).await;
    };
    let connection: Option<NetworkConnection> = app.store.get(&keys::network(brand)).await?;
    backfill.touched_at = app.now();
    let Some(connection) = connection else {
        return end(&app, backfill, Some("The connection was ended.".to_owned()), &claim).await;
    };
    if connection.rests(app.now()) && !backfill.dry_run {
        return wait(&app, &message, (backfill, &connection), &claim).await;
    }

    let page = Page::read(&app, &backfill).await?;
    let came = telling::tell(&app, &connection, &mut backfill, page).await?;
    match came {
        Came::Further => {
            backfill.tries = 0;
            if app.store.checkpoint_backfill(&backfill, &claim).await? {
                go_on(&app, &message.job).await?;
            }
            Ok(())
        }
        Came::ToItsEnd => end(&app, backfill, None, &claim).await,
        Came::NotReached(said) => {
            backfill.tries += 1;
            if backfill.tries >= TRIES_MAX {
                let said =
                    format!("The Network could not be reached. {said} Start it again: it tells only what is left.");
                return end(&app, backfill, Some(said), &claim).await;
            }
            wait(&app, &message, (backfill, &connection), &claim).await
        }
        Came::Refused(said) => {
            let said = format!("The Network refused it. {said}");
            end(&app, backfill, Some(said), &claim).await
        }
    }
}

async fn end(app: &App, backfill: Backfill, failure: Option<String>, claim: &Lease) -> Result<()> {
    let backfill = Backfill { ended_at: Some(app.now()), failure, ..backfill };
    app.store.end_backfill(&backfill, claim).await
}

async fn go_on(app: &App, job: &BackfillJob) -> Result<()> {
    let queue = app.config.backfills_queue.as_deref().unwrap_or_default();
    app.queues()?.send_later(queue, job, 0).await
}

/// Notes how far it is, and lets the message come back when the Network may be reached again.
async fn wait(
    app: &App,
    message: &Message<BackfillJob>,
    (backfill, connection): (Backfill, &NetworkConnection),
    claim: &Lease,
) -> Result<()> {
    app.store.checkpoint_backfill(&backfill, claim).await?;
    let now: Timestamp = app.now();
    let pause = match connection.down_until {
        Some(until) if now < until => now.duration_until(until),
        Some(_) | None => pause_after(connection.down_since.unwrap_or(now), now),
    };
    later(app, message, pause.as_secs().clamp(1, 900)).await
}

async fn later(app: &App, message: &Message<BackfillJob>, seconds: i64) -> Result<()> {
    let queue = app.config.backfills_queue.as_deref().unwrap_or_default();
    let seconds = i32::try_from(seconds).unwrap_or(900);
    if let Err(cause) = app.queues()?.later(queue, &message.receipt, seconds).await {
        tracing::warn!("a message comes back at its queue's own time: {}", Chain(&cause));
    }
    Err(Error::Busy)
}
