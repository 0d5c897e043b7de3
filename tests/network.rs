//! A simulated Network for tests: it implements the contract, and can be down, slow, rate-limiting, inconsistent and
//! duplicating.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use http::{Method, Request};
use serde_json::{Value, json};
use shared::egress::{OutboundError, OutboundRequest, OutboundResponse};

use crate::{
    outside::{Others, says},
    support::{Answer, Browser, World},
};

pub(crate) const URL: &str = "https://network.example/api";
pub(crate) const TOKEN: &str = "nwt_secret-token";

/// Its behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Up,
    /// It doesn't respond.
    Down,
    /// It responds with 503.
    Broken,
    /// It responds with 429 and asks for a retry in a minute.
    Busy,
    /// It rejects the token.
    Locked,
    /// It stores what it receives, and the response gets lost.
    Mute,
    /// It responds with success, and with a body that no client expects.
    Lying,
}

/// The data that it has about a partner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) status: String,
    pub(crate) email: String,
    pub(crate) times: usize,
}

#[derive(Default)]
struct State {
    partners: BTreeMap<String, Known>,
    bodies: Vec<Value>,
    requests: Vec<Value>,
    decided: Vec<(String, String, Value)>,
    refuses: Vec<String>,
}

/// A Network, and a world that is connected with it.
pub(crate) struct Network {
    pub(crate) world: World,
    pub(crate) others: Arc<Others>,
    pub(crate) admin: Browser,
    pub(crate) secret: String,
    state: Arc<Mutex<State>>,
    mood: Arc<Mutex<Box<dyn FnMut() -> Mood + Send>>>,
}

impl Network {
    pub(crate) async fn new() -> Self {
        let others = Others::new();
        let outside = Arc::clone(&others);
        let world = World::with(|options| options.outside = Some(outside)).await;
        Self::connect(world, others).await
    }

