//! `POST /api/t/{brand}/partners/{partner}/reinstate`: an admin gives a partner's access back.
//!
//! No mail is sent. Grants and state are what they were, since revoking changed neither.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, PartnerId, Scope},
    store::keys,
    web::{Endpoint, Method, Nothing, Reply, Request},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/reinstate";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, handle).function()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    ok: bool,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let (caller, found) = app.load(&request, &brand, Scope::PartnersWrite, [key.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    request.json_or_nothing::<Nothing>()?;

    let reinstated = partner.reinstate(app.fresh(), caller.actor(), app.now())?;

    let reply = Reply::ok(&Output { ok: true })?;
    app.store.change_access(&reinstated, caller.remember(&reply)).await?;
    Ok(reply)
}
