//! A connection as the API returns it.

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App,
    domain::{BrandSlug, CallDirection, NetworkCall, NetworkConnection, PartnerId, PushFailure},
    web::{Time, network_webhook},
};

/// A brand's connection with its Network.
#[derive(Serialize, JsonSchema, Default)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkConnection")]
pub(crate) struct Output {
    /// True if there is a connection.
    connected: bool,
    /// Base URL of the Network's API.
    url: Option<String>,
    /// URL to which the Network sends its webhooks.
    webhook_url: String,
    connected_at: Option<Time>,
    /// Name of the admin who connected it.
    connected_by: Option<String>,
    /// Time until which the previous signing secret stays valid.
    secret_before_until: Option<Time>,
    /// Time since which the Network can't be reached; `null` if it is reachable, as far as is known.
    unreachable_since: Option<Time>,
    /// Result of the last failed call, in a sentence.
    problem: Option<String>,
    /// Number of messages of unknown types that the Network sent.
    ignored: u64,
    /// The secret with which the Network signs. It is returned only when it is generated.
    #[serde(skip_serializing_if = "Option::is_none")]
    signing_secret: Option<String>,
    /// The latest calls in both directions, newest first; only in the response of `GET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<Vec<CallOutput>>,
    /// Partners whose sync failed for good; only in the response of `GET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_pushes: Option<Vec<FailureOutput>>,
}

/// A call between the Network and this product.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "NetworkCall")]
struct CallOutput {
    at: Time,
    /// Direction of the call.
    way: CallDirection,
    /// Purpose of the call.
    what: String,
    /// The partner concerned, if there is exactly one.
    partner_id: Option<PartnerId>,
    /// True if the call succeeded.
    good: bool,
    /// The result, in a sentence.
    said: String,
}

/// A failed sync of a partner.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "FailedPush")]
struct FailureOutput {
    partner_id: PartnerId,
    at: Time,
    /// The reason.
    said: String,
}

/// Confirms that the connection was ended.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NetworkDisconnected")]
pub(crate) struct Disconnected {
    /// Always `true`.
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

    /// Adds a secret, which is shown only in this response.
    pub(crate) fn showing(self, secret: Option<&str>) -> Self {
        Self { signing_secret: secret.map(str::to_owned), ..self }
    }

    /// Adds the latest calls and the failed syncs.
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
