//! One call to an endpoint: builds the payload, signs it, and interprets the response.

use std::time::Duration;

use http::Method;
use shared::{
    App, Result,
    crypto::webhook_signature,
    domain::{Delivery, Event, Tried, WebhookEndpoint},
    egress::{OutboundError, OutboundRequest, OutboundResponse},
    web::{Told, told},
};
use url::Url;

/// Timeout of a call to an endpoint.
const PATIENCE: Duration = Duration::from_secs(10);

/// The status with which an endpoint reports that it is gone for good.
const GONE: u16 = 410;

/// Outcome of a call.
pub(crate) struct Called {
    pub(crate) tried: Tried,
    pub(crate) gone: bool,
}

/// Returns the signing secrets of an endpoint: the current one, and for a day also the previous one.
pub(crate) fn secrets(app: &App, endpoint: &WebhookEndpoint) -> Result<Vec<String>> {
    let keys = app.sealing_keys()?;
    endpoint.secrets(app.now()).map(|secret| Ok(keys.open(secret, &endpoint.sealed_for())?)).collect()
}

/// Delivers an event to the endpoint.
pub(crate) async fn call(
    app: &App,
    (endpoint, secrets): (&WebhookEndpoint, &[String]),
    (delivery, event): (&Delivery, &Event),
    with: Told<'_>,
) -> Result<Called> {
    let body = told(event, delivery.event_type, with, app.now())?;
    let headers = webhook_signature::signed_headers(event.id.as_str(), &body, secrets, app.now())?;
    let url = Url::parse(endpoint.url.as_str()).map_err(shared::Error::internal)?;
    let call = OutboundRequest { method: Method::POST, url, headers, body, patience: PATIENCE };
    Ok(heard(app.outside().call(call).await))
}

fn heard(answer: Result<OutboundResponse, OutboundError>) -> Called {
    match answer {
        Ok(heard) if heard.is_yes() => Called { tried: Tried::Yes(heard.status), gone: false },
        Ok(heard) => {
            let problem = match heard.status {
                GONE => "HTTP 410 Gone.".to_owned(),
                300..400 => format!("HTTP {}: redirects are not followed.", heard.status),
                status => format!("HTTP {status}."),
            };
            Called { tried: Tried::No { status: Some(heard.status), problem }, gone: heard.status == GONE }
        }
        Err(error) => Called { tried: Tried::No { status: None, problem: error.to_string() }, gone: false },
    }
}
