//! `GET`, `POST /api/t/{brand}/webhooks`, `PATCH`, `DELETE …/{webhook}` and `POST …/{webhook}/secret`: manages a
//! brand's webhook endpoints, for owners.
//!
//! A signing secret is shown once, when it is created, and stored encrypted. A URL that may not be called is rejected
//! here, and again with every call.

mod change;
mod create;
mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    crypto::{envelope::Sealed, webhook_signature},
    domain::{BrandSlug, EventKind, Invalid, WebhookEndpoint, WebhookId, WebhookUrl},
    store::keys,
    web::{Caller, Method, Nothing, Reply, Request, Requirement, Router, WebhookView},
};
use url::Url;

pub use described::described;

const WEBHOOKS: &str = "/api/t/{brand}/webhooks";
const WEBHOOK: &str = "/api/t/{brand}/webhooks/{webhook}";
const SECRET: &str = "/api/t/{brand}/webhooks/{webhook}/secret";

const READS: Requirement = Requirement::owner();
const CHANGES: Requirement = Requirement::owner().recently();

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, WEBHOOKS, list)
        .and(Method::POST, WEBHOOKS, create::handle)
        .and(Method::PATCH, WEBHOOK, change::handle)
        .and(Method::DELETE, WEBHOOK, delete)
        .and(Method::POST, SECRET, change::new_secret)
        .function()
        .with_settings(&["SEALING_KEYS"])
}

/// The webhook endpoints of a brand.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Webhooks")]
struct Listed {
    /// All endpoints, oldest first.
    webhooks: Vec<WebhookView>,
}

/// Confirms that an endpoint was deleted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WebhookDeleted")]
struct Deleted {
    /// Always `true`.
    ok: bool,
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    let (_, found) = futures::try_join!(app.load_admin(&request, &brand, READS, []), app.store.webhooks(&brand))?;
    Reply::ok(&Listed { webhooks: found.iter().map(|endpoint| WebhookView::of(endpoint, app.now())).collect() })
}

async fn delete(app: App, request: Request) -> Result<Reply> {
    let (caller, endpoint) = load(&app, &request).await?;
    request.json_or_nothing::<Nothing>()?;

    let event = EventKind::WebhookDeleted { webhook: endpoint.id.clone() };
    let event = app.event(&endpoint.brand, caller.actor(), event);
    let reply = Reply::ok(&Deleted { ok: true })?;
    app.store.delete_webhook((&endpoint.brand, &endpoint.id), &event, caller.remember(&reply)).await?;
    Ok(reply)
}

/// Returns the caller, and the endpoint in the path.
async fn load(app: &App, request: &Request) -> Result<(Caller, WebhookEndpoint)> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::webhook(&brand, &request.param::<WebhookId>("webhook")?);
    let (caller, found) = app.load_admin(request, &brand, CHANGES, [key.raw()]).await?;
    let endpoint = found.get(&key)?.ok_or(Error::NotFound("webhook"))?;
    Ok((caller, endpoint))
}

/// Rejects a URL that may not be called.
async fn check(app: &App, url: &WebhookUrl) -> Result<()> {
    let parsed = Url::parse(url.as_str()).map_err(Error::internal)?;
    let refused = app.outside().check(parsed).await;
    refused.map_err(|why| InvalidField::at("url", Invalid::url(why.to_string())).into())
}

/// Returns a new secret, in plain text and encrypted.
fn fresh_secret(app: &App, sealed_for: [&str; 3]) -> Result<(String, Sealed)> {
    let secret = webhook_signature::secret_text(app.entropy());
    let sealed = app.sealing_keys()?.seal(&secret, &sealed_for, app.entropy())?;
    Ok((secret, sealed))
}
