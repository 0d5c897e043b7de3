//! A connection as the API shows it.

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App,
    domain::{BrandSlug, CallWay, NetworkCall, NetworkConnection, PartnerId, PushFailure},
    web::{Time, network_webhook},
};

/// A brand's connection with its Network.
#[derive(Serialize, JsonSchema, Default)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkConnection")]
pub(crate) struct Output {
    /// Whether there is one.
    connected: bool,
    /// Where the Network is reached.
    url: Option<String>,
    /// Where the Network sends its webhooks.
    webhook_url: String,
    connected_at: Option<Time>,
    /// Who connected it, by name.
    connected_by: Option<String>,
    /// Until when the secret before the current one counts too.
    secret_before_until: Option<Time>,
    /// Since when the Network can't be reached; `null` if it can, as far as is known.
    unreachable_since: Option<Time>,
    /// What came of the last call then, in a sentence.
    problem: Option<String>,
    /// How many messages it sent of kinds that nobody here knows.
    ignored: u64,
    /// The secret that the Network signs with, when it is made and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_secret: Option<String>,
    /// The last calls each way, newest first; only where the connection is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<Vec<CallOutput>>,
    /// The partners of whom the Network could finally not be told; only where the connection is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_pushes: Option<Vec<FailureOutput>>,
}

/// A call between the Network and us.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkCall")]
struct CallOutput {
    at: Time,
    /// Which way it went.
    way: CallWay,
    /// What it was.
    what: String,
    /// Whom it was about, if one partner.
    partner_id: Option<PartnerId>,
    /// Whether it did what it was to do.
    good: bool,
    /// What was answered.
    said: String,
}

/// That the Network could not be told of a partner.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "FailedPush")]
struct FailureOutput {
    partner_id: PartnerId,
    at: Time,
    /// Why.
    said: String,
}

/// That a connection was ended.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NetworkDisconnected")]
pub(crate) struct Disconnected {
    /// Always true.
    pub(crate) ok: bool,
}

impl Output {
    pub(crate) fn of(app: &App, brand: &BrandSlug, connection: Option<&NetworkConnection>) -> Self {
        let webhook_url = network_webhook(app, brand);
        let Some(connection) = connection else { return Self { webhook_url, ..Self::default() } };
        Self {
            connected: true,
            url: Some(connection.url.to_string()),
            webhook_url,
            connected_at: Some(connection.connected_at),
            connected_by: connection.connected_by.name.as_ref().map(ToString::to_string),
            secret_before_until: connection.former_secrets.until(app.now()),
            unreachable_since: connection.down_since,
            problem: connection.down_said.clone(),
            ignored: connection.ignored,
            ..Self::default()
        }
    }

    /// The same with a secret that is shown this once.
    pub(crate) fn showing(self, secret: Option<&str>) -> Self {
        Self { signing_secret: secret.map(str::to_owned), ..self }
    }

    /// The same with what went back and forth.
    pub(crate) fn with(self, calls: &[NetworkCall], failures: &[PushFailure]) -> Self {
        let call = |call: &NetworkCall| CallOutput {
            at: call.at,
            way: call.way,
            what: call.what.clone(),
            partner_id: call.partner.clone(),
            good: call.good,
            said: call.said.clone(),
        };
        let failure = |failure: &PushFailure| FailureOutput {
            partner_id: failure.partner.clone(),
            at: failure.at,
            said: failure.said.clone(),
        };
        let calls = Some(calls.iter().map(call).collect());
        Self { calls, failed_pushes: Some(failures.iter().map(failure).collect()), ..self }
    }
}
