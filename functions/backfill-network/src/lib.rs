//! Behind the queue of backfills: tells the Network of a page of the roster, and hands over to itself for the next.
//!
//! It walks from the newest partner to the oldest, whatever their states become meanwhile. Everybody is taken up before
//! they are told of, so that no push and no other telling comes in between; whoever changes while they are told of is
//! told of once more by the push that follows from the change. A page that comes again finds who was told of. A Network
//! that can't be reached is asked again, ever later, and the backfill fails only after an hour of that.

mod alone;
mod counting;
mod ending;
mod page;
mod settling;
mod telling;

use jiff::SignedDuration;
use shared::{
    App, Function, Result,
    domain::{BackfillFailure, NetworkConnection},
    queue::BackfillJob,
    store::{BackfillClaimed, Lease, keys},
    worker::{self, Message},
};

use crate::{
    counting::Came,
    ending::{come_back, complete, fail, go_on, wait_for_network},
};

/// How long nobody else may work on a backfill: this function's timeout and ten seconds.
pub(crate) const LEASE_S: i64 = 130;

/// When a message comes back that finds somebody else at work.
const BUSY_S: i64 = 10;

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_settings(&["SEALING_KEYS", "BACKFILLS_QUEUE"])
}

async fn handle(app: App, message: Message<BackfillJob>) -> Result<()> {
    let BackfillJob { brand, backfill: id } = &message.job;
    let claim = Lease { by: message.receipt.clone(), lease: SignedDuration::from_secs(LEASE_S) };
    let mut backfill = match app.store.claim_backfill((brand, id), &claim).await? {
        BackfillClaimed::Ours(backfill) => *backfill,
        BackfillClaimed::Theirs => return come_back(&app, &message, BUSY_S).await,
        // Whoever ended it may have died before the next one could begin.
        BackfillClaimed::Over => return app.store.free_network(brand, id).await,
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
        telling::tell(&app, &connection, &mut backfill).await?
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
