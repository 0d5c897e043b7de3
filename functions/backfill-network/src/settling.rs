//! Taking partners up to tell of them, and noting what the Network said.

use futures::{StreamExt, TryStreamExt};
use jiff::SignedDuration;
use shared::{
    App, Result,
    domain::{Backfill, BackfillId, BackfillLine, NetworkConnection, Partner, PartnerId},
    network::NetworkAnswer,
    store::{Lease, PushClaimed},
};

use crate::LEASE_S;

/// How many writes are under way at once.
pub(crate) const WRITES_AT_ONCE: usize = 25;

/// Who could be taken up.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) partners: Vec<Partner>,
    /// Whether a backfill before this one still holds somebody: it failed a moment ago, and nobody knows whether the
    /// Network was told of them. Whom a push holds is told of by the push.
    pub(crate) some_held: bool,
}

/// Takes everybody up who is free, as they are now.
pub(crate) async fn claim(
    app: &App,
    (backfill, connection): (&Backfill, &NetworkConnection),
    wanted: &[PartnerId],
) -> Result<Taken> {
    let lease = lease(backfill);
    let claims: Vec<_> = wanted.iter().map(|id| app.store.claim_push((connection, id), &lease)).collect();
    let claims: Vec<PushClaimed> = futures::stream::iter(claims).buffered(WRITES_AT_ONCE).try_collect().await?;
    let mut taken = Taken::default();
    for claimed in claims {
        match claimed {
            PushClaimed::Ours(partner) => taken.partners.push(*partner),
            PushClaimed::Theirs { by } => taken.some_held |= BackfillId::parse(&by).is_ok(),
            PushClaimed::Gone => {}
        }
    }
    Ok(taken)
}

/// Whoever works on the backfill next goes on with those who are taken up.
fn lease(backfill: &Backfill) -> Lease {
    Lease { by: backfill.id.to_string(), lease: SignedDuration::from_secs(LEASE_S) }
}

/// Lets go of those of whom the Network was surely not told.
pub(crate) async fn let_go(app: &App, backfill: &Backfill, partners: &[Partner]) -> Result<()> {
    let lease = lease(backfill);
    let drops: Vec<_> = partners.iter().map(|each| app.store.drop_push((&each.brand, &each.id), &lease)).collect();
    futures::stream::iter(drops).buffered(WRITES_AT_ONCE).try_collect::<Vec<()>>().await.map(drop)
}

/// Notes what the Network said of somebody, and gives back whether it knew them; `None` if it said nothing.
pub(crate) async fn settle(
    app: &App,
    (backfill, connection): (&Backfill, &NetworkConnection),
    partner: &Partner,
    answer: Option<&NetworkAnswer>,
) -> Result<Option<bool>> {
    let Some(answer) = answer else {
        let said = "The Network took the page and said nothing of this partner.".to_owned();
        return refuse(app, backfill, partner, said).await.map(|()| None);
    };
    let note = app.network_note(connection, partner, answer, Some(&backfill.id));
    let knew = note.known_before == Some(true);
    // Whoever changed meanwhile is told of once more by the push that follows from the change.
    app.store.settle_push((&partner.brand, &partner.id), &note, &lease(backfill)).await?;
    Ok(Some(knew))
}

/// Keeps that somebody was refused, and lets go of them.
pub(crate) async fn refuse(app: &App, backfill: &Backfill, partner: &Partner, said: String) -> Result<()> {
    app.store.drop_push((&partner.brand, &partner.id), &lease(backfill)).await?;
    let line = BackfillLine { partner: partner.id.clone(), said };
    app.store.note_backfill_line((&backfill.brand, &backfill.id), &line).await
}
