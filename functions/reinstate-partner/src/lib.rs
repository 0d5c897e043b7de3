//! `POST /api/t/{brand}/partners/{partner}/reinstate`: reinstates a revoked partner.
//!
//! No email is sent. Grants and status are what they were before, since revoking changed neither.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, PartnerId, Scope},
    store::keys,
    web::{Method, Nothing, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/reinstate";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function()
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
