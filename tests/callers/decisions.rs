//! The access decision for each route.

use serde_json::json;
use shared::{domain::Scope, openapi::AllowedCaller, web::Requirement};

use super::{Decision, Given, Open, open, scope, team};

/// Returns the decision for each route: who may call it, and the status that they get for which request.
///
/// In paths, bodies and forms, `{partner}` is a partner created for this request, `{program}` the brand's first
/// program, and `{fresh}` a number that is never used again.
pub(super) fn decisions() -> Vec<(&'static str, Decision)> {
    let all = api().into_iter().chain(jobs()).chain(the_team()).chain(face());
    all.chain(network()).chain(webhooks()).chain(accounts()).chain(pages()).chain(doors()).collect()
}

/// Returns the decisions for routes of the Network, with a brand that isn't connected.
fn network() -> Vec<(&'static str, Decision)> {
    let may = |status| scope(Scope::NetworkWrite, status);
    let owners = |status| team(Requirement::owner().recently(), status);
    let ids = json!({"ids": ["app_1"]});
    vec![
        // A request without a valid signature is rejected for every caller.
        ("POST /webhooks/network/{brand}", open(Open::All, 401)),
        ("GET /api/t/{brand}/network", team(Requirement::viewer(), 200)),
        ("PUT /api/t/{brand}/network", owners(400).body(json!({"url": "https://10.0.0.1", "token": "x"}))),
        ("DELETE /api/t/{brand}/network", owners(409)),
        ("POST /api/t/{brand}/network/rotate", owners(409)),
        ("GET /api/t/{brand}/network/approvals", may(200)),
        ("POST /api/t/{brand}/network/approvals/{approval}/accept", may(404)),
        ("POST /api/t/{brand}/network/approvals/{approval}/dismiss", may(404)),
        ("GET /api/t/{brand}/network/requests", may(409)),
        ("POST /api/t/{brand}/network/requests/approve", may(409).body(ids.clone())),
        ("POST /api/t/{brand}/network/requests/reject", may(409).body(ids)),
        ("POST /api/t/{brand}/network/pushes/{partner}/again", may(404)),
        ("POST /api/t/{brand}/network/backfill", may(409)),
        ("GET /api/t/{brand}/network/backfill", may(200)),
        ("GET /api/t/{brand}/network/backfill/{backfill}", may(404)),
    ]
}

