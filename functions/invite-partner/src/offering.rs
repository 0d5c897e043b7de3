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
        let (claim, network) = (keys::email(brand, &application.email), keys::network(brand));
        let found = app.store.read([claim.raw(), network.raw()]).await?;
        let claim = found.get(&claim)?;
        // Whoever calls in its name is the Network that the brand is connected with, if it is with one.
        let network = found.get(&network)?.map(|connection| connection.url.host());
        let application = &Application { network, ..application.clone() };
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
