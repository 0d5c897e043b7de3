//! Every route × everybody who may try it. The routes are the template's own, so that a new one needs a decision here.

mod decisions;

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use shared::{domain::Scope, web::described::MayCall};

use crate::support::{Answer, Browser, World, path_of};
use decisions::decisions;

/// Whom a route lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// A route of the API, as it is described.
    Api(MayCall),
    /// A page: the admins of the brand; everybody else is sent to their door.
    Admins,
    /// A page: the partners of the brand; everybody else is sent to their door.
    Partners,
    /// Keys that may tell of events; everybody else needs the signature of the shop, and has none.
    Vouched,
    /// Everybody, and all get the same.
    All,
}

/// In which state `{partner}` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Active,
    Invited,
    Revoked,
    /// Active, with a link: `{key}`.
    Sharing,
    /// Active, with a commission: `{commission}`.
    Earning,
    /// Active, and `{key}` is the id of an API key.
    Key,
    /// Active, and the file of `{import}` is awaited.
    Importing,
    /// Active, and rows of `{import}` were cancelled.
    Cancelled,
}

#[derive(Debug, Clone)]
struct Decision {
    open: Open,
    /// What those get who are let in.
    status: u16,
    body: Value,
    form: Option<(&'static str, &'static str)>,
    given: Given,
}

fn open(open: Open, status: u16) -> Decision {
    Decision { open, status, body: Value::Null, form: None, given: Given::Active }
}

/// A route of the API for keys with this scope, and for admins.
fn scope(scope: Scope, status: u16) -> Decision {
    open(Open::Api(MayCall::With(scope)), status)
}

impl Decision {
    fn body(self, body: Value) -> Self {
        Self { body, ..self }
    }

    fn form(self, name: &'static str, value: &'static str) -> Self {
        Self { form: Some((name, value)), ..self }
    }

