//! The webhooks of the simulated Network: it sends approvals to the product and stores the responses.

use std::{sync::atomic::Ordering, time::Duration};

use bytes::Bytes;
use http::{Request, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::Instant};

use super::{
    Call, Network,
    applications::{Application, State},
    cut,
};
use crate::gateway::Gateway;

/// The time between an approval by the product and the Network's webhook for it.
const MOMENT: Duration = Duration::from_millis(300);

/// The result of a step whose errors are logged.
pub(super) type Anyhow<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// An approval to send.
#[derive(Debug)]
pub(crate) struct Due {
    pub(super) brand: String,
    pub(super) id: String,
    /// The time of the approval.
    pub(super) at: Instant,
}

/// The worker that sends webhooks shortly after an approval.
pub(crate) struct Deliveries {
    network: Network,
    due: mpsc::UnboundedReceiver<Due>,
}

/// A webhook that was sent, with the product's response.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Delivery {
    pub(super) at: Timestamp,
    pub(super) status: u16,
    pub(super) answer: String,
}

/// The meaning of a response.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    /// `taken`, `held` or `refused`.
    pub(super) what: &'static str,
    /// A sentence that describes it.
    pub(super) says: String,
    /// The creator's share link.
    pub(super) link: Option<String>,
    pub(super) partner_id: Option<String>,
}

impl Deliveries {
    pub(super) fn new(network: Network, due: mpsc::UnboundedReceiver<Due>) -> Self {
        Self { network, due }
    }

    /// Sends webhooks for as long as the instance lives. One that a kill interrupts can be sent again with the button
    /// *Send*.
    pub(crate) async fn run(mut self, gateway: Gateway) {
        while let Some(Due { brand, id, at }) = self.due.recv().await {
            tokio::time::sleep_until(at + MOMENT).await;
            if let Err(error) = self.network.send_approval(&brand, &id, &gateway).await {
                tracing::error!("The pretend Network could not tell of {id}: {error}");
            }
            self.network.0.under_way.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Network {
    /// Schedules the webhook of an approval.
    pub(super) fn schedule_approval(&self, due: Due) {
        self.0.under_way.fetch_add(1, Ordering::SeqCst);
        if let Err(gone) = self.0.soon.send(due) {
            tracing::error!("Nobody tells of {} any more.", gone.0.id);
            self.0.under_way.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// Sends an approval to the product, for the first time or again: with the same IDs and a new signature. Returns
    /// `None` if there is no approval.
    pub(super) async fn send_approval(&self, brand: &str, id: &str, gateway: &Gateway) -> Anyhow<Option<Application>> {
        let approved = self.application(brand, id)?.filter(|application| application.state == State::Approved);
        let Some(application) = approved else { return Ok(None) };
        let body = webhook(&application).to_string();
        let now = self.0.clock.now();
        let signed = self.sign(brand, &format!("msg_{id}"), body.as_bytes())?;
        let path = format!("/webhooks/network/{brand}");
        let mut request = Request::post(&path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in signed {
            request = request.header(name, value);
        }
        let answer = gateway.call(&request.body(Bytes::from(body.clone()))?).await;
        let status = answer.status().as_u16();
        let answer = String::from_utf8_lossy(answer.body()).into_owned();
        self.log(
            brand,
            Call { at: now, ours: true, what: format!("POST {path}"), sent: body, status, answered: answer.clone() },
        )?;
        Ok(self.note_delivery(brand, id, Delivery { at: now, status, answer: cut(&answer) })?)
    }

    /// Returns the headers of a message to a brand.
    pub(crate) fn sign(&self, brand: &str, id: &str, body: &[u8]) -> Anyhow<Vec<(&'static str, String)>> {
        let Some(vendor) = self.vendor(brand) else { return Ok(Vec::new()) };
        let secret = self.signing_secret(vendor)?;
        Ok(shared::crypto::webhook_signature::signed_headers(id, body, &[secret], self.0.clock.now())?)
    }
}

/// Returns the webhook's body for an approval.
fn webhook(application: &Application) -> Value {
    let Application { id, creator, offering, preferred_slug, send_invite, note, decided_at, created_at, .. } =
        application;
    let mut data = json!({
        "applicationId": id,
        "creator": {"id": creator.id, "name": creator.name, "email": creator.email, "handle": creator.handle},
        "offering": {"id": offering.id, "programId": offering.program_id},
        "preferredSlug": preferred_slug,
        "sendInvite": send_invite,
    });
    if let (Value::Object(data), Some(note)) = (&mut data, note) {
        data.insert("note".to_owned(), json!(note));
    }
    json!({"type": "application.approved", "timestamp": decided_at.unwrap_or(*created_at), "data": data})
}

impl Delivery {
    /// Returns the meaning of the product's response.
    pub(super) fn outcome(&self) -> Outcome {
        let body: Value = serde_json::from_str(&self.answer).unwrap_or_default();
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let (what, says) = match self.status {
            202 => ("held", "Held: their access is revoked, so the brand’s admin has to decide.".to_owned()),
            200..=299 => ("taken", "Accepted: they are now a partner of the brand.".to_owned()),
            status => {
                let code = text("error").unwrap_or_default();
                let message = text("message").unwrap_or_default();
                ("refused", format!("Rejected with {status} {code}: {message}"))
            }
        };
        let says = says.trim_end_matches([':', ' ']).to_owned();
        Outcome { what, says, link: link(&body), partner_id: text("partnerId") }
    }
}

/// Returns the URL of the share link in a response, if it may be shown as a link.
fn link(body: &Value) -> Option<String> {
    let link = body.get("link")?;
    let address = link.as_str().or_else(|| link.get("url").and_then(Value::as_str))?;
    (address.starts_with("http://") || address.starts_with("https://")).then(|| address.to_owned())
}
