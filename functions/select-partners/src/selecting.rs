//! Selects the partners of a bulk job, page by page of the roster.

use std::ops::ControlFlow;

use shared::{
    App, Error, Result,
    domain::{
        BulkAction, BulkTarget, FILES_KEPT, Import, ImportFailure, ImportSource, PartnerId, ROWS_UNPROVEN, Selection,
    },
    store::{Lease, PartnerQuery, keys},
};

use crate::Next;

/// Number of partners per page, whose selection fits into one transaction.
const PAGE: usize = 1_000;

/// Returns the failure of a job with so many partners that it would have required a recent sign-in.
fn unproven() -> ImportFailure {
    let message = format!(
        "More than {ROWS_UNPROVEN} partners matched when the job started, which requires a sign-in within the last 15 minutes. Sign in again and restart it. Nothing was done."
    );
    ImportFailure::new("sign_in_again", message)
}

/// Selects the next page, and returns the job in its current state. Breaks if the job doesn't exist any more, another
/// worker has taken it over or ended it, or too many partners are selected.
pub(crate) async fn page(
    app: &App,
    mut import: Import,
    (claim, limit): (&Lease, Option<u64>),
) -> Result<ControlFlow<Next, Import>> {
    let (cancelled, began) = (import.cancelled_at.is_some(), import.started_at);
    let ImportSource::Roster(bulk) = &mut import.source else { return Ok(ControlFlow::Break(Next::TakenOver)) };
    let BulkTarget::Wanted(wanted) = bulk.whom.clone() else { return Err(Error::NotFound("selection")) };
    let mut further = Vec::new();
    if cancelled {
        bulk.after = None;
    } else {
        let (search, filter, after) = (wanted.search, wanted.filter, bulk.after.clone());
        let found = app.store.partners(&import.brand, &PartnerQuery { search, filter, after, limit: PAGE }).await?;
        let ids: Vec<PartnerId> =
            found.partners.into_iter().filter(BulkAction::is_for).map(|partner| partner.id).collect();
        let now = app.now();
        let many = bulk.action.chunk_rows(ids.len(), limit.unwrap_or_default());
        further = Selection::chunks_of(&ids, bulk.selected, (began.unwrap_or(now), now + FILES_KEPT), many);
        bulk.selected += ids.iter().map(|_| 1).sum::<u64>();
        bulk.chunks += further.iter().map(|_| 1).sum::<u64>();
        if import.rows_most.is_some_and(|most| bulk.selected > most) {
            return Ok(ControlFlow::Break(Next::Unable(unproven())));
        }
        bulk.after = found.next;
    }
    let all = bulk.after.is_none().then_some(bulk.selected);
    import.rows = all;
    if !app.store.note_selected(&import, &further, claim).await? {
        return Ok(ControlFlow::Break(Next::TakenOver));
    }
    // The job may have been cancelled meanwhile.
    let now = app.store.get(&keys::import(&import.brand, &import.id)).await?;
    Ok(now.map_or(ControlFlow::Break(Next::TakenOver), ControlFlow::Continue))
}
