//! Endpoints for webhooks and their log as the API shows them, and what endpoints are told.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    domain::{
        Delivery, DeliveryState, Event, EventId, Import, OffReason, Partner, PartnerId, WebhookEndpoint, WebhookId,
        WebhookType, WebhookUrl,
    },
    error::{Error, Result},
    web::{api_views::EventView, import::view::ImportView},
};

/// A system of the brand that wants to be told of what happens.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Webhook")]
pub struct WebhookView {
    id: WebhookId,
    /// Where it is called.
    url: WebhookUrl,
    /// What it is told of; nothing here means everything.
    events: Vec<WebhookType>,
    /// Whether it is told of anything.
    on: bool,
    /// Why it is not, if it is switched off.
    off_reason: Option<OffReason>,
    /// Since when it is switched off.
    off_at: Option<Timestamp>,
    /// When it was added.
    created_at: Timestamp,
    /// Who added it, by name.
    created_by: Option<String>,
    /// When it said yes last.
    last_success_at: Option<Timestamp>,
    /// When it failed last.
    last_failure_at: Option<Timestamp>,
    /// How it failed then, in a sentence.
    last_failure: Option<String>,
    /// Since when it has said nothing but no. After three days it is switched off.
    failing_since: Option<Timestamp>,
    /// How long the secret before the last one signs beside it.
    old_secret_until: Option<Timestamp>,
    /// What its messages are signed with, when it is made and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl WebhookView {
    /// The endpoint as it stands at `now`.
    #[must_use]
    pub fn of(endpoint: &WebhookEndpoint, now: Timestamp) -> Self {
        Self {
            id: endpoint.id.clone(),
            url: endpoint.url.clone(),
            events: endpoint.events.clone(),
            on: endpoint.off.is_none(),
            off_reason: endpoint.off.as_ref().map(|off| off.why),
            off_at: endpoint.off.as_ref().map(|off| off.at),
            created_at: endpoint.created_at,
            created_by: endpoint.created_by.name.as_ref().map(ToString::to_string),
            last_success_at: endpoint.last_success_at,
            last_failure_at: endpoint.last_failure.as_ref().map(|failure| failure.at),
            last_failure: endpoint.last_failure.as_ref().map(|failure| failure.said.clone()),
            failing_since: endpoint.failing_since,
            old_secret_until: endpoint.former_secrets.until(now),
            secret: None,
        }
    }

    /// The same with its new secret.
    #[must_use]
    pub fn with_secret(self, secret: &str) -> Self {
        Self { secret: Some(secret.to_owned()), ..self }
    }
}

/// What an endpoint is, or was, told of one event.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Delivery")]
pub struct DeliveryView {
    /// The event; it is the `webhook-id` of every try.
    event: EventId,
    /// What happened.
    r#type: WebhookType,
    /// To which partner, if to one.
    partner_id: Option<PartnerId>,
    /// Where it stands.
    state: DeliveryState,
    /// How often it was tried, since somebody last asked for it.
    tries: u32,
    created_at: Timestamp,
    /// When it was tried last.
    tried_at: Option<Timestamp>,
    /// The status that came back then.
    status: Option<u16>,
    /// What was wrong then, in a sentence.
    problem: Option<String>,
    /// When it is tried again; an endpoint that fails often rests, and then it is later.
    next_try_at: Option<Timestamp>,
}

impl From<&Delivery> for DeliveryView {
    fn from(delivery: &Delivery) -> Self {
        Self {
            event: delivery.event.clone(),
            r#type: delivery.event_type,
            partner_id: delivery.partner.clone(),
            state: delivery.state,
            tries: delivery.tries,
            created_at: delivery.created_at,
            tried_at: delivery.tried_at,
            status: delivery.status,
            problem: delivery.problem.clone(),
            next_try_at: delivery.next_at,
        }
    }
}

/// What goes with an event, as it is at the moment of the call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    /// To whom it happened.
    pub partner: Option<&'a Partner>,
    /// The import that ended.
    pub import: Option<&'a Import>,
}

/// The body that an endpoint gets: what happened, and to whom, as they are now. It holds no token and no secret.
///
/// # Errors
/// If it has no form in JSON; that is a bug.
pub fn told(event: &Event, what: WebhookType, with: Told<'_>, now: Timestamp) -> Result<Vec<u8>> {
    let view = serde_json::to_value(EventView::from(event)).map_err(Error::internal)?;
    let mut data = Map::new();
    data.insert("event".to_owned(), json!(event.id));
    data.insert("brand".to_owned(), json!(event.brand));
    data.insert("actor".to_owned(), view.get("actor").cloned().unwrap_or_default());
    if let Some(partner) = with.partner {
        let state = partner.state().as_str();
        let shown = match partner.erased_at {
            None => json!({"id": partner.id, "email": partner.email, "name": partner.name, "state": state}),
            Some(_) => json!({"id": partner.id, "state": state}),
        };
        data.insert("partner".to_owned(), shown);
    }
    if let Some(fields) = view.get("data").and_then(Value::as_object) {
        data.extend(fields.clone());
    }
    if let Some(import) = with.import {
        data.insert("import".to_owned(), json!(ImportView::of(import, now)));
    }
    let body = json!({"type": what.as_str(), "timestamp": event.at, "data": data});
    serde_json::to_vec(&body).map_err(Error::internal)
}
