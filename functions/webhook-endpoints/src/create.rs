//! Creates an endpoint.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Result,
    domain::{BrandSlug, EventKind, WebhookEndpoint, WebhookId, WebhookType, WebhookUrl},
    web::{Reply, Request, WebhookView},
};

/// The endpoint to create.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewWebhook")]
pub(crate) struct Input {
    /// URL of the endpoint.
    url: WebhookUrl,
    /// Event types to deliver; if omitted or empty, all.
    #[serde(default)]
    events: Vec<WebhookType>,
}

pub(crate) async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let (caller, _) = app.load_admin(&request, &brand, crate::CHANGES, []).await?;
    let Input { url, events } = request.json()?;
    crate::check(&app, &url).await?;

    let id: WebhookId = app.fresh();
    let (secret, sealed) = crate::fresh_secret(&app, [brand.as_str(), "webhook", id.as_str()])?;
    let endpoint = WebhookEndpoint::new((id, brand), (url, events), sealed, caller.actor(), app.now());

    let event = EventKind::WebhookCreated { webhook: endpoint.id.clone() };
    let event = app.event(&endpoint.brand, caller.actor(), event);
    let reply = Reply::created(&WebhookView::of(&endpoint, app.now()).with_secret(&secret))?;
    app.store.create_webhook(&endpoint, &event, caller.remember_without_secret()).await?;
    Ok(reply)
}
