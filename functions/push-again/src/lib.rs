//! `POST /api/t/{brand}/network/pushes/{partner}/again`: retries a failed sync of a partner with the Network.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, EventKind, PartnerId, Scope},
    store::keys,
    web::{Method, Nothing, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/network/pushes/{partner}/again";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function()
}

/// Confirms that the sync will be retried.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PushAsked")]
struct Output {
    /// Always `true`; the sync follows.
    ok: bool,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let partner: PartnerId = request.param("partner")?;
    let key = keys::push_failure(&brand, &partner);
    let (caller, found) = app.load(&request, &brand, Scope::NetworkWrite, [key.raw()]).await?;
    found.get(&key)?.ok_or(Error::NotFound("failed push"))?;
    request.json_or_nothing::<Nothing>()?;

    let event = app.event(&brand, caller.actor(), EventKind::PartnerPushAsked { partner: partner.clone() });
    let reply = Reply::accepted(&Output { ok: true })?;
    app.store.push_again((&brand, &partner), &event, caller.remember(&reply)).await?;
    Ok(reply)
}
