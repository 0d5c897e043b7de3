//! `POST /api/t/{brand}/partners/{partner}/revoke`: revokes a partner's access.
//!
//! This write ends all sessions, and invalidates sign-in links and queued emails.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{BrandSlug, PartnerId, Reason, Scope},
    store::keys,
    web::{Method, Reply, Request, Router, Time},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/revoke";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// Reason, which is included in the email. If empty, none is given.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
    /// True to notify the partner by email.
    #[serde(default = "yes")]
    notify: bool,
}

fn yes() -> bool {
    true
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    ok: bool,
    revoked_at: Option<Time>,
    /// True if an email follows.
    notified: bool,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);

    // One read step: the caller, a stored response under the same idempotency key, and the partner.
    let (caller, found) = app.load(&request, &brand, Scope::PartnersWrite, [key.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let Input { reason, notify } = request.json_or_nothing()?.unwrap_or(Input { reason: None, notify: true });
    let reason = Reason::of(reason).map_err(|invalid| InvalidField::at("reason", invalid))?;

    let revoked = partner.revoke((reason, notify), app.fresh(), caller.actor(), app.now())?;

    let reply = Reply::ok(&Output { ok: true, revoked_at: revoked.partner.revoked_at, notified: revoked.notifies() })?;
    app.store.change_access(&revoked, caller.remember(&reply)).await?;
    Ok(reply)
}
