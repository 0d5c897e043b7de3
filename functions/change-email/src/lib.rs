//! `PUT /api/t/{brand}/partners/{partner}/email`: corrects the address of somebody who never signed in.
//!
//! The invitation is mailed there. What was mailed to the old address, or waits to be, is dead with this write.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{BrandSlug, EmailAddress, Invalid, PartnerId, Scope},
    store::keys,
    web::{Endpoint, Method, PartnerView, Reply, Request},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/email";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::PUT, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// Where mail reaches them.
    email: EmailAddress,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let (caller, found) = app.load(&request, &brand, Scope::PartnersWrite, [key.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let Input { email } = request.json()?;
    if email == partner.email {
        return Err(InvalidField::at("email", Invalid::unsupported("That is their address already.")).into());
    }

    let reached = partner.correct_address(email, app.fresh(), caller.actor(), app.now())?;

    let reply = Reply::ok(&PartnerView::from(&reached.partner))?;
    app.store.reach(&reached, caller.remember(&reply)).await.map_err(|error| caller.told(error))?;
    Ok(reply)
}
