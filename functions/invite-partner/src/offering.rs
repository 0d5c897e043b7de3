//! An approval of the Network that comes by this route, as clients of OpenPartner send it: whoever is here already is
//! extended instead of refused, and nobody who is revoked is lifted.

use shared::{
    App, Error, Result,
    approving::{Incoming, Taken},
    domain::{Application, Approved, BrandSlug, Metadata},
    store::keys,
    web::{Caller, PartnerView, Reply},
};

pub(crate) struct OfNetwork<'a> {
    pub(crate) brand: &'a BrandSlug,
    pub(crate) application: &'a Application,
    pub(crate) metadata: Option<Metadata>,
}

impl OfNetwork<'_> {
    pub(crate) async fn take(self, app: &App, caller: &Caller) -> Result<Reply> {
        let Self { brand, application, metadata } = self;
        let claim = app.store.get(&keys::email(brand, &application.email)).await?;
        let incoming = Incoming { brand, application, claim, metadata, by: caller.actor() };
        match app.take_approval(incoming, |approved| Ok(caller.remember(&reply(approved)?))).await? {
            Taken::Accepted(approved) => reply(&approved),
            Taken::Held(_) | Taken::Before(_) => Err(Error::ApprovalHeld),
        }
    }
}

fn reply(approved: &Approved) -> Result<Reply> {
    let partner = PartnerView::whole(&approved.partner, approved.metadata.as_ref());
    if approved.before.is_none() { Reply::created(&partner) } else { Reply::ok(&partner) }
}
