//! Every route × every kind of caller. The routes are read from the template, so that a new one needs a decision here.

mod decisions;
mod stage;

use std::collections::{BTreeMap, BTreeSet};

use local::Call;
use serde_json::Value;
use shared::{
    domain::{Role, Scope},
    openapi::AllowedCaller,
    web::Requirement,
};

use crate::support::Answer;
use decisions::decisions;
use stage::Stage;

/// The callers who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// A route of the API, as it is documented.
    Api(AllowedCaller),
    /// A page for admins of the brand; all others are redirected to their sign-in page.
    Admins,
    /// A page for partners of the brand; all others are redirected to their sign-in page.
    Partners,
    /// A page for owners of the brand; other admins get an error, and all others are redirected to their sign-in page.
    Owners,
    /// Keys that may report events; all others need the shop's signature, and have none.
    Vouched,
    /// Everyone, with the same response.
    All,
}

/// The status and the data of `{partner}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Active,
    Invited,
    Revoked,
    /// Active, with a link: `{key}`.
    Sharing,
    /// Active, with a commission: `{commission}`.
    Earning,
    /// Active, and `{key}` is the ID of an API key.
    Key,
    /// Active, and `{admin}` is another member of the team.
    Colleague,
    /// Active, and `{webhook}` is an endpoint with a delivery of `{event}`.
    Hooked,
    /// Active, and `{import}` waits for its file.
    Importing,
    /// Active, and rows of `{import}` were cancelled.
    Cancelled,
}

#[derive(Debug, Clone)]
struct Decision {
    open: Open,
    /// The status for callers with access.
    status: u16,
    body: Value,
    form: Option<(&'static str, &'static str)>,
    given: Given,
}

fn open(open: Open, status: u16) -> Decision {
    Decision { open, status, body: Value::Null, form: None, given: Given::Active }
}

/// Returns the decision for an API route open to keys with this scope, and to admins.
fn scope(scope: Scope, status: u16) -> Decision {
    open(Open::Api(AllowedCaller::With(scope)), status)
}

/// Returns the decision for an API route open to admins who meet these requirements.
fn team(needs: Requirement, status: u16) -> Decision {
    open(Open::Api(AllowedCaller::Team(needs)), status)
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

/// The kinds of callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    Partner,
    OtherPartner,
    /// With the session from before the revocation.
    RevokedPartner,
    /// With a session that began a moment ago.
    Admin(Role),
    /// An owner whose session began more than 15 minutes ago.
    StaleOwner,
    /// With their session under the cookie name that the brand's own would have.
    OtherBrandsAdmin,
    OtherBrandsKey,
    /// A key with only this scope, or with none.
    Key(Option<Scope>),
}

impl Who {
    fn all() -> Vec<Self> {
        let people = [
            Self::Nobody,
            Self::Partner,
            Self::OtherPartner,
            Self::RevokedPartner,
            Self::Admin(Role::Owner),
            Self::Admin(Role::Manager),
            Self::Admin(Role::Viewer),
            Self::StaleOwner,
            Self::OtherBrandsAdmin,
            Self::OtherBrandsKey,
            Self::Key(None),
        ];
        people.into_iter().chain(Scope::ALL.map(Some).map(Self::Key)).collect()
    }
}

