//! Handles the outcome of a sync.

use jiff::SignedDuration;
use shared::{
    App, Error, Result,
    domain::{CallDirection, NetworkConnection, Partner, PushFailure, pause_after},
    egress::{OutboundError, OutboundResponse},
    jobs::PushJob,
    needed,
    network::{CallNote, NetworkAnswer, in_words},
    runtime::worker::Message,
    store::Lease,
};

/// Number of days after which a sync is stored as failed; the queue deletes messages after fourteen.
const DAYS_MAX: i64 = 12;

/// Maximum delay between attempts: long enough to stay below the thousand attempts after which the queue gives up.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(30);

/// Outcome of a sync.
pub(crate) enum SyncOutcome {
    /// The sync succeeded. Contains the partner in their current state.
    Yes(Box<Partner>),
    /// The sync failed for good, and the failure is stored.
    GivenUp,
}

/// Records the outcome of a sync.
///
/// # Errors
///
/// Fails with [`Error::Busy`] if the message has to be processed again.
pub(crate) async fn of(
    app: &App,
    (message, connection): (&Message<PushJob>, &NetworkConnection),
    partner: &Partner,
    heard: Result<OutboundResponse, OutboundError>,
    claim: &Lease,
) -> Result<SyncOutcome> {
    let said = in_words(&heard);
    let accepted = heard.as_ref().is_ok_and(OutboundResponse::is_yes);
    let note = CallNote {
        way: CallDirection::Out,
        what: "Syncing a partner",
        partner: Some(&partner.id),
        good: accepted,
        said: &said,
    };
    app.note_network_call(&connection.brand, note).await?;
    match &heard {
        Ok(heard) if heard.is_yes() => {
            let note = app.network_note(connection, partner, &NetworkAnswer::of_one(heard), None);
            let settled = app.store.settle_push((&partner.brand, &partner.id), &note, claim).await?;
            // A worker that claimed the partner meanwhile may send an older state after this one, so
            // it has to be synced again.
            settled.map(|partner| SyncOutcome::Yes(Box::new(partner))).ok_or(Error::Busy)
        }
        // A temporary failure, or a rejected token, with which no sync works until an admin replaces it.
        Ok(heard) if heard.may_change() || heard.is_locked() => {
            app.store.drop_push((&partner.brand, &partner.id), claim).await?;
            put_off(app, message, connection, &said).await
        }
        Ok(_) => {
            app.store.drop_push((&partner.brand, &partner.id), claim).await?;
            give_up(app, message, said).await
        }
        // The Network may have received it. The next worker finds the unfinished claim and syncs the partner again.
        Err(_) => put_off(app, message, connection, &said).await,
    }
}

/// Delays the message until the Network may be reachable again.
pub(crate) async fn wait_for_network(
    app: &App,
    message: &Message<PushJob>,
    connection: &NetworkConnection,
) -> Result<SyncOutcome> {
    put_off(app, message, connection, "The Network can't be reached.").await
}

async fn put_off(
    app: &App,
    message: &Message<PushJob>,
    connection: &NetworkConnection,
    said: &str,
) -> Result<SyncOutcome> {
    if app.now() > message.job.since + SignedDuration::from_hours(24 * DAYS_MAX) {
        return give_up(app, message, said.to_owned()).await;
    }
    let (now, since) = (app.now(), message.job.since);
    // The Network may be reachable for all other partners; then only the message's age determines the delay.
    let pause = connection.down_until.map_or(SignedDuration::ZERO, |until| now.duration_until(until));
    let pause = pause.min(PAUSE_MAX).max(pause_after(since, now, PAUSE_MAX));
    // Jitter, so that not all waiting messages come back at the same moment.
    let chance = i64::from(u8::from_ne_bytes(app.entropy::<1>())) / 8;
    later(app, message, pause.as_secs() + chance).await
}

async fn give_up(app: &App, message: &Message<PushJob>, said: String) -> Result<SyncOutcome> {
    let PushJob { brand, partner, .. } = &message.job;
    // The Network's response may name the partner: it is for the page, not for the log.
    tracing::warn!(partner.id = %partner, "the Network could not be told of a partner");
    let failure = PushFailure { partner: partner.clone(), at: app.now(), said };
    app.store.note_push_failure(brand, &failure).await?;
    Ok(SyncOutcome::GivenUp)
}

/// Makes the message visible again after this many seconds.
pub(crate) async fn later<T>(app: &App, message: &Message<PushJob>, seconds: i64) -> Result<T> {
    let queue = needed(&app.config.pushes_queue, "PUSHES_QUEUE")?;
    app.queues()?.come_back(queue, &message.receipt, seconds).await
}
