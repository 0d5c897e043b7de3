//! `DELETE /api/t/{brand}/partners/{partner}/links/{key}` and, for partners themselves, `DELETE
//! /api/t/{brand}/links/{key}`: deletes a share link, which stops working immediately.
//!
//! Its commissions stay. Its key is never given to anyone else.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, LinkKey, PartnerId, Scope, ShareLink},
    store::keys,
    web::{Caller, Method, Reply, Request, Router},
};

pub use described::described;

const OF_PARTNER: &str = "/api/t/{brand}/partners/{partner}/links/{key}";
const OWN: &str = "/api/t/{brand}/links/{key}";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::DELETE, OF_PARTNER, of_partner).and(Method::DELETE, OWN, own).function()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Always `true`.
    ok: bool,
}

async fn of_partner(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let (partner, key): (PartnerId, LinkKey) = (request.param("partner")?, request.param("key")?);
    let at = keys::share_link(&brand, &partner, &key);
    let (caller, found) = app.load(&request, &brand, Scope::LinksWrite, [at.raw()]).await?;
    delete(&app, &caller, found.get(&at)?).await
}

async fn own(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key: LinkKey = request.param("key")?;
    let (caller, partner, _) = app.load_partner(&request, &brand, []).await?;
    let link = app.store.get(&keys::share_link(&brand, &partner.id, &key)).await?;
    delete(&app, &caller, link).await
}

async fn delete(app: &App, caller: &Caller, link: Option<ShareLink>) -> Result<Reply> {
    let link = link.ok_or(Error::NotFound("link"))?;
    let deleted = link.delete(app.fresh(), caller.actor(), app.now()).ok_or(Error::NotFound("link"))?;
    let reply = Reply::ok(&Output { ok: true })?;
    app.store.delete_link(&deleted, caller.remember(&reply)).await?;
    Ok(reply)
}