/// The response to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    LetIn,
    /// Redirected to this sign-in page.
    Door(&'static str),
    Refused(u16, &'static str),
    /// Rejected with an error page.
    Page(u16),
}

/// Returns the outcome for a route and a caller: the whole access policy, with one line for each kind of route.
fn outcome(route: &str, open: Open, who: Who) -> Outcome {
    const NOBODY: Outcome = Outcome::Refused(401, "unauthenticated");
    match (open, who) {
        (Open::All | Open::Api(AllowedCaller::Anybody), _) => Outcome::LetIn,
        (Open::Admins, Who::Admin(_) | Who::StaleOwner) | (Open::Partners, Who::Partner | Who::OtherPartner) => {
            Outcome::LetIn
        }
        (Open::Owners, Who::Admin(Role::Owner) | Who::StaleOwner) => Outcome::LetIn,
        (Open::Owners, Who::Admin(_)) => Outcome::Page(403),
        (Open::Admins | Open::Owners, _) => Outcome::Door("/t/acme/admin/login"),
        (Open::Partners, _) => Outcome::Door("/t/acme/login"),
        (Open::Vouched, Who::Key(Some(Scope::EventsWrite))) => Outcome::LetIn,
        (Open::Vouched, Who::Key(_)) => Outcome::Refused(403, "scope_missing"),
        (Open::Vouched, Who::OtherBrandsKey) => Outcome::Refused(404, "not_found"),
        (Open::Vouched, _) => Outcome::Refused(403, "signature_required"),
        (Open::Api(AllowedCaller::Partners), Who::Partner | Who::OtherPartner) => Outcome::LetIn,
        (Open::Api(AllowedCaller::Partners), _) => NOBODY,
        (Open::Api(AllowedCaller::With(scope)), _) => of_team(route, scope.into(), who),
        (Open::Api(AllowedCaller::Team(needs)), _) => of_team(route, needs, who),
    }
}

/// Returns the outcome for a route of the brand's team.
fn of_team(route: &str, needs: Requirement, who: Who) -> Outcome {
    // Reading requires only that the caller is an admin, unless the route demands more.
    let least = if route.starts_with("GET ") { Role::Viewer } else { Role::Manager };
    let role = needs.role.unwrap_or(least);
    match (who, needs.scope) {
        (Who::Admin(held), _) if held < role => Outcome::Refused(403, "role_missing"),
        (Who::StaleOwner, _) if needs.recent => Outcome::Refused(403, "sign_in_again"),
        (Who::Admin(_) | Who::StaleOwner, _) => Outcome::LetIn,
        (Who::OtherBrandsKey, _) => Outcome::Refused(404, "not_found"),
        (Who::Key(_), None) => Outcome::Refused(403, "session_required"),
        (Who::Key(held), scope) if held == scope => Outcome::LetIn,
        (Who::Key(_), Some(_)) => Outcome::Refused(403, "scope_missing"),
        (Who::Nobody | Who::Partner | Who::OtherPartner | Who::RevokedPartner | Who::OtherBrandsAdmin, _) => {
            Outcome::Refused(401, "unauthenticated")
        }
    }
}

/// Returns the AWS calls made when every caller with access uses every route, each after a pause, and so that it can be
/// repeated.
pub(crate) async fn everything_by_everybody() -> Vec<Call> {
    let mut stage = Stage::new().await;
    stage.world.repeatable = true;
    let decisions: BTreeMap<_, _> = decisions().into_iter().collect();
    let routes = stage.world.local.template().routes.clone();
    let recording = stage.world.local.wire.record();
    for route in routes {
        let text = format!("{} {}", route.method, route.path);
        let decision = &decisions[text.as_str()];
        if text.contains("/r/") {
            "noah".clone_into(&mut stage.key);
        }
        stage.rest().await;
        // For routes that require a session, keys are read before they are rejected.
        let knocks = |who: &Who| outcome(&text, decision.open, *who) == Outcome::LetIn || *who == Who::Key(None);
        for who in Who::all().into_iter().filter(knocks) {
            if is_of_something(&text) {
                stage.partner(decision.given).await;
            }
            stage.ask(who, &text, decision).await;
        }
    }
    stage.world.local.settled().await;
    recording.calls().0
}

/// Returns `true` if a route acts on something that is created for each caller.
fn is_of_something(route: &str) -> bool {
    ["{partner}", "{admin}", "{commission}", "{webhook}", "/api-keys/{key}", "/cancel", "/retry", "/bulk"]
        .iter()
        .any(|part| route.contains(part))
}

fn check(route: &str, who: Who, outcome: Outcome, status: u16, answer: &Answer) {
    let got = answer.status.as_u16();
    let fits = match outcome {
        Outcome::LetIn => got == status,
        Outcome::Door(door) => (got, answer.location()) == (303, door),
        Outcome::Page(status) => got == status,
        Outcome::Refused(status, code) => answer.refusal() == (status, code.to_owned()),
    };
    assert!(fits, "{route} by {who:?} should be {outcome:?} ({status} if let in), but was {got}: {}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_responds_to_every_caller_as_decided() {
    let mut stage = Stage::new().await;
    let routes: Vec<_> =
        stage.world.local.template().routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    let decisions: BTreeMap<_, _> = decisions().into_iter().collect();
    let gone: Vec<_> = decisions.keys().filter(|route| !routes.iter().any(|known| known == *route)).collect();
    assert!(gone.is_empty(), "decided in tests/callers/decisions.rs, but not in the template: {gone:?}");
    let undecided: Vec<_> = routes.iter().filter(|route| !decisions.contains_key(route.as_str())).collect();
    assert!(
        undecided.is_empty(),
        "nobody has decided who may call {undecided:#?}: add a line for each to `decisions` in tests/callers/decisions.rs, with \
         whom it lets in, the status they get, and the body they send"
    );
    // Signing out ends the callers' sessions, so it comes last.
    let mut ordered: Vec<_> = decisions.into_iter().collect();
    ordered.sort_by_key(|(route, _)| (route.ends_with("/logout"), *route));
    for (route, decision) in ordered {
        let (let_in, refused): (Vec<_>, Vec<_>) =
            Who::all().into_iter().partition(|who| outcome(route, decision.open, *who) == Outcome::LetIn);
        if route.contains("/r/") {
            "noah".clone_into(&mut stage.key);
        }
        let of_something = is_of_something(route);
        if of_something {
            stage.partner(decision.given).await;
        }
        stage.sign_in_again().await;
        stage.world.local.settled().await;
        let before = stage.items();
        for who in refused {
            let answer = stage.ask(who, route, &decision).await;
            check(route, who, outcome(route, decision.open, who), decision.status, &answer);
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
fn the_openapi_document_names_the_same_callers() {
    let decisions: BTreeMap<_, _> = decisions().into_iter().collect();
    let mut told = BTreeSet::new();
    for operation in local::operations() {
        let route = format!("{} {}", operation.method, operation.path);
        let decision = decisions.get(route.as_str()).unwrap_or_else(|| panic!("{route} is not decided"));
        let open = match operation.may_call {
            AllowedCaller::Anybody if decision.open == Open::Vouched => Open::Vouched,
            AllowedCaller::Anybody => Open::All,
            may_call @ (AllowedCaller::With(_) | AllowedCaller::Team(_) | AllowedCaller::Partners) => {
                Open::Api(may_call)
            }
        };
        assert_eq!(decision.open, open, "{route}");
        told.insert(route);
    }
    let of_the_api = |route: &str| route.contains(" /api/") || route.contains(" /r/");
    assert!(decisions.keys().all(|route| !of_the_api(route) || told.contains(*route)));
}
