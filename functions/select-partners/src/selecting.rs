//! Finding out to whom something is to be done, page by page of the roster.

use shared::{
    App, Error, Result,
    domain::{BulkAction, BulkWhom, CHUNK_ROWS, FILES_KEPT, Import, ImportSource, PartnerId, Selection},
    store::{Lease, PartnerQuery, keys},
};

/// How many partners are looked at for a page: what is found of them fits into one transaction.
const PAGE: usize = 1_000;

/// Selects a page further, and gives back how it is now; `None` if somebody else has taken it up.
pub(crate) async fn page(app: &App, mut import: Import, claim: &Lease) -> Result<Option<Import>> {
    let cancelled = import.cancelled_at.is_some();
    let ImportSource::Roster(bulk) = &mut import.source else { return Ok(None) };
    let BulkWhom::Wanted(wanted) = bulk.whom.clone() else { return Err(Error::NotFound("selection")) };
    let mut further = Vec::new();
    if cancelled {
        bulk.after = None;
    } else {
        let (search, filter, after) = (wanted.search, wanted.filter, bulk.after.clone());
        let found = app.store.partners(&import.brand, &PartnerQuery { search, filter, after, limit: PAGE }).await?;
        let ids: Vec<PartnerId> =
            found.partners.into_iter().filter(BulkAction::is_for).map(|partner| partner.id).collect();
        let now = app.now();
        further = Selection::chunks_of(&ids, bulk.selected, (now, now + FILES_KEPT), CHUNK_ROWS);
        bulk.selected += ids.iter().map(|_| 1).sum::<u64>();
        bulk.chunks += further.iter().map(|_| 1).sum::<u64>();
        bulk.after = found.next;
    }
    let all = bulk.after.is_none().then_some(bulk.selected);
    import.rows = all;
    if !app.store.note_selected(&import, &further, claim).await? {
        return Ok(None);
    }
    // Somebody may have cancelled it meanwhile.
    app.store.get(&keys::import(&import.brand, &import.id)).await
}