    /// Connects the brand, as an admin does.
    pub(crate) async fn connect(world: World, others: Arc<Others>) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let mood: Arc<Mutex<Box<dyn FnMut() -> Mood + Send>>> = Arc::new(Mutex::new(Box::new(|| Mood::Up)));
        let (answers, moods) = (Arc::clone(&state), Arc::clone(&mood));
        others.answer(move |call| {
            let mood = (moods.lock().unwrap())();
            answer(&answers, mood, call)
        });
        let admin = world.admin().await;
        // The seeded connection is with another Network.
        admin.json(&world, Method::DELETE, "/api/t/acme/network", Value::Null).await;
        let connected =
            admin.json(&world, Method::PUT, "/api/t/acme/network", json!({"url": URL, "token": TOKEN})).await;
        assert_eq!(connected.status, 200, "{}", connected.body);
        let secret = connected.json()["signingSecret"].as_str().unwrap().to_owned();
        world.local.settled().await;
        others.forget();
        Self { world, others, admin, secret, state, mood }
    }

    pub(crate) fn be(&self, mood: Mood) {
        self.behave(move || mood);
    }

    /// Calls `mood` for the behaviour of each call.
    pub(crate) fn behave(&self, mood: impl FnMut() -> Mood + Send + 'static) {
        *self.mood.lock().unwrap() = Box::new(mood);
    }

    /// Returns what it knows of a partner.
    pub(crate) fn known(&self, partner: &str) -> Option<Known> {
        self.state.lock().unwrap().partners.get(partner).cloned()
    }

    /// Returns the number of partners that it knows, by status.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for known in self.state.lock().unwrap().partners.values() {
            *counts.entry(known.status.clone()).or_default() += 1;
        }
        counts
    }

    pub(crate) fn statuses(&self) -> BTreeMap<String, String> {
        self.state.lock().unwrap().partners.iter().map(|(id, known)| (id.clone(), known.status.clone())).collect()
    }

    /// Returns everything that it received about partners, one by one.
    pub(crate) fn bodies(&self) -> Vec<Value> {
        self.state.lock().unwrap().bodies.clone()
    }

    /// Rejects the partner with this email address.
    pub(crate) fn refuse(&self, email: &str) {
        self.state.lock().unwrap().refuses.push(email.to_owned());
    }

    /// Rejects no partner any more.
    pub(crate) fn forgive(&self) {
        self.state.lock().unwrap().refuses.clear();
    }

    pub(crate) fn wait_with(&self, requests: Vec<Value>) {
        self.state.lock().unwrap().requests = requests;
    }

    pub(crate) fn decided(&self) -> Vec<(String, String, Value)> {
        self.state.lock().unwrap().decided.clone()
    }

    /// Sends an approval, signed at this moment.
    pub(crate) async fn approve(&self, data: Value) -> Answer {
        self.send(&json!({"type": "application.approved", "timestamp": "2026-01-01T00:00:00Z", "data": data})).await
    }

    pub(crate) async fn send(&self, message: &Value) -> Answer {
        self.world.send(self.signed(message, &self.secret, self.world.local.clock.now())).await
    }

    /// Returns a message signed with `secret` at `at`.
    pub(crate) fn signed(&self, message: &Value, secret: &str, at: jiff::Timestamp) -> Request<bytes::Bytes> {
        let body = message.to_string();
        let secrets = [secret.to_owned()];
        let headers =
            shared::crypto::webhook_signature::signed_headers("msg_1", body.as_bytes(), &secrets, at).unwrap();
        let request = Request::post("/webhooks/network/acme").header("content-type", "application/json");
        let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(body.into()).unwrap()
    }

    /// Returns a typical approval.
    pub(crate) async fn application(&self, id: &str, name: &str, program: &str) -> Value {
        let handle = name.to_lowercase().replace(' ', "-");
        json!({
            "applicationId": id,
            "creator": {"id": format!("cre_{handle}"), "name": name, "email": format!("{handle}@example.com"), "handle": handle},
            "offering": {"id": "off_1", "programId": self.world.program_id(program).await},
            "preferredSlug": format!("{handle}-slug"),
            "sendInvite": false,
        })
    }

    /// Lets time pass until nothing waits for the Network any more.
    pub(crate) async fn catch_up(&self) {
        for _ in 0..100 {
            self.world.local.settled().await;
            if self.world.local.messages("pushes").is_empty() && self.world.local.messages("backfills").is_empty() {
                return;
            }
            self.world.local.clock.advance(60);
        }
        panic!("messages wait for ever: {:?}", self.world.local.messages("pushes"));
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        self.world.api(method, &format!("/api/t/acme/network{path}"), body).await
    }
}