    fn given(self, given: Given) -> Self {
        Self { given, ..self }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    Partner,
    OtherPartner,
    /// With the session they had before.
    RevokedPartner,
    Admin,
    /// With their session under the name that the brand's own would have.
    OtherBrandsAdmin,
    OtherBrandsKey,
    /// A key with this scope alone, or with none.
    Key(Option<Scope>),
}

impl Who {
    fn all() -> Vec<Self> {
        let people = [
            Self::Nobody,
            Self::Partner,
            Self::OtherPartner,
            Self::RevokedPartner,
            Self::Admin,
            Self::OtherBrandsAdmin,
            Self::OtherBrandsKey,
            Self::Key(None),
        ];
        people.into_iter().chain(Scope::ALL.map(Some).map(Self::Key)).collect()
    }
}

/// What becomes of somebody who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    LetIn,
    /// Sent to this door.
    Door(&'static str),
    Refused(u16, &'static str),
}

/// The whole decision: one line for each kind of route, one word for each who asks.
fn outcome(open: Open, who: Who) -> Outcome {
    const NOBODY: Outcome = Outcome::Refused(401, "unauthenticated");
    match (open, who) {
        (Open::All | Open::Api(MayCall::Anybody), _) => Outcome::LetIn,
        (Open::Admins, Who::Admin) | (Open::Partners, Who::Partner | Who::OtherPartner) => Outcome::LetIn,
        (Open::Admins, _) => Outcome::Door("/t/acme/admin/login"),
        (Open::Partners, _) => Outcome::Door("/t/acme/login"),
        (Open::Api(MayCall::With(_) | MayCall::Admins), Who::Admin) => Outcome::LetIn,
        (Open::Api(MayCall::With(_)), Who::OtherBrandsKey) => Outcome::Refused(404, "not_found"),
        (Open::Api(MayCall::With(scope)), Who::Key(held)) if held == Some(scope) => Outcome::LetIn,
        (Open::Api(MayCall::With(_)), Who::Key(_)) => Outcome::Refused(403, "scope_missing"),
        (Open::Api(MayCall::Admins), Who::OtherBrandsKey) => Outcome::Refused(404, "not_found"),
        (Open::Api(MayCall::Admins), Who::Key(_)) => Outcome::Refused(403, "session_required"),
        (Open::Vouched, Who::Key(Some(Scope::EventsWrite))) => Outcome::LetIn,
        (Open::Vouched, Who::Key(_)) => Outcome::Refused(403, "scope_missing"),
        (Open::Vouched, Who::OtherBrandsKey) => Outcome::Refused(404, "not_found"),
        (Open::Vouched, _) => Outcome::Refused(403, "signature_required"),
        (Open::Api(MayCall::Partners), Who::Partner | Who::OtherPartner) => Outcome::LetIn,
        (Open::Api(_), _) => NOBODY,
    }
}

/// A world in which all of them exist.
struct Stage {
    world: World,
    browsers: BTreeMap<&'static str, Browser>,
    keys: Vec<(Option<Scope>, String)>,
    other_key: String,
    partner: String,
    program: String,
    asset: String,
    key: String,
    commission: String,
    export: String,
    import: String,
    fresh: u32,
}

impl Stage {
    async fn new() -> Self {
        let world = World::new().await;
        let globex = json!({
            "brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"},
            "admins": [{"name": "Greta", "email": "greta@globex.example"}],
        });
        world.local.invoke("create-brand", globex).await.unwrap();
        let app = world.local.app("create-brand");
        let other_key = shared::setup::api_key(&app, "globex", "Globex", [9; 32]).await.unwrap();
        let stranger = Browser::default();
        let link = shared::setup::admin_link(&app, "globex", "greta@globex.example").await.unwrap();
        assert_eq!(stranger.press(&world, &path_of(&link)).await.status, 303);
        stranger.restore("admin-acme", &stranger.cookie("admin-globex").unwrap());
        let browsers = BTreeMap::from([
            ("partner", world.partner_browser("maria@example.com").await),
            ("other", world.partner_browser("noah@example.com").await),
            ("revoked", world.partner_browser("ivan@example.com").await),
            ("admin", world.admin().await),
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
        // Those who are refused must not find out whether these exist; those who are let in get some of their own.
        let noah =
            world.read("/partners?email=noah@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(world.link(&noah, "noah", "Creators").await.status, 201);
        let export = world.post("/exports", json!({})).await.json()["id"].as_str().unwrap().to_owned();
        let import = world.import("email\nzoe@example.com\n", "dryRun=true").await;
        let (key, commission) = ("noah".to_owned(), "com_01KA0000000000000000000004".to_owned());
        let partner = ivan;
        Self { world, browsers, keys, other_key, partner, program, asset, key, commission, export, import, fresh: 0 }
    }

    /// A partner of their own for a request that may change them.
    async fn partner(&mut self, given: Given) {
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
                // A mail sent again waits a minute.
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
            Given::Cancelled => self.import = self.world.cancelled_import().await,
            Given::Key => {
                let body = json!({"label": "Given", "scopes": ["events:write"]});
                let made = self.browsers["admin"].json(&self.world, Method::POST, "/api/t/acme/api-keys", body).await;
                made.json()["id"].as_str().unwrap().clone_into(&mut self.key);
            }
        }
    }

    /// All there is, but what counts attempts for a limit: those of who is refused count too.
    fn items(&self) -> Vec<Value> {
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
            .replace("{approval}", "app_1")
            .replace("{backfill}", "bkf_01KA0000000000000000000009")
            .replace("{file}", &self.asset)
            .replace("{rest+}", "no/such/page")
            .replace("{fresh}", &self.fresh.to_string())
    }

    async fn ask(&mut self, who: Who, route: &str, decision: &Decision) -> Answer {
        let (method, path) = route.split_once(' ').unwrap();
        let (method, path) = (Method::from_bytes(method.as_bytes()).unwrap(), self.fill(path));
        let body = if decision.body.is_null() { String::new() } else { self.fill(&decision.body.to_string()) };
        let form = decision.form.map(|(name, value)| (name, self.fill(value)));
        let browser = match who {
            Who::Nobody => Browser::default(),
            Who::Partner => self.browsers["partner"].copy(),
            Who::OtherPartner => self.browsers["other"].copy(),
            Who::RevokedPartner => self.browsers["revoked"].copy(),
            Who::Admin => self.browsers["admin"].copy(),
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

fn check(route: &str, who: Who, outcome: Outcome, status: u16, answer: &Answer) {
    let got = answer.status.as_u16();
    let fits = match outcome {
        Outcome::LetIn => got == status,
        Outcome::Door(door) => (got, answer.location()) == (303, door),
        Outcome::Refused(status, code) => answer.refusal() == (status, code.to_owned()),
    };
    assert!(fits, "{route} by {who:?} should be {outcome:?} ({status} if let in), but was {got}: {}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_everybody_as_was_decided() {
    let mut stage = Stage::new().await;
    let routes: Vec<_> =
        stage.world.local.template().routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let decisions: BTreeMap<_, _> = decisions().into_iter().collect();
    let gone: Vec<_> = decisions.keys().filter(|route| !routes.iter().any(|known| known == *route)).collect();
    assert!(gone.is_empty(), "decided in tests/callers.rs, but not in the template: {gone:?}");
    let undecided: Vec<_> = routes.iter().filter(|route| !decisions.contains_key(route.as_str())).collect();
    assert!(
        undecided.is_empty(),
        "nobody has decided who may call {undecided:#?}: add a line for each to `decisions` in tests/callers.rs, with \
         whom it lets in, the status they get, and the body they send"
    );
    // Signing out ends the sessions of those who ask, so it comes last.
    let mut ordered: Vec<_> = decisions.into_iter().collect();
    ordered.sort_by_key(|(route, _)| (route.ends_with("/logout"), *route));
    for (route, decision) in ordered {
        let (let_in, refused): (Vec<_>, Vec<_>) =
            Who::all().into_iter().partition(|who| outcome(decision.open, *who) == Outcome::LetIn);
        if route.contains("/r/") {
            "noah".clone_into(&mut stage.key);
        }
        let of_something = ["{partner}", "{commission}", "/api-keys/{key}", "/cancel", "/retry"]
            .iter()
            .any(|part| route.contains(part));
        if of_something {
            stage.partner(decision.given).await;
        }
        stage.world.local.settled().await;
        let before = stage.items();
        for who in refused {
            let answer = stage.ask(who, route, &decision).await;
            check(route, who, outcome(decision.open, who), decision.status, &answer);
        }
        assert!(stage.items() == before, "{route}: somebody who was refused changed something");
        for who in let_in {
            if of_something {
                stage.partner(decision.given).await;
            }
            let answer = stage.ask(who, route, &decision).await;
            check(route, who, Outcome::LetIn, decision.status, &answer);
        }
    }
}

#[test]
fn the_document_tells_of_the_same_callers() {
    let decisions: BTreeMap<_, _> = decisions().into_iter().collect();
    let mut told = BTreeSet::new();
    for operation in local::operations() {
        let route = format!("{} {}", operation.method, operation.path);
        let decision = decisions.get(route.as_str()).unwrap_or_else(|| panic!("{route} is not decided"));
        let open = match operation.may_call {
            MayCall::Anybody if decision.open == Open::Vouched => Open::Vouched,
            MayCall::Anybody => Open::All,
            may_call @ (MayCall::With(_) | MayCall::Admins | MayCall::Partners) => Open::Api(may_call),
        };
        assert_eq!(decision.open, open, "{route}");
        told.insert(route);
    }
    let of_the_api = |route: &str| route.contains(" /api/") || route.contains(" /r/");
    assert!(decisions.keys().all(|route| !of_the_api(route) || told.contains(*route)));
}
