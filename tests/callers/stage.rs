//! The world with all kinds of callers, and how they send requests.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::domain::{Role, Scope};

use super::{Decision, Given, Who};
use crate::{
    hooks,
    support::{ADMIN, Answer, Browser, World, path_of},
};

/// A world in which all callers exist.
pub(super) struct Stage {
    pub(super) world: World,
    browsers: BTreeMap<&'static str, Browser>,
    keys: Vec<(Option<Scope>, String)>,
    other_key: String,
    partner: String,
    program: String,
    asset: String,
    pub(super) key: String,
    commission: String,
    export: String,
    import: String,
    webhook: String,
    admin: String,
    colleague: Option<String>,
    event: String,
    fresh: u32,
    signed_in_at: Timestamp,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let (world, _) = hooks::world().await;
        let globex = json!({
            "brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"},
            "admins": [{"name": "Greta", "email": "greta@globex.example"}],
        });
        world.local.invoke("create-brand", globex).await.unwrap();
        let app = world.local.operator();
        let other_key = shared::operator::api_key(&app, "globex", "Globex", [9; 32]).await.unwrap();
        let stranger = Browser::default();
        let link = shared::operator::admin_link(&app, "globex", "greta@globex.example").await.unwrap();
        assert_eq!(stranger.press(&world, &path_of(&link)).await.status, 303);
        stranger.restore("admin-acme", &stranger.cookie("admin-globex").unwrap());
        world.local.invoke("create-brand", acme()).await.unwrap();
        let stale = world.admin().await;
        world.local.clock.advance(16 * 60);
        let browsers = BTreeMap::from([
            ("partner", world.partner_browser("maria@example.com").await),
            ("other", world.partner_browser("noah@example.com").await),
            ("revoked", world.partner_browser("ivan@example.com").await),
            ("stale", stale),
            ("owner", world.admin().await),
            ("stranger", stranger),
        ]);
        let mut keys = vec![(None, world.narrow_key(&[]).await)];
        for scope in Scope::ALL {
            keys.push((Some(scope), world.narrow_key(&[scope]).await));
        }
        let login = Browser::default().get(&world, "/t/acme/login").await.body;
        let asset = login.split("/assets/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let program = world.program_id("Spring launch").await;
        let listed = world.api(Method::GET, "/api/t/acme/partners?email=ivan@example.com", Value::Null).await.json();
        let ivan = listed["partners"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/t/acme/partners/{ivan}/revoke");
        assert_eq!(world.api(Method::POST, &path, json!({"notify": false})).await.status, 200);
        // Callers without access must not find out whether these exist; callers with access get their own.
        let noah =
            world.read("/partners?email=noah@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(world.link(&noah, "noah", "Creators").await.status, 201);
        let export = world.post("/exports", json!({})).await.json()["id"].as_str().unwrap().to_owned();
        let import = world.import("email\nzoe@example.com\n", "dryRun=true").await;
        let (key, commission) = ("noah".to_owned(), "com_01KA0000000000000000000004".to_owned());
        let partner = ivan;
        let (webhook, event) = (String::new(), String::new());
        let mut stage = Self {
            world,
            browsers,
            keys,
            other_key,
            partner,
            program,
            asset,
            key,
            commission,
            export,
            import,
            webhook,
            admin: String::new(),
            colleague: None,
            event,
            fresh: 0,
            signed_in_at: Timestamp::UNIX_EPOCH,
        };
        stage.sign_in_again().await;
        stage
    }

    /// Renews the admins' sessions once they are no longer recent, except the one that has to be old.
    pub(super) async fn sign_in_again(&mut self) {
        let now = self.world.local.operator().now();
        if now < self.signed_in_at + SignedDuration::from_mins(3) {
            return;
        }
        self.signed_in_at = now;
        for role in Role::ALL {
            let app = self.world.local.operator();
            let link = shared::operator::admin_link(&app, "acme", address(role)).await.unwrap();
            let browser = Browser::default();
            assert_eq!(browser.press(&self.world, &path_of(&link)).await.status, 303);
            self.browsers.insert(role.as_str(), browser);
        }
        // Its last use is recorded now, before items are compared.
        self.browsers["stale"].get(&self.world, "/t/acme/admin/programs").await;
    }

    /// Creates a separate partner for a request that may change them.
    pub(super) async fn partner(&mut self, given: Given) {
        self.fresh += 1;
        let invited = given == Given::Invited;
        let body =
            json!({"name": "Given", "email": format!("given-{}@example.com", self.fresh), "sendInvite": invited});
        let answer = self.world.api(Method::POST, "/api/t/acme/partners", body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["id"].as_str().unwrap().clone_into(&mut self.partner);
        match given {
            Given::Active => {}
            Given::Invited => {
                // A resend is possible only after a minute.
                self.world.local.settled().await;
                self.world.local.clock.advance(60);
            }
            Given::Revoked => {
                let path = format!("/partners/{}/revoke", self.partner);
                assert_eq!(self.world.post(&path, json!({"notify": false})).await.status, 200);
            }
            Given::Sharing | Given::Earning => {
                self.key = format!("key-{}", self.fresh);
                assert_eq!(self.world.link(&self.partner, &self.key, "Creators").await.status, 201);
                if given == Given::Earning {
                    let cref = self.world.click(&self.key).await.unwrap();
                    self.world.buy(json!({"clickId": cref}), 1_000, &self.key).await;
                    let path = format!("/commissions?partner={}", self.partner);
                    let listed = self.world.read(&path).await;
                    listed["commissions"][0]["id"].as_str().unwrap().clone_into(&mut self.commission);
                }
            }
            Given::Importing => {
                let made = self.world.post("/imports", json!({"size": 9})).await.json();
                made["id"].as_str().unwrap().clone_into(&mut self.import);
            }
            Given::Hooked => {
                let admin = &self.browsers["owner"];
                // Their number is limited.
                for old in
                    self.world.hooks(admin, Method::GET, "", Value::Null).await.json()["webhooks"].as_array().unwrap()
                {
                    let path = format!("/{}", old["id"].as_str().unwrap());
                    self.world.hooks(admin, Method::DELETE, &path, Value::Null).await;
                }
                let hook = self.world.hook(admin, "https://shop.acme.example/hooks").await;
                self.world.hooks(admin, Method::POST, &format!("/{}/test", hook.id), json!({})).await;
                self.event = self.world.log(admin, &hook).await[0]["event"].as_str().unwrap().to_owned();
                self.webhook = hook.id;
            }
            Given::Cancelled => self.import = self.world.cancelled_import().await,
            Given::Colleague => {
                let brand = json!({"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example"});
                let email = format!("colleague-{}@acme.example", self.fresh);
                let one = json!({"name": "Given", "email": email, "role": "viewer"});
                let made = self.world.local.invoke("create-brand", json!({"brand": brand, "admins": [one]})).await;
                made.unwrap()["admins"][0]["id"].as_str().unwrap().clone_into(&mut self.admin);
                // Their number is limited.
                if let Some(old) = self.colleague.replace(self.admin.clone()) {
                    let path = format!("/api/t/acme/team/{old}");
                    self.browsers["owner"].json(&self.world, Method::DELETE, &path, Value::Null).await;
                }
            }
            Given::Key => {
                let body = json!({"label": "Given", "scopes": ["events:write"]});
                let made = self.browsers["owner"].json(&self.world, Method::POST, "/api/t/acme/api-keys", body).await;
                made.json()["id"].as_str().unwrap().clone_into(&mut self.key);
            }
        }
    }

    /// Lets time pass, so that keys have not been used for an hour, and the admins' sessions, which are new, not for
    /// some minutes.
    pub(super) async fn rest(&mut self) {
        self.world.local.clock.advance(50 * 60);
        self.sign_in_again().await;
        self.browsers.insert("stale", self.browsers["owner"].copy());
        self.world.local.clock.advance(11 * 60);
        self.world.local.settled().await;
    }

    /// Returns all items, except counters of rate limits: those count rejected callers too.
    pub(super) fn items(&self) -> Vec<Value> {
        let mut items = self.world.local.items();
        items.retain(|item| item["kind"] != "rate" && !item["pk"].as_str().unwrap().starts_with("RATE#"));
        items
    }

    fn fill(&mut self, text: &str) -> String {
        self.fresh += 1;
        text.replace("{brand}", "acme")
            .replace("{partner}", &self.partner)
            .replace("{program}", &self.program)
            .replace("{key}", &self.key)
            .replace("{commission}", &self.commission)
            .replace("{export}", &self.export)
            .replace("{import}", &self.import)
            .replace("{webhook}", &self.webhook)
            .replace("{admin}", &self.admin)
            .replace("{event}", &self.event)
            .replace("{approval}", "app_1")
            .replace("{backfill}", "bkf_01KA0000000000000000000009")
            .replace("{file}", &self.asset)
            .replace("{rest+}", "no/such/page")
            .replace("{fresh}", &self.fresh.to_string())
    }

    pub(super) async fn ask(&mut self, who: Who, route: &str, decision: &Decision) -> Answer {
        let (method, path) = route.split_once(' ').unwrap();
        let (method, path) = (Method::from_bytes(method.as_bytes()).unwrap(), self.fill(path));
        let body = if decision.body.is_null() { String::new() } else { self.fill(&decision.body.to_string()) };
        let form = decision.form.map(|(name, value)| (name, self.fill(value)));
        let browser = match who {
            Who::Nobody => Browser::default(),
            Who::Partner => self.browsers["partner"].copy(),
            Who::OtherPartner => self.browsers["other"].copy(),
            Who::RevokedPartner => self.browsers["revoked"].copy(),
            Who::Admin(role) => self.browsers[role.as_str()].copy(),
            Who::StaleOwner => self.browsers["stale"].copy(),
            Who::OtherBrandsAdmin => self.browsers["stranger"].copy(),
            Who::OtherBrandsKey => return self.ask_by_key(&self.other_key, &method, &path, body, form).await,
            Who::Key(scope) => {
                let key = &self.keys.iter().find(|(held, _)| *held == scope).unwrap().1;
                return self.ask_by_key(key, &method, &path, body, form).await;
            }
        };
        match (form, method.as_str()) {
            (Some((name, value)), _) => browser.post(&self.world, &path, &[(name, &value)]).await,
            (None, "GET") => browser.get(&self.world, &path).await,
            (None, "HEAD") => browser.head(&self.world, &path).await,
            (None, "DELETE") => browser.json(&self.world, method, &path, Value::Null).await,
            (None, _) => {
                browser.json(&self.world, method, &path, serde_json::from_str(&body).unwrap_or(json!({}))).await
            }
        }
    }

    async fn ask_by_key(
        &self,
        key: &str,
        method: &Method,
        path: &str,
        body: String,
        form: Option<(&'static str, String)>,
    ) -> Answer {
        let (kind, body) = match form {
            None => ("application/json", body),
            Some((name, value)) => {
                let form = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish();
                ("application/x-www-form-urlencoded", form)
            }
        };
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        let request = request.header("authorization", format!("Bearer {key}"));
        self.world.send(request.body(Bytes::from(body)).unwrap()).await
    }
}

/// Returns the email address of the admin with this role.
fn address(role: Role) -> &'static str {
    match role {
        Role::Owner => ADMIN,
        Role::Manager => "max@acme.example",
        Role::Viewer => "vera@acme.example",
    }
}

/// Returns the brand with an additional admin for each role that the seed lacks.
fn acme() -> Value {
    json!({
        "brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example"},
        "admins": [
            {"name": "Max", "email": address(Role::Manager), "role": "manager"},
            {"name": "Vera", "email": address(Role::Viewer), "role": "viewer"},
        ],
    })
}
