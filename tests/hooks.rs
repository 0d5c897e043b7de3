//! Webhooks in tests: a world whose external systems respond as the test decides, and endpoints in it.

use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};
use shared::crypto::webhook_signature::{Signed, is_signed};

use crate::{
    outside::{Called, Others},
    support::{Answer, Browser, World},
};

/// Creates a world in which `others` replaces the network.
pub(crate) async fn world() -> (World, Arc<Others>) {
    let others = Others::new();
    let theirs: Arc<dyn shared::egress::OutboundClient> = others.clone();
    (World::with(|options| options.outside = Some(theirs)).await, others)
}

/// An endpoint's ID and secret.
pub(crate) struct Hook {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl World {
    /// Adds an endpoint to `acme`.
    pub(crate) async fn hook(&self, admin: &Browser, url: &str) -> Hook {
        let made = self.hooks(admin, Method::POST, "", json!({"url": url})).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let made = made.json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Hook { id: text("id"), secret: text("secret") }
    }

    /// Makes an API call below the endpoints of `acme`, and waits for everything that follows from it.
    pub(crate) async fn hooks(&self, admin: &Browser, method: Method, path: &str, body: Value) -> Answer {
        let answer = admin.json(self, method, &format!("/api/t/acme/webhooks{path}"), body).await;
        self.local.settled().await;
        answer
    }

    /// Returns the endpoint as the API shows it.
    pub(crate) async fn hook_now(&self, admin: &Browser, hook: &Hook) -> Value {
        let all = self.hooks(admin, Method::GET, "", Value::Null).await.json();
        all["webhooks"].as_array().unwrap().iter().find(|each| each["id"] == *hook.id).cloned().unwrap()
    }

    /// Returns the endpoint's deliveries, newest first.
    pub(crate) async fn log(&self, admin: &Browser, hook: &Hook) -> Vec<Value> {
        let log = self.hooks(admin, Method::GET, &format!("/{}/deliveries", hook.id), Value::Null).await.json();
        log["deliveries"].as_array().unwrap().clone()
    }

    /// Lets time pass, and waits for everything that follows from that.
    pub(crate) async fn pass(&self, seconds: i64) {
        self.catch_up().await;
        self.local.clock.advance(seconds);
        self.local.settled().await;
    }
}

/// Returns `true` if a call was signed with this secret at this moment.
pub(crate) fn is_signed_by(world: &World, call: &Called, secret: &str) -> bool {
    let signed = Signed {
        id: call.header("webhook-id"),
        timestamp: call.header("webhook-timestamp").parse().unwrap(),
        signatures: call.header("webhook-signature"),
    };
    is_signed(signed, &call.body, &[secret.to_owned()], world.local.clock.now()).unwrap()
}