/// Returns the decisions for the API.
fn api() -> Vec<(&'static str, Decision)> {
    use Open::All;
    use Scope::{
        CommissionsRead, CommissionsWrite, EventsWrite, LinksWrite, PartnersRead, PartnersWrite, ProgramsRead,
        ProgramsWrite,
    };
    let owners = |status| team(Requirement::owner().recently(), status);
    let own = |status| open(Open::Api(AllowedCaller::Partners), status);
    let link = json!({"programId": "{program}"});
    let click = json!({"userId": "u", "clickId": "made up"});
    let conversion = json!({"clickId": "made up", "type": "purchase"});
    let programs = json!({"programIds": [], "grantsVersion": 1});
    let key = json!({"label": "Shop", "scopes": ["events:write"]});
    let program = json!({"name": "Autumn {fresh}", "destination": "https://shop.acme.example/autumn", "commission": {"type": "percent", "basisPoints": 100}});
    let partner = json!({"name": "Zoe", "email": "new-{fresh}@example.com", "sendInvite": false});
    vec![
        ("GET /api/docs", open(All, 200)),
        ("HEAD /api/docs", open(All, 200)),
        ("GET /api/openapi.json", open(All, 200)),
        ("HEAD /api/openapi.json", open(All, 200)),
        ("GET /api/t/{brand}/partners", scope(PartnersRead, 200)),
        ("POST /api/t/{brand}/partners", scope(PartnersWrite, 201).body(partner)),
        ("GET /api/t/{brand}/partners/{partner}", scope(PartnersRead, 200)),
        ("POST /api/t/{brand}/partners/{partner}/revoke", scope(PartnersWrite, 200).body(json!({"notify": false}))),
        ("POST /api/t/{brand}/partners/{partner}/reinstate", scope(PartnersWrite, 200).given(Given::Revoked)),
        (
            "POST /api/t/{brand}/partners/{partner}/erase",
            owners(200).body(json!({"confirm": "Given"})).given(Given::Revoked),
        ),
        ("PATCH /api/t/{brand}/partners/{partner}", scope(PartnersWrite, 200).body(json!({"name": "Zoe"}))),
        ("GET /api/t/{brand}/partners/{partner}/events", scope(PartnersRead, 200)),
        ("POST /api/t/{brand}/partners/{partner}/invite", scope(PartnersWrite, 200).given(Given::Invited)),
        ("POST /api/t/{brand}/partners/{partner}/sign-in-link", scope(PartnersWrite, 200)),
        (
            "PUT /api/t/{brand}/partners/{partner}/email",
            scope(PartnersWrite, 200).body(json!({"email": "moved-{fresh}@example.com"})).given(Given::Invited),
        ),
        ("PUT /api/t/{brand}/partners/{partner}/programs", scope(PartnersWrite, 200).body(programs)),
        ("GET /api/t/{brand}/partners/{partner}/links", scope(PartnersRead, 200)),
        ("POST /api/t/{brand}/partners/{partner}/links", scope(LinksWrite, 201).body(link.clone())),
        ("DELETE /api/t/{brand}/partners/{partner}/links/{key}", scope(LinksWrite, 200).given(Given::Sharing)),
        ("PUT /api/t/{brand}/email", own(202).body(json!({"email": "own-{fresh}@example.com"}))),
        ("GET /api/t/{brand}/links", own(200)),
        ("POST /api/t/{brand}/links", own(201).body(link)),
        // None of these callers has a link of their own.
        ("DELETE /api/t/{brand}/links/{key}", own(404)),
        ("POST /api/t/{brand}/attribution/identify", open(Open::Vouched, 202).body(click)),
        ("OPTIONS /api/t/{brand}/attribution/identify", open(All, 204)),
        ("POST /api/t/{brand}/attribution/events", scope(EventsWrite, 202).body(conversion)),
        ("GET /api/t/{brand}/commissions", scope(CommissionsRead, 200)),
        ("POST /api/t/{brand}/commissions/{commission}/paid", scope(CommissionsWrite, 200).given(Given::Earning)),
        ("POST /api/t/{brand}/commissions/{commission}/reverse", scope(CommissionsWrite, 200).given(Given::Earning)),
        ("GET /api/t/{brand}/dropped", scope(PartnersRead, 200)),
        ("GET /api/t/{brand}/api-keys", team(Requirement::owner(), 200)),
        ("POST /api/t/{brand}/api-keys", owners(201).body(key)),
        ("DELETE /api/t/{brand}/api-keys/{key}", owners(200).given(Given::Key)),
        ("GET /api/t/{brand}/attribution", owners(200)),
        ("PUT /api/t/{brand}/attribution", owners(200).body(json!({"newSecret": true}))),
        ("GET /api/t/{brand}/programs", scope(ProgramsRead, 200)),
        ("POST /api/t/{brand}/programs", scope(ProgramsWrite, 201).body(program)),
        ("GET /api/t/{brand}/programs/{program}", scope(ProgramsRead, 200)),
        ("PATCH /api/t/{brand}/programs/{program}", scope(ProgramsWrite, 200).body(json!({"name": "Renamed"}))),
    ]
}

/// Returns the decisions for imports, bulk jobs and exports.
fn jobs() -> Vec<(&'static str, Decision)> {
    use Scope::{ImportsWrite, PartnersRead, PartnersWrite};
    let bulk = json!({"action": "revoke", "notify": false, "partnerIds": ["{partner}"]});
    vec![
        ("POST /api/t/{brand}/imports", scope(ImportsWrite, 202).body(json!({"size": 9}))),
        ("GET /api/t/{brand}/imports", scope(ImportsWrite, 200)),
        ("GET /api/t/{brand}/imports/{import}", scope(ImportsWrite, 200)),
        ("GET /api/t/{brand}/imports/{import}/report", scope(ImportsWrite, 200)),
        ("POST /api/t/{brand}/imports/{import}/cancel", scope(ImportsWrite, 200).given(Given::Importing)),
        ("POST /api/t/{brand}/imports/{import}/retry", scope(ImportsWrite, 202).given(Given::Cancelled)),
        ("POST /api/t/{brand}/partners/{partner}/export", team(Requirement::manager().recently(), 202)),
        ("POST /api/t/{brand}/bulk", scope(PartnersWrite, 202).body(bulk)),
        // These IDs belong to imports of files, which these routes must not show.
        ("GET /api/t/{brand}/bulk/{import}", scope(PartnersWrite, 404)),
        ("GET /api/t/{brand}/bulk/{import}/report", scope(PartnersWrite, 404)),
        ("POST /api/t/{brand}/bulk/{import}/cancel", scope(PartnersWrite, 404).given(Given::Importing)),
        ("POST /api/t/{brand}/exports", team(Requirement::manager().recently().or_key(PartnersRead), 202)),
        ("GET /api/t/{brand}/exports/{export}", team(Requirement::manager().or_key(PartnersRead), 200)),
    ]
}