fn answer(state: &Mutex<State>, mood: Mood, call: &OutboundRequest) -> Result<OutboundResponse, OutboundError> {
    match mood {
        Mood::Down => return Err(OutboundError::Unreachable("nobody is there".to_owned())),
        Mood::Broken => return says(503, "{}"),
        Mood::Locked => return says(401, r#"{"error": "unauthorized"}"#),
        Mood::Busy => return Ok(OutboundResponse { status: 429, retry_after_s: Some(60), body: Vec::new() }),
        Mood::Lying => return says(200, r#"{"partners": "none of your business", "requests": 7}"#),
        Mood::Up | Mood::Mute => {}
    }
    let token = call.headers.iter().find(|(name, _)| *name == "authorization").map(|(_, value)| value.as_str());
    assert_eq!(token, Some(format!("Bearer {TOKEN}").as_str()));
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let path = call.url.path().strip_prefix("/api").unwrap();
    let mut state = state.lock().unwrap();
    let heard = match (call.method.as_str(), path) {
        ("POST", "/partners/upsert") => upsert(&mut state, &body, "source"),
        ("POST", "/vendors/backfill-partners") => backfill(&mut state, &body),
        ("GET", "/vendors/me/requests") => {
            says(200, &json!({"requests": state.requests, "nextCursor": null}).to_string())
        }
        ("POST", _) => {
            let parts: Vec<&str> = path.split('/').collect();
            let (id, verb) = (parts[4].to_owned(), parts[5].to_owned());
            let waits = state.requests.iter().position(|request| request["id"] == id.as_str());
            match waits {
                None => says(409, r#"{"error": "not_pending"}"#),
                Some(at) => {
                    state.requests.remove(at);
                    state.decided.push((id.clone(), verb, body));
                    says(200, &json!({"id": id}).to_string())
                }
            }
        }
        _ => says(404, "{}"),
    };
    if mood == Mood::Mute { Err(OutboundError::TooSlow(8)) } else { heard }
}

fn upsert(state: &mut State, partner: &Value, source: &str) -> Result<OutboundResponse, OutboundError> {
    let email = partner["email"].as_str().unwrap().to_owned();
    if state.refuses.contains(&email) {
        return says(422, r#"{"error": "blocked", "message": "This address is blocked."}"#);
    }
    assert!(partner["metadata"][source].is_string());
    let id = partner["vendorPartnerId"].as_str().unwrap().to_owned();
    let existed = state.partners.contains_key(&id);
    let status = partner["status"].as_str().unwrap().to_owned();
    let known =
        state.partners.entry(id.clone()).or_insert(Known { status: status.clone(), email: email.clone(), times: 0 });
    *known = Known { status, email, times: known.times + 1 };
    state.bodies.push(partner.clone());
    says(200, &told(&id, existed).to_string())
}

/// Also contains data about other brands, which must not be stored.
fn told(id: &str, existed: bool) -> Value {
    json!({
        "vendorPartnerId": id,
        "networkCreatorId": format!("net_{id}"),
        "alreadyExisted": existed,
        "affiliations": [{"vendorId": "other", "displayName": "Secret Rival", "status": "active"}],
    })
}

fn backfill(state: &mut State, body: &Value) -> Result<OutboundResponse, OutboundError> {
    let partners = body["partners"].as_array().unwrap().clone();
    assert!(partners.len() <= 500);
    if partners.iter().any(|partner| state.refuses.iter().any(|email| partner["email"] == email.as_str())) {
        return says(422, r#"{"error": "blocked"}"#);
    }
    let mut answers = Vec::new();
    for partner in &partners {
        let id = partner["vendorPartnerId"].as_str().unwrap().to_owned();
        let existed = state.partners.contains_key(&id);
        upsert(state, partner, "source").unwrap();
        answers.push(told(&id, existed));
    }
    says(200, &json!({"partners": answers}).to_string())
}

/// Exercises the Network: everything that can be done with it, also while it is down or rejects a partner.
pub(crate) async fn tour(network: &Network) {
    let world = &network.world;
    let nina = network.approve(network.application("app_1", "Nina", "First").await).await.json()["partnerId"].clone();
    let nina = nina.as_str().unwrap().to_owned();
    network.send(&json!({"type": "ping"})).await;
    network.be(Mood::Down);
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    world.local.settled().await;
    network.approve(network.application("app_2", "Nina", "First").await).await;
    network.be(Mood::Up);
    network.refuse("nina@example.com");
    world.local.clock.advance(3_600);
    network.catch_up().await;
    // With a key on behalf of the Network, for a revoked partner.
    let offering = json!({
        "name": "Nina", "email": "nina@example.com", "campaignGrantSource": "offering",
        "programIds": [world.program_id("First").await],
    });
    assert_eq!(world.api(Method::POST, "/api/t/acme/partners", offering).await.status, 409);
    others(network).await;
    let call = async |method: Method, path: &str, body: Value| {
        let admin = world.admin().await;
        world.local.clock.advance(11 * 60);
        let answer = admin.json(world, method, &format!("/api/t/acme/network{path}"), body).await;
        network.catch_up().await;
        answer
    };
    call(Method::GET, "", json!(null)).await;
    call(Method::GET, "/approvals", json!(null)).await;
    call(Method::POST, "/approvals/app_2/accept", json!({})).await;
    // A failed sync is repeated with the next change, or when an admin requests it.
    network.forgive();
    world.api(Method::PATCH, &format!("/api/t/acme/partners/{nina}"), json!({"name": "Nina V."})).await;
    network.catch_up().await;
    network.refuse("nina@example.com");
    world.api(Method::PATCH, &format!("/api/t/acme/partners/{nina}"), json!({"name": "Nina Vogel"})).await;
    network.catch_up().await;
    network.forgive();
    call(Method::POST, &format!("/pushes/{nina}/again"), json!({})).await;
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    network.wait_with(vec![json!({"id": "app_3"})]);
    call(Method::GET, "/requests", json!(null)).await;
    call(Method::POST, "/requests/approve", json!({"ids": ["app_3"]})).await;
    let admin = world.admin().await;
    for (mood, page) in [(Mood::Up, ""), (Mood::Up, "/backfill"), (Mood::Down, "/requests"), (Mood::Up, "/requests")] {
        network.be(mood);
        assert_eq!(admin.get(world, &format!("/t/acme/admin/network{page}")).await.status, 200);
    }
    backfills(network, &nina).await;
    call(Method::POST, "/rotate", json!({})).await;
    call(Method::DELETE, "", json!(null)).await;
}

/// Approvals for an existing partner, with another program, and an invalid approval, which is recorded.
async fn others(network: &Network) {
    let world = &network.world;
    world.joined("Otto", "otto@example.com").await;
    let otto = world.read("/partners?email=otto@example.com").await["partners"][0].clone();
    let none = json!({"programIds": [], "grantsVersion": otto["grantsVersion"]});
    let path = format!("/api/t/acme/partners/{}/programs", otto["id"].as_str().unwrap());
    assert_eq!(world.api(Method::PUT, &path, none.clone()).await.status, 200);
    assert_eq!(network.approve(network.application("app_4", "Otto", "First").await).await.status, 201);
    let mut nobody = network.application("app_5", "Nobody", "First").await;
    nobody["creator"]["email"] = json!("nobody");
    assert_eq!(network.approve(nobody).await.status, 400);
    let otto = world.read("/partners?email=otto@example.com").await["partners"][0].clone();
    let none = json!({"programIds": [], "grantsVersion": otto["grantsVersion"]});
    assert_eq!(world.api(Method::PUT, &path, none).await.status, 200);
    let offering = json!({
        "name": "Otto", "email": "otto@example.com", "campaignGrantSource": "offering",
        "programIds": [world.program_id("First").await],
    });
    assert!(world.api(Method::POST, "/api/t/acme/partners", offering).await.status.is_success());
}

/// Backfills with a partner that is rejected, with a Network that is down, and at the same time as another backfill.
async fn backfills(network: &Network, nina: &str) {
    let world = &network.world;
    let admin = world.admin().await;
    let read = async |path: &str| {
        world.local.clock.advance(11 * 60);
        admin.get(world, &format!("/api/t/acme/network{path}")).await;
    };
    // So many that one run is not enough if one of them is rejected; and the Network is down at first.
    let rows: String = (0..60).map(|number| format!("many-{number}@example.com\n")).collect();
    world.import(format!("email\n{rows}"), "sendInvite=false").await;
    // The backfill sends a partner that was rejected before.
    network.refuse("nina@example.com");
    world.api(Method::PATCH, &format!("/api/t/acme/partners/{nina}"), json!({"name": "Nina V."})).await;
    network.catch_up().await;
    network.forgive();
    network.refuse("many-7@example.com");
    let mut moods = vec![Mood::Down];
    network.behave(move || moods.pop().unwrap_or(Mood::Up));
    let backfill = world.post("/network/backfill", json!({})).await.json();
    network.catch_up().await;
    read("/backfill").await;
    let id = backfill["id"].as_str().unwrap().to_owned();
    read(&format!("/backfill/{id}")).await;
    let looked_at = admin.get(world, &format!("/t/acme/admin/network/backfill?backfill={id}")).await;
    assert_eq!(looked_at.status, 200, "{}", looked_at.body);
    // Another backfill, which excludes some and can't run beside a further one; and a partner that neither of them
    // sent.
    let uma = world.joined("Uma", "uma@example.com").await;
    world.local.hold("backfill-network");
    let some = json!({"leaveOut": [nina, "uma@example.com"]});
    assert_eq!(world.post("/network/backfill", some).await.status, 202);
    assert_eq!(world.post("/network/backfill", json!({})).await.status, 409);
    world.local.release("backfill-network");
    network.catch_up().await;
    world.api(Method::PATCH, &format!("/api/t/acme/partners/{uma}"), json!({"name": "Uma U."})).await;
    network.catch_up().await;
}
