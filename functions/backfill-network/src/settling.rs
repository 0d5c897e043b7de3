//! Taking partners up to tell of them, and noting what the Network said.

use futures::{StreamExt, TryStreamExt};
use jiff::SignedDuration;
use serde::Deserialize;
use shared::{
    App, Result,
    domain::{Backfill, BackfillLine, NetworkConnection, NetworkFace, NetworkNote, Partner, PartnerId, shortened},
    store::{Lease, PushClaimed},
};

use crate::LEASE_S;

/// How many writes are under way at once.
pub(crate) const WRITES_AT_ONCE: usize = 25;

const ID_CHARS_MAX: usize = 200;

/// What the Network answers of somebody. What it says of other brands is not read.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    #[serde(default)]
    pub(crate) vendor_partner_id: String,
    #[serde(default)]
    network_creator_id: Option<String>,
    #[serde(default)]
    already_existed: Option<bool>,
}

/// Takes everybody up who is free, as they are now. Whoever isn't is being told of at this moment.
pub(crate) async fn claim(app: &App, backfill: &Backfill, wanted: &[PartnerId]) -> Result<Vec<Partner>> {
    let lease = lease(backfill);
    let claims: Vec<_> = wanted.iter().map(|id| app.store.claim_push((&backfill.brand, id), &lease)).collect();
    let claims: Vec<PushClaimed> = futures::stream::iter(claims).buffered(WRITES_AT_ONCE).try_collect().await?;
    let ours = claims.into_iter().filter_map(|claimed| match claimed {
        PushClaimed::Ours(partner) => Some(*partner),
        PushClaimed::Theirs | PushClaimed::Gone => None,
    });
    Ok(ours.collect())
}

/// Whoever works on the backfill next goes on with those who are taken up.
pub(crate) fn lease(backfill: &Backfill) -> Lease {
    Lease { by: backfill.id.to_string(), lease: SignedDuration::from_secs(LEASE_S) }
}

/// Notes what the Network said of somebody, and gives back whether it knew them; `None` if it said nothing.
pub(crate) async fn settle(
    app: &App,
    (backfill, connection): (&Backfill, &NetworkConnection),
    partner: &Partner,
    answer: Option<&Answer>,
) -> Result<Option<bool>> {
    let (lease, which) = (lease(backfill), (&partner.brand, &partner.id));
    let Some(answer) = answer else {
        let said = "The Network took the page and said nothing of this partner.".to_owned();
        return refuse(app, backfill, partner, said).await.map(|()| None);
    };
    let before = partner.network_note(connection);
    let creator = answer.network_creator_id.as_deref().and_then(|id| shortened(id, ID_CHARS_MAX));
    let known_before = before.and_then(|note| note.known_before).or(answer.already_existed);
    let note = NetworkNote {
        host: Some(connection.url.host()),
        creator: creator.or_else(|| before.and_then(|note| note.creator.clone())),
        known_before,
        told: Some(NetworkFace::of(partner, true).mark()),
        told_at: Some(app.now()),
        backfill: Some(backfill.id.clone()),
        first: before.is_none(),
    };
    // Whoever changed meanwhile is told of once more by the push that follows from the change.
    app.store.settle_push(which, &note, &lease).await?;
    Ok(Some(known_before == Some(true)))
}

/// Keeps that somebody was refused, and lets go of them.
pub(crate) async fn refuse(app: &App, backfill: &Backfill, partner: &Partner, said: String) -> Result<()> {
    app.store.drop_push((&partner.brand, &partner.id), &lease(backfill)).await?;
    let line = BackfillLine { partner: partner.id.clone(), said };
    app.store.note_backfill_line((&backfill.brand, &backfill.id), &line).await
}
