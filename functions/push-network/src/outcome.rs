//! What becomes of a telling.

use jiff::SignedDuration;
use shared::{
    App, Error, Result,
    domain::{CallWay, NetworkConnection, Partner, PushFailure, pause_after},
    needed,
    network::{CallNote, NetworkAnswer, in_words},
    outside::{Heard, NotHeard},
    queue::PushJob,
    store::Lease,
    worker::Message,
};

/// After how many days a change that could not be told is set aside: the queue forgets its messages after fourteen.
const DAYS_MAX: i64 = 12;

/// How often at least it is tried: with that it stays below the thousand times after which the queue gives up.
const PAUSE_MAX: SignedDuration = SignedDuration::from_mins(30);

/// What became of a telling.
pub(crate) enum Told {
    /// It was told; the partner as they are now.
    Yes(Box<Partner>),
    /// It can't be told, and that is kept.
    GivenUp,
}

/// Notes what came of a telling.
///
/// # Errors
/// [`Error::Busy`] if the message has to come back.
pub(crate) async fn of(
    app: &App,
    (message, connection): (&Message<PushJob>, &NetworkConnection),
    partner: &Partner,
    heard: Result<Heard, NotHeard>,
    claim: &Lease,
) -> Result<Told> {
    let said = in_words(&heard);
    let told = heard.as_ref().is_ok_and(Heard::is_yes);
    let note = CallNote {
        way: CallWay::Out,
        what: "Telling of a partner",
        partner: Some(&partner.id),
        good: told,
        said: &said,
    };
    app.note_network_call(&connection.brand, note).await?;
    match &heard {
        Ok(heard) if heard.is_yes() => {
            let note = app.network_note(connection, partner, &NetworkAnswer::of_one(heard), None);
            let settled = app.store.settle_push((&partner.brand, &partner.id), &note, claim).await?;
            // Whoever took them up meanwhile may have told something older after this: it has to be told once more.
            settled.map(|partner| Told::Yes(Box::new(partner))).ok_or(Error::Busy)
        }
        // It wants another token, or none is good: nobody is told of until an admin has looked.
        Ok(heard) if heard.may_change() || heard.is_locked() => {
            app.store.drop_push((&partner.brand, &partner.id), claim).await?;
            put_off(app, message, connection, &said).await
        }
        Ok(_) => {
            app.store.drop_push((&partner.brand, &partner.id), claim).await?;
            give_up(app, message, said).await
        }
        // It may have been told. Whoever comes next sees that this did not end, and tells once more.
        Err(_) => put_off(app, message, connection, &said).await,
    }
}

/// Lets the message come back when the Network may be reached again.
pub(crate) async fn wait_for_network(
    app: &App,
    message: &Message<PushJob>,
    connection: &NetworkConnection,
) -> Result<Told> {
    put_off(app, message, connection, "The Network can't be reached.").await
}

async fn put_off(app: &App, message: &Message<PushJob>, connection: &NetworkConnection, said: &str) -> Result<Told> {
    if app.now() > message.job.since + SignedDuration::from_hours(24 * DAYS_MAX) {
        return give_up(app, message, said.to_owned()).await;
    }
    let (now, since) = (app.now(), message.job.since);
    // The Network may be up for everybody else, and then nothing but this message's age says how often to try.
    let pause = connection.down_until.map_or(SignedDuration::ZERO, |until| now.duration_until(until));
    let pause = pause.min(PAUSE_MAX).max(pause_after(since, now, PAUSE_MAX));
    // All that wait must not come at the same moment.
    let chance = i64::from(u8::from_ne_bytes(app.entropy::<1>())) / 8;
    later(app, message, pause.as_secs() + chance).await
}

async fn give_up(app: &App, message: &Message<PushJob>, said: String) -> Result<Told> {
    let PushJob { brand, partner, .. } = &message.job;
    // What the Network says may name the partner: it is for the page, not for the log.
    tracing::warn!(partner.id = %partner, "the Network could not be told of a partner");
    let failure = PushFailure { partner: partner.clone(), at: app.now(), said };
    app.store.note_push_failure(brand, &failure).await?;
    Ok(Told::GivenUp)
}

/// Lets the message come back in so many seconds.
pub(crate) async fn later<T>(app: &App, message: &Message<PushJob>, seconds: i64) -> Result<T> {
    let queue = needed(&app.config.pushes_queue, "PUSHES_QUEUE")?;
    app.queues()?.come_back(queue, &message.receipt, seconds).await
}
