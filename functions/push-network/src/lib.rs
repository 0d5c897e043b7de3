//! SQS consumer that syncs a partner's current state to the Network, if the Network knows the partner.
//!
//! A message says only that something changed, so neither the order nor the number of messages matters. The worker
//! claims the partner for a while, so that no other sync of it runs at the same time, and a sync whose outcome is
//! unknown is repeated. If the Network can't be reached, messages are delayed. Only a sync that the Network rejects, or
//! that fails for twelve days, is stored as failed for admins to see.

mod outcome;

use std::time::Duration;

use jiff::SignedDuration;
use shared::{
    App, Error, Function, Result,
    domain::{NetworkConnection, NetworkPartner, Partner, PushFailure, SyncStatus},
    jobs::PushJob,
    runtime::worker::{self, Message},
    store::{Lease, PushClaim, keys},
};

use crate::outcome::SyncOutcome;

/// Lease on a partner: this function's timeout plus ten seconds.
const LEASE_S: i64 = 40;

/// Timeout of a call to the Network.
const PATIENCE: Duration = Duration::from_secs(8);

/// Delay in seconds of a message whose partner another worker is syncing.
const BUSY_S: i64 = 3;

/// Number of syncs per invocation for a partner who changes meanwhile.
const TIMES_MAX: usize = 2;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_settings(&["SEALING_KEYS", "PUSHES_QUEUE"])
}

async fn handle(app: App, message: Message<PushJob>) -> Result<()> {
    let PushJob { brand, partner: id, .. } = &message.job;
    let (network, key, failure) = (keys::network(brand), keys::partner(brand, id), keys::push_failure(brand, id));
    let found = app.store.read([network.raw(), key.raw(), failure.raw()]).await?;
    let (Some(connection), Some(partner)) = (found.get(&network)?, found.get(&key)?) else { return Ok(()) };
    let connection: NetworkConnection = connection;
    let failure = found.get(&failure)?;
    let open = found.is_push_open(&key, &connection);
    let wanted = match partner.at_network(&connection) {
        SyncStatus::Known => open,
        SyncStatus::Changed => true,
        SyncStatus::New => open || missed(&app, (&connection, &partner), &message.job).await?,
    };
    if !wanted {
        // The Network has the current state, so a stored failure is obsolete.
        return forget(&app, &connection, failure.as_ref()).await;
    }
    if connection.rests(app.now()) {
        return outcome::wait_for_network(&app, &message, &connection).await.map(drop);
    }

    let claim = Lease { by: message.receipt.clone(), lease: SignedDuration::from_secs(LEASE_S) };
    match app.store.claim_push((&connection, id), &claim).await? {
        PushClaim::Gone => Ok(()),
        PushClaim::Theirs { .. } => outcome::later(&app, &message, BUSY_S).await,
        PushClaim::Ours(partner) => match sync(&app, (&message, &connection), *partner, &claim).await? {
            SyncOutcome::Yes(_) => forget(&app, &connection, failure.as_ref()).await,
            SyncOutcome::GivenUp => Ok(()),
        },
    }
}

/// Deletes a stored failure, unless it was replaced by a newer one.
async fn forget(app: &App, connection: &NetworkConnection, failure: Option<&PushFailure>) -> Result<()> {
    match failure {
        Some(failure) => app.store.forget_push_failure(&connection.brand, failure).await,
        None => Ok(()),
    }
}

/// True if a backfill should have sent this partner and may have missed them, so that the Network doesn't have them.
async fn missed(app: &App, (connection, partner): (&NetworkConnection, &Partner), job: &PushJob) -> Result<bool> {
    let Some(id) = &connection.last_backfill else { return Ok(false) };
    let backfill = app.store.get(&keys::backfill(&job.brand, id)).await?;
    Ok(backfill.is_some_and(|backfill| backfill.may_have_missed(partner, job.since)))
}

/// Syncs a claimed partner until the Network has their current state.
async fn sync(
    app: &App,
    (message, connection): (&Message<PushJob>, &NetworkConnection),
    mut partner: Partner,
    claim: &Lease,
) -> Result<SyncOutcome> {
    let url = connection.url.below(&["partners", "upsert"]);
    let url = url.ok_or_else(|| Error::internal("the Network's address has no path"))?;
    for _ in 0..TIMES_MAX {
        let face = NetworkPartner::of(&partner, false);
        let heard = app.tell_network(connection, url.clone(), &face, PATIENCE).await?;
        let synced = outcome::of(app, (message, connection), &partner, heard, claim).await?;
        let SyncOutcome::Yes(settled) = &synced else { return Ok(synced) };
        if settled.at_network(connection) == SyncStatus::Known {
            return Ok(synced);
        }
        // The partner changed during the sync. Another worker may not have claimed them yet.
        match app.store.claim_push((connection, &settled.id), claim).await? {
            PushClaim::Ours(now) => partner = *now,
            PushClaim::Theirs { .. } | PushClaim::Gone => {
                return outcome::later(app, message, BUSY_S).await;
            }
        }
    }
    app.store.drop_push((&partner.brand, &partner.id), claim).await?;
    outcome::later(app, message, BUSY_S).await
}
