//! Approvals of the Network that arrive by this route, as clients of OpenPartner send them: an existing partner gets
//! the programs instead of an error, and a revoked one stays revoked.

use shared::{
    App, Error, Result,
    domain::{Application, Approved, BrandSlug, Metadata},
    network::approvals::{Incoming, Taken},
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
        // A caller on behalf of a Network is the Network that the brand is connected to, if there is one.
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