/// Returns the decisions for the team's rights, and for the team itself, which owners manage.
fn the_team() -> Vec<(&'static str, Decision)> {
    let owners = |status| team(Requirement::owner().recently(), status);
    let colleague = json!({"name": "Zoe", "email": "zoe-{fresh}@acme.example", "role": "viewer"});
    vec![
        ("POST /api/t/{brand}/overview", team(Requirement::viewer().or_key(Scope::PartnersRead), 202)),
        ("GET /api/t/{brand}/team", team(Requirement::owner(), 200)),
        ("POST /api/t/{brand}/team", owners(201).body(colleague)),
        ("PATCH /api/t/{brand}/team/{admin}", owners(200).body(json!({"role": "manager"})).given(Given::Colleague)),
        ("DELETE /api/t/{brand}/team/{admin}", owners(200).given(Given::Colleague)),
        ("POST /api/t/{brand}/team/{admin}/welcome", owners(202).given(Given::Colleague)),
    ]
}

/// Returns the decisions for branding and for previews of emails.
fn face() -> Vec<(&'static str, Decision)> {
    use Open::{Admins, Owners};

    let owners = |status| team(Requirement::owner(), status);
    vec![
        (
            "POST /api/t/{brand}/preview",
            team(Requirement::viewer(), 200).body(json!({"mail": "invitation", "name": "Zoe"})),
        ),
        ("GET /api/t/{brand}/settings", owners(200)),
        ("PATCH /api/t/{brand}/settings", owners(200).body(json!({"senderName": "Acme {fresh}"}))),
        // The request has no image.
        ("PUT /api/t/{brand}/settings/logo", owners(400)),
        ("DELETE /api/t/{brand}/settings/logo", owners(200)),
        // Nor a colour.
        ("GET /api/t/{brand}/settings/accent", owners(400)),
        ("POST /t/{brand}/admin/preview", open(Admins, 200).form("preview", r#"{"mail": "invitation"}"#)),
        ("GET /t/{brand}/admin/settings/brand", open(Owners, 200)),
        ("HEAD /t/{brand}/admin/settings/brand", open(Owners, 200)),
    ]
}

/// Returns the decisions for webhook endpoints and their deliveries.
fn webhooks() -> Vec<(&'static str, Decision)> {
    let owners = |status| team(Requirement::owner(), status);
    let now = |status| team(Requirement::owner().recently(), status);
    vec![
        ("GET /api/t/{brand}/webhooks", owners(200)),
        ("POST /api/t/{brand}/webhooks", now(201).body(json!({"url": "https://shop.acme.example/{fresh}"}))),
        ("PATCH /api/t/{brand}/webhooks/{webhook}", now(200).body(json!({"on": true})).given(Given::Hooked)),
        ("DELETE /api/t/{brand}/webhooks/{webhook}", now(200).given(Given::Hooked)),
        ("POST /api/t/{brand}/webhooks/{webhook}/secret", now(200).given(Given::Hooked)),
        ("POST /api/t/{brand}/webhooks/{webhook}/test", owners(202).given(Given::Hooked)),
        ("GET /api/t/{brand}/webhooks/{webhook}/deliveries", owners(200).given(Given::Hooked)),
        ("POST /api/t/{brand}/webhooks/{webhook}/deliveries/{event}/again", owners(202).given(Given::Hooked)),
    ]
}

/// The ID of a session that doesn't exist.
const OVER: &str = "00000000000000000000000000000000000000000000000000000000000000aa";

/// Returns the decisions for signed-in users' account pages, and for the owners' page about the team.
fn accounts() -> Vec<(&'static str, Decision)> {
    use Open::{Admins, Owners, Partners};
    vec![
        ("GET /t/{brand}/account", open(Partners, 200)),
        ("HEAD /t/{brand}/account", open(Partners, 200)),
        // Of a session that has ended.
        ("POST /t/{brand}/account/sign-out", open(Partners, 303).form("session", OVER)),
        ("GET /t/{brand}/admin/account", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/account", open(Admins, 200)),
        ("POST /t/{brand}/admin/account/sign-out", open(Admins, 303).form("session", OVER)),
        ("GET /t/{brand}/admin/team", open(Owners, 200)),
        ("HEAD /t/{brand}/admin/team", open(Owners, 200)),
    ]
}

/// Returns the decisions for pages that require a sign-in.
fn pages() -> Vec<(&'static str, Decision)> {
    use Open::{Admins, Owners, Partners};
    vec![
        ("GET /t/{brand}", open(Partners, 200)),
        ("HEAD /t/{brand}", open(Partners, 200)),
        ("GET /t/{brand}/links", open(Partners, 200)),
        ("HEAD /t/{brand}/links", open(Partners, 200)),
        ("GET /t/{brand}/earnings", open(Partners, 200)),
        ("HEAD /t/{brand}/earnings", open(Partners, 200)),
        ("GET /t/{brand}/admin/partners/{partner}", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/partners/{partner}", open(Admins, 200)),
        ("GET /t/{brand}/admin/commissions", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/commissions", open(Admins, 200)),
        ("GET /t/{brand}/admin/settings", open(Owners, 200)),
        ("HEAD /t/{brand}/admin/settings", open(Owners, 200)),
        ("GET /t/{brand}/admin/webhooks", open(Owners, 200)),
        ("HEAD /t/{brand}/admin/webhooks", open(Owners, 200)),
        ("GET /t/{brand}/admin/webhooks/{webhook}", open(Owners, 200).given(Given::Hooked)),
        ("HEAD /t/{brand}/admin/webhooks/{webhook}", open(Owners, 200).given(Given::Hooked)),
        ("GET /t/{brand}/admin/network", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/network", open(Admins, 200)),
        ("GET /t/{brand}/admin/network/requests", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/network/requests", open(Admins, 200)),
        ("GET /t/{brand}/admin/network/backfill", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/network/backfill", open(Admins, 200)),
        ("GET /t/{brand}/admin/overview", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/overview", open(Admins, 200)),
        ("GET /t/{brand}/admin/partners", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/partners", open(Admins, 200)),
        ("GET /t/{brand}/admin/imports", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/imports", open(Admins, 200)),
        ("GET /t/{brand}/admin/imports/{import}", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/imports/{import}", open(Admins, 200)),
        ("GET /t/{brand}/admin/programs", open(Admins, 200)),
        ("HEAD /t/{brand}/admin/programs", open(Admins, 200)),
    ]
}

/// Returns the decisions for the sign-in pages and the public ones. A browser without a sign-in attempt is redirected
/// to request an email.
fn doors() -> Vec<(&'static str, Decision)> {
    use Open::All;
    vec![
        ("GET /t/{brand}/admin", open(All, 303)),
        ("HEAD /t/{brand}/admin", open(All, 303)),
        ("GET /t/{brand}/address", open(All, 410)),
        ("HEAD /t/{brand}/address", open(All, 410)),
        ("POST /t/{brand}/address", open(All, 410).form("link", "made up")),
        ("GET /t/{brand}/login", open(All, 200)),
        ("HEAD /t/{brand}/login", open(All, 200)),
        ("POST /t/{brand}/login", open(All, 303).form("email", "stranger-{fresh}@example.com")),
        ("GET /t/{brand}/login/code", open(All, 303)),
        ("HEAD /t/{brand}/login/code", open(All, 303)),
        ("POST /t/{brand}/login/code", open(All, 303).form("code", "2222-2222")),
        ("POST /t/{brand}/login/redeem", open(All, 410).form("token", "made up")),
        // The response doesn't reveal whether the token existed.
        ("POST /t/{brand}/login/opened", open(All, 204).form("token", "made up")),
        ("POST /t/{brand}/login/fresh", open(All, 410).form("token", "made up")),
        ("POST /t/{brand}/logout", open(All, 303).form("", "")),
        ("GET /t/{brand}/admin/login", open(All, 200)),
        ("HEAD /t/{brand}/admin/login", open(All, 200)),
        ("POST /t/{brand}/admin/login", open(All, 303).form("email", "stranger-{fresh}@example.com")),
        ("GET /t/{brand}/admin/login/code", open(All, 303)),
        ("HEAD /t/{brand}/admin/login/code", open(All, 303)),
        ("POST /t/{brand}/admin/login/code", open(All, 303).form("code", "2222-2222")),
        // Redirected to the sign-in page, or to the page that waits for the email.
        ("POST /t/{brand}/admin/login/again", open(All, 303).form("back", "/t/acme/admin/settings")),
        ("POST /t/{brand}/admin/login/redeem", open(All, 410).form("token", "made up")),
        ("POST /t/{brand}/admin/login/fresh", open(All, 410).form("token", "made up")),
        ("POST /t/{brand}/admin/logout", open(All, 303).form("", "")),
        // Of a brand without branding.
        ("GET /t/{brand}/face/{file}", open(All, 404)),
        ("HEAD /t/{brand}/face/{file}", open(All, 404)),
        ("GET /t/{brand}/{rest+}", open(All, 404)),
        ("HEAD /t/{brand}/{rest+}", open(All, 404)),
        // Without the proof from an email there is nothing to decline.
        ("GET /t/{brand}/not-interested", open(All, 410)),
        ("HEAD /t/{brand}/not-interested", open(All, 410)),
        ("POST /t/{brand}/not-interested", open(All, 410).form("List-Unsubscribe", "One-Click")),
        // A visitor of the shop is anonymous.
        ("GET /r/{brand}/{key}", open(All, 302)),
        ("HEAD /r/{brand}/{key}", open(All, 302)),
        ("GET /assets/{file}", open(All, 200)),
        ("HEAD /assets/{file}", open(All, 200)),
    ]
}
