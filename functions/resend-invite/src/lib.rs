//! `POST /api/t/{brand}/partners/{partner}/invite`: mails the invitation anew, to somebody who has not joined yet.
//!
//! The record stays, the invitation is open for another 30 days, and the links mailed before are dead.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, PartnerId, Scope},
    store::keys,
    web::{Endpoint, Method, Reply, Request},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/invite";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, handle).function()
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// Mails an address that bounced or complained before.
    #[serde(default)]
    clear: bool,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Always true.
    ok: bool,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let (caller, found) = app.load(&request, &brand, Scope::PartnersWrite, [key.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let Input { clear } = request.json_or_nothing()?.unwrap_or_default();

    let reached = partner.invite_again(clear, app.fresh(), caller.actor(), app.now())?;

    let reply = Reply::ok(&Output { ok: true })?;
    app.store.reach(&reached, None, caller.remember(&reply)).await?;
    Ok(reply)
}
