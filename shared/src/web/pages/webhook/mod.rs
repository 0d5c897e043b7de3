//! Webhooks: the brand's endpoints, and what each of them was told.

use askama::Template;

use super::{Person, Shell, When};
use crate::domain::DeliveryState;

/// The endpoints of a brand.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/webhook/webhooks.html")]
pub struct Webhooks {
    /// What surrounds it.
    pub shell: Shell,
    /// The endpoints, newest first.
    pub rows: Vec<WebhookRow>,
    /// What an endpoint can be told of.
    pub types: Vec<&'static str>,
}

/// One endpoint, and what it was told.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/webhook/webhook.html")]
pub struct WebhookPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The endpoint.
    pub row: WebhookRow,
    /// What it was told, newest event first.
    pub deliveries: Vec<DeliveryRow>,
    /// Whether the log goes on where this page ends.
    pub older: Option<String>,
    /// What an endpoint can be told of.
    pub types: Vec<&'static str>,
}

/// How an endpoint fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    /// It is on, and says yes.
    Works,
    /// It is on, and was told of nothing yet.
    New,
    /// It is on, and fails.
    Fails,
    /// It is switched off.
    Off,
}

impl WebhookState {
    /// What it is called.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Works => "On",
            Self::New => "On, not used yet",
            Self::Fails => "Failing",
            Self::Off => "Off",
        }
    }

    /// How it is coloured.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Works => "good",
            Self::New => "info",
            Self::Fails => "bad",
            Self::Off => "quiet",
        }
    }
}

/// An endpoint.
#[derive(Clone, Debug)]
pub struct WebhookRow {
    /// Its id, which is the id of the row too.
    pub id: String,
    /// Where it is called.
    pub url: String,
    /// What it is told of, as the API names it; nothing here means everything.
    pub events: Vec<&'static str>,
    /// How it fares.
    pub state: WebhookState,
    /// What there is to say about that.
    pub note: Option<String>,
    /// When it was added.
    pub when: When,
    /// Who did, if that is known.
    pub by: Option<String>,
}

impl WebhookRow {
    /// Whether it is switched off.
    pub fn is_off(&self) -> bool {
        self.state == WebhookState::Off
    }
}

/// What an endpoint was told of one event.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// The event, which is the id of the row too.
    pub event: String,
    /// What happened, as the API names it.
    pub what: &'static str,
    /// To which partner, if to one.
    pub partner: Option<Person>,
    /// When.
    pub since: When,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried, as words.
    pub tries: String,
    /// What came back last.
    pub answer: Option<String>,
    /// When it was tried last.
    pub tried: Option<When>,
    /// When it is tried again: "22 November 2026, 14:05 CET".
    pub next: Option<String>,
}

impl DeliveryRow {
    /// What its state is called.
    pub fn label(&self) -> &'static str {
        match self.state {
            DeliveryState::Waiting => "Waiting",
            DeliveryState::Delivered => "Delivered",
            DeliveryState::Failed => "Failed",
        }
    }

    /// How that is coloured.
    pub fn tone(&self) -> &'static str {
        match self.state {
            DeliveryState::Waiting => "warn",
            DeliveryState::Delivered => "good",
            DeliveryState::Failed => "bad",
        }
    }
}
