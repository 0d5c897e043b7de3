//! A page of the roster.

use shared::{
    App, Result,
    domain::{BACKFILL_PAGE, Backfill, Partner, PartnerFilter, PartnerId},
    store::PartnerQuery,
};

/// Partners, newest first, and the position after them.
pub(crate) struct Page {
    pub(crate) partners: Vec<Partner>,
    /// The last partner, if there may be more after it.
    pub(crate) next: Option<PartnerId>,
}

impl Page {
    /// Reads the partners that follow the checkpoint, in their current state.
    pub(crate) async fn read(app: &App, backfill: &Backfill) -> Result<Self> {
        let query = PartnerQuery {
            search: None,
            filter: PartnerFilter::default(),
            after: backfill.after.as_ref().map(ToString::to_string),
            limit: BACKFILL_PAGE,
        };
        let page = app.store.partners(&backfill.brand, &query).await?;
        let next = page.next.as_deref().and_then(|next| PartnerId::parse(next).ok());
        Ok(Self { partners: page.partners, next })
    }
}
