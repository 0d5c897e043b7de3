//! Claims partners for a sync, and records the Network's response.

use futures::{StreamExt, TryStreamExt};
use jiff::SignedDuration;
use shared::{
    App, Result,
    domain::{Backfill, BackfillId, BackfillLine, NetworkConnection, Partner, PartnerId},
    network::NetworkAnswer,
    store::{Lease, PushClaim},
};

use crate::LEASE_S;

/// Number of parallel writes.
pub(crate) const WRITES_AT_ONCE: usize = 25;

/// Result of claiming partners.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) partners: Vec<Partner>,
    /// True if an earlier backfill still holds a partner: it failed a moment ago, and it is unknown whether the Network
    /// received that partner. A partner held by a single sync is left to that sync.
    pub(crate) some_held: bool,
}

/// Claims all partners that are free, in their current state.
pub(crate) async fn claim(
    app: &App,
    (backfill, connection): (&Backfill, &NetworkConnection),
    wanted: &[PartnerId],
) -> Result<Taken> {
    let lease = lease(backfill);
    let claims: Vec<_> = wanted.iter().map(|id| app.store.claim_push((connection, id), &lease)).collect();
    let claims: Vec<PushClaim> = futures::stream::iter(claims).buffered(WRITES_AT_ONCE).try_collect().await?;
    let mut taken = Taken::default();
    for claimed in claims {
        match claimed {
            PushClaim::Ours(partner) => taken.partners.push(*partner),
            PushClaim::Theirs { by } => taken.some_held |= BackfillId::parse(&by).is_ok(),
            PushClaim::Gone => {}
        }
    }
    Ok(taken)
}

/// The lease is in the backfill's name, so that the worker that continues the backfill keeps the claimed partners.
fn lease(backfill: &Backfill) -> Lease {
    Lease { by: backfill.id.to_string(), lease: SignedDuration::from_secs(LEASE_S) }
}

/// Releases partners that the Network certainly didn't receive.
pub(crate) async fn let_go(app: &App, backfill: &Backfill, partners: &[Partner]) -> Result<()> {
    let lease = lease(backfill);
    let drops: Vec<_> = partners.iter().map(|each| app.store.drop_push((&each.brand, &each.id), &lease)).collect();
    futures::stream::iter(drops).buffered(WRITES_AT_ONCE).try_collect::<Vec<()>>().await.map(drop)
}

/// Records the Network's result for a partner and returns whether it knew them; `None` if the response lacks them.
pub(crate) async fn settle(
    app: &App,
    (backfill, connection): (&Backfill, &NetworkConnection),
    partner: &Partner,
    answer: Option<&NetworkAnswer>,
) -> Result<Option<bool>> {
    let Some(answer) = answer else {
        let said = "The Network accepted the request but didn't mention this partner.".to_owned();
        return refuse(app, backfill, partner, said).await.map(|()| None);
    };
    let note = app.network_note(connection, partner, answer, Some(&backfill.id));
    let knew = note.known_before == Some(true);
    // A partner that changed meanwhile is synced again by the job that follows from the change.
    app.store.settle_push((&partner.brand, &partner.id), &note, &lease(backfill)).await?;
    Ok(Some(knew))
}

/// Stores that the Network rejected the partner, and releases the claim.
pub(crate) async fn refuse(app: &App, backfill: &Backfill, partner: &Partner, said: String) -> Result<()> {
    app.store.drop_push((&partner.brand, &partner.id), &lease(backfill)).await?;
    let line = BackfillLine { partner: partner.id.clone(), said };
    app.store.note_backfill_line((&backfill.brand, &backfill.id), &line).await
}
