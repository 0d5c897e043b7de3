//! `POST /api/t/{brand}/partners`: creates a partner, who is invited by email or active immediately.
//!
//! The email isn't sent here: it follows from the event that is written with the partner.

mod described;
mod input;
mod offering;
mod wire;

use shared::{
    App, Error, Function, Result,
    domain::{ActorKind, Application, BrandSlug, Metadata, NewPartner, Scope},
    store::{ErasureGuard, keys},
    web::{Method, PartnerView, Reply, Request, Router},
};

use crate::{offering::OfNetwork, wire::Input};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function().with_settings(&["SERVER_KEY"])
}

/// The command in a request.
pub(crate) enum Wanted {
    /// Create a partner.
    Invitation(Box<NewPartner>),
    /// Process an approval of the Network.
    Approval(Box<Application>, Option<Metadata>),
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;

    // One read step: the caller, a stored response under the same idempotency key, and the programs.
    let caller = app.caller(&request, &brand, Scope::PartnersWrite);
    let (caller, programs) = futures::try_join!(caller, app.store.list(keys::programs(&brand)))?;
    let input: Input = request.json()?;

    // Only an admin may readmit an erased person.
    let readmit = input.readmit;
    if readmit && caller.actor().kind != ActorKind::Admin {
        return Err(Error::SessionRequired);
    }
    let new = match input.wanted(&app, brand.clone(), &programs, &caller)? {
        Wanted::Invitation(new) => new,
        Wanted::Approval(application, metadata) => {
            let of_network = OfNetwork { brand: &brand, application: &application, metadata };
            return of_network.take(&app, &caller).await;
        }
    };
    let partner = new.bring_in(&caller.actor(), app.now());

    let reply = Reply::created(&PartnerView::whole(&partner.partner, partner.metadata.as_ref()))?;
    let entry = ErasureGuard { lifts: readmit, ..app.entry(&brand, &partner.partner.email)? };
    app.store.invite(&partner, Some(&entry), caller.remember(&reply)).await.map_err(|error| caller.told(error))?;
    Ok(reply)
}
