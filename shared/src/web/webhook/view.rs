//! Webhook endpoints and their deliveries as the API shows them, and the payload of a delivery.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    domain::{
        Delivery, DeliveryState, DisabledReason, Event, EventId, Import, Partner, PartnerId, WebhookEndpoint,
        WebhookId, WebhookType, WebhookUrl,
    },
    error::{Error, Result},
    web::{api_views::EventView, import::view::ImportView},
};

/// A webhook endpoint: a URL of the brand's own systems that receives events.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Webhook")]
pub struct WebhookView {
    id: WebhookId,
    /// URL that receives the events.
    url: WebhookUrl,
    /// Event types that it receives; empty means all.
    events: Vec<WebhookType>,
    /// True if it receives events; false if it is disabled.
    on: bool,
    /// Reason for which it is disabled.
    off_reason: Option<DisabledReason>,
    /// Time at which it was disabled.
    off_at: Option<Timestamp>,
    /// Time at which it was added.
    created_at: Timestamp,
    /// Name of the actor who added it.
    created_by: Option<String>,
    /// Time of the last successful delivery.
    last_success_at: Option<Timestamp>,
    /// Time of the last failed delivery.
    last_failure_at: Option<Timestamp>,
    /// Reason of that failure, in a sentence.
    last_failure: Option<String>,
    /// Time since which every delivery has failed. After three days, the endpoint is disabled.
    failing_since: Option<Timestamp>,
    /// Time until which the previous signing secret also signs deliveries.
    old_secret_until: Option<Timestamp>,
    /// Signing secret. Returned only when it is created.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl WebhookView {
    /// The endpoint as of `now`.
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

    /// Adds the new signing secret.
    #[must_use]
    pub fn with_secret(self, secret: &str) -> Self {
        Self { secret: Some(secret.to_owned()), ..self }
    }
}

/// The delivery of one event to one webhook endpoint.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Delivery")]
pub struct DeliveryView {
    /// ID of the event. Every attempt carries it as `webhook-id`.
    event: EventId,
    /// Type of the event.
    r#type: WebhookType,
    /// The partner that the event is about, if it is about one.
    partner_id: Option<PartnerId>,
    /// Status of the delivery.
    state: DeliveryState,
    /// Number of attempts since the delivery was last requested by a person.
    tries: u32,
    created_at: Timestamp,
    /// Time of the last attempt.
    tried_at: Option<Timestamp>,
    /// HTTP status of that attempt.
    status: Option<u16>,
    /// Problem with that attempt, in a sentence.
    problem: Option<String>,
    /// Time of the next attempt. An endpoint that fails often backs off, which makes it later.
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

/// Records that belong to an event, in their state at the time of the delivery.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    /// Partner that the event is about.
    pub partner: Option<&'a Partner>,
    /// Import that ended.
    pub import: Option<&'a Import>,
}

/// Builds the body of a delivery: the event, and its partner in their current state. It contains no token and no
/// secret.
///
/// # Errors
/// Fails if the body can't be serialized as JSON; that is a bug.
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
