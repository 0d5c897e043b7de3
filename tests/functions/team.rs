//! `team`, and the effects on its members.

use futures::future::join;
use http::Method;
use serde_json::{Value, json};

use crate::support::{ADMIN, Answer, Browser, World};

const TEAM: &str = "/api/t/acme/team";

impl World {
    /// Invites a colleague to the team as its first owner, and signs them in with their welcome email.
    pub(crate) async fn colleague(&self, name: &str, email: &str, role: &str) -> (String, Browser) {
        let body = json!({"name": name, "email": email, "role": role});
        let made = self.admin().await.json(self, Method::POST, TEAM, body).await;
        assert_eq!(made.status, 201, "{}", made.body);
        self.local.settled().await;
        let browser = Browser::default();
        let answer = browser.press(self, &self.link_to(email)).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme/admin"));
        (made.json()["id"].as_str().unwrap().to_owned(), browser)
    }
}

async fn one(world: &World, by: &Browser, method: Method, id: &str, body: Value) -> Answer {
    by.json(world, method, &format!("{TEAM}/{id}"), body).await
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_takes_effect_with_the_next_request() {
    let world = World::new().await;
    let owner = world.admin().await;
    let (id, vera) = world.colleague("Vera", "vera@acme.example", "viewer").await;
    let invite = json!({"name": "Maria", "email": "maria@example.com", "sendInvite": false});
    assert_eq!(vera.get(&world, "/api/t/acme/partners").await.status, 200);
    assert_eq!(vera.get(&world, "/t/acme/admin/partners").await.status, 200);
    let answer = vera.json(&world, Method::POST, "/api/t/acme/partners", invite.clone()).await;
    assert_eq!(answer.refusal(), refused(403, "role_missing"));
    assert_eq!(answer.json()["detail"]["role"], "manager");

    assert_eq!(one(&world, &owner, Method::PATCH, &id, json!({"role": "manager"})).await.json()["role"], "manager");
    assert_eq!(vera.json(&world, Method::POST, "/api/t/acme/partners", invite).await.status, 201);
    assert_eq!(vera.get(&world, TEAM).await.refusal(), refused(403, "role_missing"));
    let page = vera.get(&world, "/t/acme/admin/team").await;
    assert!(page.status == 403 && page.body.contains("Only owners can do this."), "{}", page.body);

    assert_eq!(one(&world, &owner, Method::PATCH, &id, json!({"role": "owner"})).await.status, 200);
    let team = vera.get(&world, TEAM).await.json();
    let told: Vec<_> = team["admins"].as_array().unwrap().iter().map(|one| (&one["name"], &one["you"])).collect();
    assert_eq!(told, [(&json!("Ada Admin"), &json!(false)), (&json!("Vera"), &json!(true))]);
    // The role that they already have: nothing is written and no one is notified.
    world.local.settled().await;
    let before = world.local.items();
    assert_eq!(one(&world, &owner, Method::PATCH, &id, json!({"role": "owner"})).await.status, 200);
    assert_eq!(world.local.items(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_admin_loses_access_immediately_and_their_keys_are_listed() {
    let world = World::new().await;
    let owner = world.admin().await;
    let (id, olga) = world.colleague("Olga", "olga@acme.example", "owner").await;
    let key = json!({"label": "Shop", "scopes": ["events:write"]});
    assert_eq!(olga.json(&world, Method::POST, "/api/t/acme/api-keys", key).await.status, 201);
    // A link that was already sent stops working too.
    Browser::default().post(&world, "/t/acme/admin/login", &[("email", "olga@acme.example")]).await;
    world.local.settled().await;
    let link = world.link_to("olga@acme.example");

    let page = owner.get(&world, "/t/acme/admin/team").await.body;
    assert!(page.contains("API keys they created still work: Shop."), "{page}");
    let removed = one(&world, &owner, Method::DELETE, &id, Value::Null).await;
    assert_eq!((removed.status.as_u16(), &removed.json()["apiKeys"][0]["label"]), (200, &json!("Shop")));
    assert_eq!(olga.get(&world, TEAM).await.refusal(), refused(401, "unauthenticated"));
    assert_eq!(olga.get(&world, "/t/acme/admin/partners").await.location(), "/t/acme/admin/login");
    let stranger = Browser::default();
    assert_eq!(stranger.get(&world, &link).await.status, 410);
    assert_eq!(stranger.redeem(&world, &link).await.status, 410);
    world.local.settled().await;
    let mails = world.mails_to("olga@acme.example").len();
    Browser::default().post(&world, "/t/acme/admin/login", &[("email", "olga@acme.example")]).await;
    world.local.settled().await;
    assert_eq!(world.mails_to("olga@acme.example").len(), mails, "a stranger again");
    assert_eq!(one(&world, &owner, Method::DELETE, &id, Value::Null).await.status, 404);

    // Invited again, they are a new admin, and no earlier session or link gives access.
    let (again, browser) = world.colleague("Olga", "olga@acme.example", "viewer").await;
    assert_ne!(again, id);
    assert_eq!(browser.get(&world, "/api/t/acme/partners").await.status, 200);
    assert_eq!(olga.get(&world, "/api/t/acme/partners").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays_and_no_one_is_in_a_team_twice() {
    let world = World::new().await;
    let owner = world.admin().await;
    world.colleague("Max", "max@acme.example", "manager").await;
    let ada = owner.get(&world, TEAM).await.json()["admins"][0]["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    let before = world.local.items();
    for (method, path, body, status, code) in [
        (Method::DELETE, format!("{TEAM}/{ada}"), Value::Null, 409, "last_owner"),
        (Method::PATCH, format!("{TEAM}/{ada}"), json!({"role": "viewer"}), 409, "last_owner"),
        (Method::PATCH, format!("{TEAM}/{ada}"), json!({"role": "king"}), 400, "invalid_value"),
        (
            Method::POST,
            TEAM.to_owned(),
            json!({"name": "A", "email": "ADA@acme.example", "role": "viewer"}),
            409,
            "in_team",
        ),
        (Method::POST, TEAM.to_owned(), json!({"name": "A", "email": "a@b.example"}), 400, "missing_field"),
        (Method::DELETE, format!("{TEAM}/adm_01KA0000000000000000000009"), Value::Null, 404, "not_found"),
    ] {
        let answer = owner.json(&world, method.clone(), &path, body).await;
        assert_eq!(answer.refusal(), refused(status, code), "{method} {path}");
    }
    assert_eq!(world.local.items(), before, "nothing of it was written");
    // An operator can add an owner at any time: no brand is locked out permanently.
    let brand = json!({"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example"});
    let rescue = json!({"brand": brand, "admins": [{"name": "Rita", "email": "rita@acme.example"}]});
    world.local.invoke("create-brand", rescue).await.unwrap();
    assert_eq!(one(&world, &owner, Method::DELETE, &ada, Value::Null).await.status, 200);
    assert_eq!(owner.get(&world, "/api/t/acme/partners").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_remove_each_other_one_stays() {
    for round in 0..20 {
        let world = World::new().await;
        let ada = world.admin().await;
        let (olgas, olga) = world.colleague("Olga", "olga@acme.example", "owner").await;
        let adas = ada.get(&world, TEAM).await.json()["admins"][0]["id"].as_str().unwrap().to_owned();
        let both = join(
            one(&world, &ada, Method::DELETE, &olgas, Value::Null),
            one(&world, &olga, Method::DELETE, &adas, Value::Null),
        );
        let (first, second) = both.await;
        let done = [&first, &second].iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{round}: {} {}", first.body, second.body);
        let admins = world.local.items().iter().filter(|item| item["kind"] == "admin").count();
        assert_eq!(admins, 1, "{round}");
        let claims = world.local.items().iter().filter(|item| item["kind"] == "admin_email").count();
        assert_eq!(claims, 1, "{round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_owners_who_step_down_at_the_same_time_one_stays_and_gets_the_reason() {
    let world = World::new().await;
    let ada = world.admin().await;
    let (olgas, olga) = world.colleague("Olga", "olga@acme.example", "owner").await;
    let adas = ada.get(&world, TEAM).await.json()["admins"][0]["id"].as_str().unwrap().to_owned();
    let less = json!({"role": "viewer"});
    let (first, second) =
        join(one(&world, &ada, Method::PATCH, &adas, less.clone()), one(&world, &olga, Method::PATCH, &olgas, less))
            .await;
    let mut refusals = [first.refusal_or_none(), second.refusal_or_none()];
    refusals.sort();
    assert_eq!(refusals, [String::new(), "last_owner".to_owned()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_invites_once_and_the_welcome_email_can_be_resent_a_few_times() {
    let world = World::new().await;
    let owner = world.admin().await;
    let body = json!({"name": "Max", "email": "max@acme.example", "role": "manager"});
    let key = [("idempotency-key", "k")];
    let first = owner.json_with(&world, Method::POST, TEAM, body.clone(), &key).await;
    let again = owner.json_with(&world, Method::POST, TEAM, body, &key).await;
    assert_eq!((first.status.as_u16(), first.body.clone()), (201, again.body));
    world.local.settled().await;
    assert_eq!(world.mails_to("max@acme.example").len(), 1);
    let id = first.json()["id"].as_str().unwrap().to_owned();
    for round in 0..4 {
        let path = format!("{TEAM}/{id}/welcome");
        let status = owner.json(&world, Method::POST, &path, json!({})).await.status;
        assert_eq!(status, if round < 3 { 202 } else { 429 });
        world.local.settled().await;
    }
    assert_eq!(world.mails_to("max@acme.example").len(), 4);
    assert_eq!(world.mails_to(ADMIN).len(), 1 + 1, "the welcome of the seed, and the news of one invitation");
}

#[tokio::test(flavor = "multi_thread")]
async fn managing_the_team_requires_a_recent_sign_in() {
    let world = World::new().await;
    let owner = world.admin().await;
    world.local.clock.advance(15 * 60);
    let body = json!({"name": "Max", "email": "max@acme.example", "role": "manager"});
    assert_eq!(owner.json(&world, Method::POST, TEAM, body).await.refusal(), refused(403, "sign_in_again"));
    assert_eq!(owner.get(&world, TEAM).await.status, 200, "looking is not deciding");
}
