//! Pages of webhooks: the brand's endpoints and their deliveries.

use askama::Template;

use super::{Layout, Person, When};
use crate::domain::DeliveryState;

/// The webhook endpoints of a brand.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/webhook/webhooks.html")]
pub struct Webhooks {
    /// Page layout.
    pub shell: Layout,
    /// Endpoints, newest first.
    pub rows: Vec<WebhookRow>,
    /// Event types to which an endpoint can subscribe.
    pub types: Vec<&'static str>,
}

/// A webhook endpoint and its deliveries.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/webhook/webhook.html")]
pub struct WebhookPage {
    /// Page layout.
    pub shell: Layout,
    /// The endpoint.
    pub row: WebhookRow,
    /// Deliveries, newest event first.
    pub deliveries: Vec<DeliveryRow>,
    /// URL of the older deliveries, if there are any.
    pub older: Option<String>,
    /// Event types to which an endpoint can subscribe.
    pub types: Vec<&'static str>,
}

/// Status of a webhook endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    /// Enabled, and deliveries succeed.
    Works,
    /// Enabled, and nothing was delivered to it yet.
    New,
    /// Enabled, and deliveries fail.
    Fails,
    /// Disabled.
    Off,
}

impl WebhookState {
    /// Label of the status.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Works => "On",
            Self::New => "On (no events yet)",
            Self::Fails => "Failing",
            Self::Off => "Disabled",
        }
    }

    /// Colour of the status.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Works => "good",
            Self::New => "info",
            Self::Fails => "bad",
            Self::Off => "quiet",
        }
    }
}

/// A webhook endpoint.
#[derive(Clone, Debug)]
pub struct WebhookRow {
    /// ID of the endpoint, which is also the ID of its row.
    pub id: String,
    /// URL that receives the events.
    pub url: String,
    /// Event types that it receives, as spelled in the API; empty means all.
    pub events: Vec<&'static str>,
    /// Status of the endpoint.
    pub state: WebhookState,
    /// Explanation of the status.
    pub note: Option<String>,
    /// Time at which it was added.
    pub when: When,
    /// Name of the actor who added it, if known.
    pub by: Option<String>,
}

impl WebhookRow {
    /// True if it is disabled.
    pub fn is_off(&self) -> bool {
        self.state == WebhookState::Off
    }
}

/// The delivery of one event to an endpoint.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// ID of the event, which is also the ID of the row.
    pub event: String,
    /// Event type, as spelled in the API.
    pub what: &'static str,
    /// Partner that the event is about, if it is about one.
    pub partner: Option<Person>,
    /// Time of creation.
    pub since: When,
    /// Status of the delivery.
    pub state: DeliveryState,
    /// Number of attempts, in words.
    pub tries: String,
    /// Latest response.
    pub answer: Option<String>,
    /// Time of the last attempt.
    pub tried: Option<When>,
    /// Time of the next attempt: "22 November 2026, 14:05 CET".
    pub next: Option<String>,
}

impl DeliveryRow {
    /// Label of the status.
    pub fn label(&self) -> &'static str {
        match self.state {
            DeliveryState::Waiting => "Waiting",
            DeliveryState::Delivered => "Delivered",
            DeliveryState::Failed => "Failed",
        }
    }

    /// Colour of the status.
    pub fn tone(&self) -> &'static str {
        match self.state {
            DeliveryState::Waiting => "warn",
            DeliveryState::Delivered => "good",
            DeliveryState::Failed => "bad",
        }
    }
}
