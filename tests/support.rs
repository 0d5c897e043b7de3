//! Helpers for tests: a separate instance for each, people with browsers, and emails.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::{Method, Request, StatusCode, request::Builder as RequestBuilder};
use local::{Local, Mail, Options};
use serde_json::{Value, json};

pub(crate) const ADMIN: &str = "ada@acme.example";

/// An instance with the brand `acme`, its admin, an API key with every scope and three programs.
pub(crate) struct World {
    pub(crate) local: Local,
    pub(crate) key: String,
    lagging: bool,
    /// True if each write has its own `Idempotency-Key`.
    pub(crate) repeatable: bool,
}

/// Set for a run of the journeys in which indexes are frozen until a test explicitly waits for them before it lists.
pub(crate) const LAGGING: &str = "LAGGING_INDEXES";

/// Sequential values in place of random ones, so that IDs sort by their creation although the clock stands still.
#[derive(Debug, Default)]
struct Counted(AtomicU64);

impl shared::Random for Counted {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        bytes.fill(0);
        for (byte, digit) in bytes.iter_mut().rev().zip(number.iter().rev()) {
            *byte = *digit;
        }
    }
}

/// A response.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
    pub(crate) bytes: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.body))
    }

    /// Returns the status and the error code, which clients match on.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["error"].as_str().unwrap_or_default().to_owned())
    }

    /// Returns the error code, if there is one.
    pub(crate) fn refusal_or_none(&self) -> String {
        if self.status.is_success() { String::new() } else { self.refusal().1 }
    }

    pub(crate) fn location(&self) -> &str {
        self.headers.get("location").and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let random: Arc<dyn shared::Random> = Arc::new(Counted::default());
        let mut options = Options { seed: true, random: Some(random), ..Options::for_tests() };
        change(&mut options);
        let local = Local::start(options).await.unwrap();
        local.settled().await;
        let key = local.seeded().map(|seeded| seeded.api_key).unwrap_or_default();
        let lagging = std::env::var_os(LAGGING).is_some();
        if lagging {
            local.hold_indexes().await;
        }
        Self { local, key, lagging, repeatable: false }
    }

    pub(crate) async fn send(&self, mut request: Request<Bytes>) -> Answer {
        if self.repeatable && request.method() != Method::GET && request.uri().path().starts_with("/api/") {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let once = format!("once-{}", COUNT.fetch_add(1, Ordering::Relaxed));
            request.headers_mut().entry("idempotency-key").or_insert(once.parse().unwrap());
        }
        let answer = Box::pin(self.local.http(request)).await;
        let (parts, body) = answer.into_parts();
        let text = String::from_utf8_lossy(&body).into_owned();
        Answer { status: parts.status, headers: parts.headers, body: text, bytes: body }
    }

    /// Calls the API with the brand's key.
    pub(crate) async fn api(&self, method: Method, path: &str, body: Value) -> Answer {
        self.api_with(method, path, body, &[]).await
    }

    pub(crate) async fn api_with(&self, method: Method, path: &str, body: Value, headers: &[(&str, &str)]) -> Answer {
        let mut request =
            Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", self.key));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(request.header("content-type", "application/json").body(body.into()).unwrap()).await
    }

    /// Posts to the API below the brand, with its key.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.api(Method::POST, &format!("/api/t/acme{path}"), body).await
    }

    /// Waits until the indexes have caught up, as a list through an index requires; nothing else may require it.
    pub(crate) async fn catch_up(&self) {
        if self.lagging {
            self.local.release_indexes();
            self.local.hold_indexes().await;
        }
    }

    /// Reads a resource of the brand, with its key.
    pub(crate) async fn read(&self, path: &str) -> Value {
        self.catch_up().await;
        let answer = self.api(Method::GET, &format!("/api/t/acme{path}"), Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Adds an active partner with all programs granted, and returns their ID.
    pub(crate) async fn joined(&self, name: &str, email: &str) -> String {
        let partner = self.invite_with(json!({"name": name, "email": email, "sendInvite": false})).await;
        partner["id"].as_str().unwrap().to_owned()
    }

    /// Creates a link of a partner for a program.
    pub(crate) async fn link(&self, partner: &str, key: &str, program: &str) -> Answer {
        let program = self.program_id(program).await;
        self.post(&format!("/partners/{partner}/links"), json!({"linkKey": key, "programId": program})).await
    }

    /// Follows a share link in a new browser.
    pub(crate) async fn follow(&self, key: &str) -> Answer {
        Browser::default().get(self, &format!("/r/acme/{key}")).await
    }

    /// Follows a share link, and returns the click ID that the shop receives.
    pub(crate) async fn click(&self, key: &str) -> Option<String> {
        let answer = self.follow(key).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        cref_in(answer.location())
    }

    /// Reports a purchase; `who` identifies the visitor.
    pub(crate) async fn buy(&self, who: Value, value: i64, order: &str) -> Answer {
        let mut body = json!({"type": "purchase", "value": value, "currency": "EUR", "externalEventId": order});
        body.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
        self.post("/attribution/events", body).await
    }

    /// Invites a person to all programs and waits until the email is sent.
    pub(crate) async fn invite(&self, name: &str, email: &str) -> Value {
        self.invite_with(json!({"name": name, "email": email})).await
    }

    pub(crate) async fn invite_with(&self, body: Value) -> Value {
        let answer = self.api(Method::POST, "/api/t/acme/partners", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        self.local.settled().await;
        answer.json()
    }

    pub(crate) async fn partner(&self, id: &str) -> Value {
        self.api(Method::GET, &format!("/api/t/acme/partners/{id}"), Value::Null).await.json()
    }

    /// Returns the programs of the brand, oldest first.
    pub(crate) async fn programs(&self) -> Vec<Value> {
        let answer = self.api(Method::GET, "/api/t/acme/programs", Value::Null).await;
        answer.json()["programs"].as_array().cloned().unwrap()
    }

    pub(crate) async fn program_id(&self, name: &str) -> String {
        let programs = self.programs().await;
        let program = programs.iter().find(|program| program["name"] == name).unwrap();
        program["id"].as_str().unwrap().to_owned()
    }

    /// Returns the emails to an email address, oldest first.
    pub(crate) fn mails_to(&self, address: &str) -> Vec<Mail> {
        let mut mails = self.local.mails();
        mails.retain(|mail| mail.to.iter().any(|to| to == address));
        mails
    }

    pub(crate) fn last_mail_to(&self, address: &str) -> Mail {
        self.mails_to(address).pop().unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// Returns the path and query of the link in the last email to an email address.
    pub(crate) fn link_to(&self, address: &str) -> String {
        link_in(&self.last_mail_to(address).text)
    }

    /// Requests a sign-in email on the sign-in page below `base`, and signs in with it.
    pub(crate) async fn sign_in(&self, browser: &Browser, base: &str, email: &str) {
        browser.post(self, &format!("{base}/login"), &[("email", email)]).await;
        self.local.settled().await;
        let answer = browser.press(self, &self.link_to(email)).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, base));
    }

    /// Returns the same world with a new API key, if nothing was seeded.
    pub(crate) async fn with_key(self) -> Self {
        let app = self.local.operator();
        let key = shared::operator::api_key(&app, "acme", "Test", [7; 32]).await.unwrap();
        Self { key, ..self }
    }

    /// Creates a key of `acme` with only these scopes.
    pub(crate) async fn narrow_key(&self, scopes: &[shared::domain::Scope]) -> String {
        let text = format!("narrow{scopes:?}");
        let app = self.local.operator();
        let key = shared::domain::ApiKey {
            id: app.fresh(),
            brand: "acme".parse().unwrap(),
            scopes: scopes.to_vec(),
            label: "Narrow".parse().unwrap(),
            created_at: app.now(),
            created_by: None,
            used_at: None,
        };
        app.store.add_api_key(&shared::crypto::secret::Hash::of(text.as_bytes()), &key).await.unwrap();
        text
    }

    /// Returns a new link that signs in the admin.
    pub(crate) async fn admin_link(&self) -> String {
        shared::operator::admin_link(&self.local.operator(), "acme", ADMIN).await.unwrap()
    }

    /// Returns a browser in which the admin is signed in.
    pub(crate) async fn admin(&self) -> Browser {
        let browser = Browser::default();
        let answer = browser.press(self, &path_of(&self.admin_link().await)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    /// Invites a person, and returns a browser in which they are signed in.
    pub(crate) async fn partner_browser(&self, email: &str) -> Browser {
        self.invite("Maria Lopez", email).await;
        let browser = Browser::default();
        let answer = browser.press(self, &self.link_to(email)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }
}

/// Returns the `cref` in the URL to which a visitor is redirected.
pub(crate) fn cref_in(location: &str) -> Option<String> {
    let url = url::Url::parse(location).unwrap();
    url.query_pairs().find(|(name, _)| name == "cref").map(|(_, value)| value.into_owned())
}

pub(crate) fn path_of(address: &str) -> String {
    let url = url::Url::parse(address).unwrap();
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

/// Returns the path and query of the sign-in link in an email.
pub(crate) fn link_in(text: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains("/login?token=")).unwrap();
    path_of(link)
}

/// Returns the code in an email.
pub(crate) fn code_in(text: &str) -> String {
    let code = |word: &&str| {
        word.len() == 9
            && word.as_bytes()[4] == b'-'
            && word.chars().all(|char| char == '-' || char.is_ascii_uppercase() || char.is_ascii_digit())
    };
    text.split_whitespace().find(code).unwrap_or_else(|| panic!("no code in: {text}")).to_owned()
}

/// Returns the token of a link.
pub(crate) fn token_of(link: &str) -> String {
    link.split_once("token=").unwrap().1.to_owned()
}

/// A browser: it stores cookies, and sends the origin of the page that a form is on.
#[derive(Debug, Default, Clone)]
pub(crate) struct Browser {
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Browser {
    pub(crate) async fn get(&self, world: &World, path: &str) -> Answer {
        self.send(world, Request::get(path).header("sec-fetch-site", "none"), String::new()).await
    }

    pub(crate) async fn head(&self, world: &World, path: &str) -> Answer {
        self.send(world, Request::head(path), String::new()).await
    }

    pub(crate) async fn post(&self, world: &World, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(world, request.header("sec-fetch-site", "same-origin"), body).await
    }

    /// Sends JSON to the API, as the script of our pages does.
    pub(crate) async fn json(&self, world: &World, method: Method, path: &str, body: Value) -> Answer {
        self.json_with(world, method, path, body, &[]).await
    }

    pub(crate) async fn json_with(
        &self,
        world: &World,
        method: Method,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(world, request.header("sec-fetch-site", "same-origin"), body).await
    }

    /// Opens a link from an email and clicks its button.
    pub(crate) async fn press(&self, world: &World, link: &str) -> Answer {
        let page = self.get(world, link).await;
        assert_eq!(page.status, 200, "{}", page.body);
        self.redeem(world, link).await
    }

    /// Clicks the button of a link that was opened before.
    pub(crate) async fn redeem(&self, world: &World, link: &str) -> Answer {
        let door = link.split_once('?').unwrap().0;
        self.post(world, &format!("{door}/redeem"), &[("token", &token_of(link))]).await
    }

    /// Returns a separate browser with the same cookies.
    pub(crate) fn copy(&self) -> Self {
        let cookies = self.cookies.lock().unwrap().clone();
        Self { cookies: Arc::new(Mutex::new(cookies)) }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub(crate) fn restore(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn forget(&self, name: &str) {
        self.cookies.lock().unwrap().remove(name);
    }

    pub(crate) async fn send(&self, world: &World, mut request: RequestBuilder, body: impl Into<Bytes>) -> Answer {
        let cookies: Vec<_> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let answer = world.send(request.header("user-agent", agent).body(body.into()).unwrap()).await;
        for line in answer.headers.get_all("set-cookie") {
            self.keep(line.to_str().unwrap());
        }
        answer
    }

    fn keep(&self, line: &str) {
        let (cookie, attributes) = line.split_once(';').unwrap();
        let (name, value) = cookie.split_once('=').unwrap();
        let mut cookies = self.cookies.lock().unwrap();
        if attributes.contains("Max-Age=0") {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
