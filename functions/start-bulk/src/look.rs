//! Previews the outcomes of a bulk job, with the same rules as the job itself.

use shared::{
    App, Result,
    domain::{Actor, BrandSlug, BulkAction, Counts, Partner, PartnerId, PartnerSelector, RowOutcome},
    store::{Found, PartnerQuery, keys},
};

/// Number of partners per page, and of pages. Further partners are only reported as `more`.
const PAGE: usize = 1_000;
const PAGES_MAX: usize = 5;

/// Outcomes of the partners that were checked, and whether there are more.
pub(crate) struct Seen {
    pub(crate) counts: Counts,
    pub(crate) more: bool,
}

/// Checks the partners named by ID, which were read already.
pub(crate) fn at_chosen(
    app: &App,
    brand: &BrandSlug,
    (action, ids): (&BulkAction, &[PartnerId]),
    found: &Found,
) -> Result<Seen> {
    let outcomes = ids.iter().map(|id| {
        let partner = found.get(&keys::partner(brand, id))?;
        Ok(partner.map_or(RowOutcome::UnknownPartner, |partner| would_be(app, action, partner)))
    });
    Ok(Seen { counts: outcomes.collect::<Result<_>>()?, more: false })
}

/// Checks the partners that match a filter, up to a few thousand of the roster.
pub(crate) async fn at_wanted(
    app: &App,
    brand: &BrandSlug,
    (action, wanted): (&BulkAction, &PartnerSelector),
) -> Result<Seen> {
    let (search, filter) = (wanted.search.clone(), wanted.filter.clone());
    let mut query = PartnerQuery { search, filter, after: None, limit: PAGE };
    let mut counts = Counts::default();
    for _ in 0..PAGES_MAX {
        let page = app.store.partners(brand, &query).await?;
        for partner in page.partners.into_iter().filter(BulkAction::is_for) {
            counts.add(would_be(app, action, partner), 1);
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    Ok(Seen { counts, more: query.after.is_some() })
}

/// Returns the outcome for one partner now.
fn would_be(app: &App, action: &BulkAction, partner: Partner) -> RowOutcome {
    match action.act(partner, app.fresh(), Actor::system(), app.now()) {
        Ok(_) => action.done(),
        Err(instead) => instead,
    }
}
