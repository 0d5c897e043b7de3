//! A page of the roster.

use shared::{
    App, Result,
    domain::{BACKFILL_PAGE, Backfill, Partner, PartnerFilter, PartnerId},
    store::PartnerQuery,
};

/// Some partners, newest first, and where they end.
pub(crate) struct Page {
    pub(crate) partners: Vec<Partner>,
    /// The last one, if there may be more behind.
    pub(crate) next: Option<PartnerId>,
}

impl Page {
    /// Reads who comes after those who were looked at, as they are now.
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
