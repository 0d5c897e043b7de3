//! What becomes of a telling.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use shared::{
    App, Chain, Error, Result,
    domain::{CallWay, NetworkConnection, NetworkFace, NetworkNote, Partner, PushFailure, shortened},
    network::{CallNote, in_words},
    outside::{Heard, NotHeard},
    queue::PushJob,
    store::Lease,
    worker::Message,
};

/// After how many days a change that could not be told is set aside.
const DAYS_MAX: i64 = 3;

const ID_CHARS_MAX: usize = 200;

/// What the Network answers. What it says of other brands is not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(default)]
    network_creator_id: Option<String>,
    #[serde(default)]
    already_existed: Option<bool>,
}

/// Notes what came of a telling; gives back the partner as they are now, if it was told.
pub(crate) async fn of(
    app: &App,
    (message, connection): (&Message<PushJob>, &NetworkConnection),
    (partner, face): (&Partner, &NetworkFace),
    heard: Result<Heard, NotHeard>,
    claim: &Lease,
) -> Result<Option<Partner>> {
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
            let note = note_of((partner, connection), face, heard, app.now());
            let settled = app.store.settle_push((&partner.brand, &partner.id), &note, claim).await?;
            // Whoever took them up meanwhile may have told something older after this: it has to be told once more.
            settled.map(Some).ok_or(Error::Busy)
        }
        // It wants another token, or none is good: nobody is told of until an admin has looked.
        Ok(heard) if heard.may_change() || heard.is_locked() => {
            app.store.drop_push((&partner.brand, &partner.id), claim).await?;
            put_off(app, message, connection, &said).await.map(|()| None)
        }
        Ok(_) => {
            app.store.drop_push((&partner.brand, &partner.id), claim).await?;
            give_up(app, message, said).await.map(|()| None)
        }
        // It may have been told. Whoever comes next sees that this did not end, and tells once more.
        Err(_) => put_off(app, message, connection, &said).await.map(|()| None),
    }
}

fn note_of(
    (partner, connection): (&Partner, &NetworkConnection),
    face: &NetworkFace,
    heard: &Heard,
    now: Timestamp,
) -> NetworkNote {
    let answer = serde_json::from_slice::<Answer>(&heard.body);
    let answer = answer.unwrap_or(Answer { network_creator_id: None, already_existed: None });
    let before = partner.network_note(connection).cloned().unwrap_or_default();
    let creator = answer.network_creator_id.and_then(|id| shortened(&id, ID_CHARS_MAX));
    NetworkNote {
        host: Some(connection.url.host()),
        creator: creator.or(before.creator),
        // Every telling but the first finds them there.
        known_before: before.known_before.or(answer.already_existed),
        told: Some(face.mark()),
        told_at: Some(now),
        backfill: None,
        first: false,
    }
}

/// Lets the message come back when the Network may be reached again.
pub(crate) async fn wait_for_network(
    app: &App,
    message: &Message<PushJob>,
    connection: &NetworkConnection,
) -> Result<()> {
    put_off(app, message, connection, "The Network can't be reached.").await
}

async fn put_off(app: &App, message: &Message<PushJob>, connection: &NetworkConnection, said: &str) -> Result<()> {
    if app.now() > message.job.since + SignedDuration::from_hours(24 * DAYS_MAX) {
        return give_up(app, message, said.to_owned()).await;
    }
    let pause = connection.down_until.map_or(0, |until| app.now().duration_until(until).as_secs());
    // All that wait must not come at the same moment.
    let chance = i64::from(u8::from_ne_bytes(app.entropy::<1>())) / 8;
    later(app, message, pause.clamp(10, 900) + chance).await
}

async fn give_up(app: &App, message: &Message<PushJob>, said: String) -> Result<()> {
    let PushJob { brand, partner, .. } = &message.job;
    tracing::warn!(partner.id = %partner, "the Network could not be told of a partner: {said}");
    let failure = PushFailure { partner: partner.clone(), at: app.now(), said };
    app.store.note_push_failure(brand, &failure).await
}

/// Lets the message come back in so many seconds.
pub(crate) async fn later(app: &App, message: &Message<PushJob>, seconds: i64) -> Result<()> {
    let queue = app.config.pushes_queue.as_deref().unwrap_or_default();
    let seconds = i32::try_from(seconds).unwrap_or(900);
    if let Err(cause) = app.queues()?.later(queue, &message.receipt, seconds).await {
        tracing::warn!("a message comes back at its queue's own time: {}", Chain(&cause));
    }
    Err(Error::Busy)
}
