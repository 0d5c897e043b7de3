//! The webhooks of the pretend Network: it tells the product of approvals, and keeps what that answered.

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

/// How long after an approval of the product's the Network tells of it.
const MOMENT: Duration = Duration::from_millis(300);

/// What goes wrong here is said in the log.
pub(super) type Anyhow<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// An approval that is to be told of.
#[derive(Debug)]
pub(crate) struct Due {
    pub(super) brand: String,
    pub(super) id: String,
    /// When it was approved.
    pub(super) at: Instant,
}

/// What brings webhooks a moment after an approval.
pub(crate) struct Deliveries {
    network: Network,
    due: mpsc::UnboundedReceiver<Due>,
}

/// A webhook that was sent, and what the product answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Delivery {
    pub(super) at: Timestamp,
    pub(super) status: u16,
    pub(super) answer: String,
}

/// What an answer means.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    /// `taken`, `held`, `refused`.
    pub(super) what: &'static str,
    /// In a sentence.
    pub(super) says: String,
    /// The share link that the creator has now.
    pub(super) link: Option<String>,
    pub(super) partner_id: Option<String>,
}

impl Deliveries {
    pub(super) fn new(network: Network, due: mpsc::UnboundedReceiver<Due>) -> Self {
        Self { network, due }
    }

    /// Brings them for as long as the instance lives. One that a kill cuts off is sent by whoever presses *Send*.
    pub(crate) async fn run(mut self, gateway: Gateway) {
        while let Some(Due { brand, id, at }) = self.due.recv().await {
            tokio::time::sleep_until(at + MOMENT).await;
            if let Err(error) = self.network.tell(&brand, &id, &gateway).await {
                tracing::error!("The pretend Network could not tell of {id}: {error}");
            }
            self.network.0.under_way.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Network {
    /// Lets the product be told of an approval in a moment.
    pub(super) fn tell_soon(&self, due: Due) {
        self.0.under_way.fetch_add(1, Ordering::SeqCst);
        if let Err(gone) = self.0.soon.send(due) {
            tracing::error!("Nobody tells of {} any more.", gone.0.id);
            self.0.under_way.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// Tells the product of an approval, for the first time or again: with the same ids, signed anew. Nothing if there is none.
    pub(super) async fn tell(&self, brand: &str, id: &str, gateway: &Gateway) -> Anyhow<Option<Application>> {
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

    /// The headers that a message to a brand goes out with.
    pub(crate) fn sign(&self, brand: &str, id: &str, body: &[u8]) -> Anyhow<Vec<(&'static str, String)>> {
        let Some(vendor) = self.vendor(brand) else { return Ok(Vec::new()) };
        let secret = self.signing_secret(vendor)?;
        Ok(shared::crypto::webhook_signature::signed_headers(id, body, &[secret], self.0.clock.now())?)
    }
}

/// What a webhook says of an approval.
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
    /// What the product made of it.
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

/// The address of the share link in an answer, if it is one that may be shown as such.
fn link(body: &Value) -> Option<String> {
    let link = body.get("link")?;
    let address = link.as_str().or_else(|| link.get("url").and_then(Value::as_str))?;
    (address.starts_with("http://") || address.starts_with("https://")).then(|| address.to_owned())
}
