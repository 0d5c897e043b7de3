//! SQS consumer that sends one page of the roster to the Network, and queues a message to itself for the next one.
//!
//! It goes from the newest partner to the oldest, whatever their status becomes meanwhile. Each partner is claimed
//! before being sent, so that no other sync of it runs in between. A partner that changes meanwhile is synced again by
//! the job that follows from the change. A redelivered page recognizes the partners that were already synced. If the
//! Network can't be reached, the call is retried with growing delays, and the backfill fails only after an hour.

mod alone;
mod counting;
mod ending;
mod page;
mod sending;
mod settling;

use jiff::SignedDuration;
use shared::{
    App, Function, Result,
    domain::{BackfillFailure, NetworkConnection},
    jobs::BackfillJob,
    runtime::worker::{self, Message},
    store::{BackfillClaim, Lease, keys},
};

use crate::{
    counting::Came,
    ending::{come_back, complete, fail, go_on, wait_for_network},
};

/// Lease on a backfill: this function's timeout plus ten seconds.
pub(crate) const LEASE_S: i64 = 130;

/// Delay of a message that finds another worker processing the backfill.
const BUSY_S: i64 = 10;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_settings(&["SEALING_KEYS", "BACKFILLS_QUEUE"])
}

async fn handle(app: App, message: Message<BackfillJob>) -> Result<()> {
    let BackfillJob { brand, backfill: id } = &message.job;
    let claim = Lease { by: message.receipt.clone(), lease: SignedDuration::from_secs(LEASE_S) };
    let mut backfill = match app.store.claim_backfill((brand, id), &claim).await? {
        BackfillClaim::Ours(backfill) => *backfill,
        BackfillClaim::Theirs => return come_back(&app, &message, BUSY_S).await,
        // The worker that ended it may have crashed before it released the Network for the next backfill.
        BackfillClaim::Over => return app.store.free_network(brand, id).await,
    };
    let connection: Option<NetworkConnection> = app.store.get(&keys::network(brand)).await?;
    backfill.touched_at = app.now();
    let connection = match (backfill.is_overtaken(connection.as_ref()), connection) {
        (None, Some(connection)) => connection,
        (why, _) => return fail(&app, backfill, why.unwrap_or(BackfillFailure::Disconnected), &claim).await,
    };
    let came = if connection.rests(app.now()) && !backfill.dry_run {
        Came::NotReached(connection.down_said.clone().unwrap_or_default())
    } else {
        sending::sync(&app, &connection, &mut backfill).await?
    };
    match came {
        Came::Further => go_on(&app, &message, backfill, &claim).await,
        Came::ToItsEnd => complete(&app, &connection, backfill, &claim).await,
        Came::Occupied => {
            app.store.checkpoint_backfill(&backfill, &claim).await?;
            come_back(&app, &message, BUSY_S).await
        }
        Came::NotReached(said) => match backfill.not_reached(said, app.now()) {
            Some(why) => fail(&app, backfill, why, &claim).await,
            None => wait_for_network(&app, &message, (backfill, &connection), &claim).await,
        },
        Came::Refused(said) => fail(&app, backfill, BackfillFailure::Refused(said), &claim).await,
    }
}
