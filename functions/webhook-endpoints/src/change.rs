//! Changes an endpoint: its URL, event types, status and signing secret.

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Result,
    domain::{DisabledReason, EventKind, WebhookType, WebhookUrl},
    web::{Nothing, Reply, Request, WebhookView},
};

/// The changes. Omitted fields stay as they are.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WebhookChange")]
pub(crate) struct Input {
    /// URL of the endpoint.
    url: Option<WebhookUrl>,
    /// Event types to deliver; if empty, all.
    events: Option<Vec<WebhookType>>,
    /// False to disable the endpoint, true to enable it. Once enabled, it receives its pending deliveries.
    on: Option<bool>,
}

pub(crate) async fn handle(app: App, request: Request) -> Result<Reply> {
    let (caller, before) = crate::load(&app, &request).await?;
    let Input { url, events, on } = request.json()?;
    if let Some(url) = &url {
        crate::check(&app, url).await?;
    }

    let url = url.unwrap_or_else(|| before.url.clone());
    let events = events.unwrap_or_else(|| before.events.clone());
    let endpoint = before.clone().moved_to(url, app.now()).wanting(events);
    let endpoint = match on {
        Some(true) => endpoint.on(app.now()),
        Some(false) if endpoint.off.is_none() => endpoint.off(DisabledReason::ByAdmin, app.now()),
        Some(false) | None => endpoint,
    };

    let event = EventKind::WebhookChanged { webhook: endpoint.id.clone() };
    let event = app.event(&endpoint.brand, caller.actor(), event);
    let reply = Reply::ok(&WebhookView::of(&endpoint, app.now()))?;
    app.store.change_webhook((&before, &endpoint), &event, caller.remember(&reply)).await?;
    Ok(reply)
}

/// The previous secret stays valid for a day: deliveries are signed with both.
pub(crate) async fn new_secret(app: App, request: Request) -> Result<Reply> {
    let (caller, before) = crate::load(&app, &request).await?;
    request.json_or_nothing::<Nothing>()?;

    let (secret, sealed) = crate::fresh_secret(&app, before.sealed_for())?;
    let endpoint = before.clone().with_secret(sealed, app.now());

    let event = EventKind::WebhookChanged { webhook: endpoint.id.clone() };
    let event = app.event(&endpoint.brand, caller.actor(), event);
    let reply = Reply::ok(&WebhookView::of(&endpoint, app.now()).with_secret(&secret))?;
    app.store.change_webhook((&before, &endpoint), &event, caller.remember_without_secret()).await?;
    Ok(reply)
}
