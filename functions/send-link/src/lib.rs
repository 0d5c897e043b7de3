//! `POST /api/t/{brand}/partners/{partner}/sign-in-link`: emails an active partner a sign-in link.
//!
//! It invalidates nothing: existing sessions and links keep working.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, PartnerId, Scope},
    store::keys,
    web::{Method, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/sign-in-link";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function()
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// True to send it even if the email address bounced or complained before.
    #[serde(default)]
    clear: bool,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Always `true`.
    ok: bool,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let (caller, found) = app.load(&request, &brand, Scope::PartnersWrite, [key.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let Input { clear } = request.json_or_nothing()?.unwrap_or_default();

    let reached = partner.send_link(clear, app.fresh(), caller.actor(), app.now())?;

    let reply = Reply::ok(&Output { ok: true })?;
    app.store.reach(&reached, None, caller.remember(&reply)).await?;
    Ok(reply)
}
