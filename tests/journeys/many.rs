//! Bulk jobs: each action on one partner, applied to many with one click.

use serde_json::{Value, json};

use crate::{
    importing::codes,
    support::{Browser, World},
};

/// Starts a bulk job, waits until everything that follows is done, and returns the ID.
async fn done(world: &World, body: Value) -> String {
    world.catch_up().await;
    let answer = world.post("/bulk", body).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    world.local.settled().await;
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn people(world: &World, many: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..many {
        let partner = world.invite(&format!("P{number}"), &format!("p{number}@example.com")).await;
        ids.push(partner["id"].as_str().unwrap().to_owned());
    }
    world.local.clock.advance(120);
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn many_invitations_are_resent_and_each_partner_gets_one_email_with_a_working_link() {
    let world = World::new().await;
    let mut ids = people(&world, 3).await;
    ids.push(world.joined("Here", "here@example.com").await);
    world.local.clock.advance(120);
    let all = ids.clone();
    ids.remove(2);
    let old = world.link_to("p0@example.com");
    let id = done(&world, json!({"action": "resend", "partnerIds": ids})).await;
    let told = world.import_state(&id).await;
    assert_eq!(
        (&told["state"], &told["rows"], &told["rowsDone"]),
        (&json!("completed"), &json!(3), &json!(3)),
        "{told}"
    );
    assert_eq!(told["outcomes"], json!({"resent": 2, "already_active": 1}));
    assert_eq!(told["bulk"], json!({"action": "resend", "programId": null, "notify": null, "chosen": true}));
    let report = world.report(&id).await;
    assert_eq!(codes(&report), [(1, "resent"), (2, "resent"), (3, "already_active")]);
    for number in 0..2 {
        assert_eq!(world.mails_to(&format!("p{number}@example.com")).len(), 2, "{number}");
    }
    assert_eq!(Browser::default().get(&world, &old).await.status, 410, "what was mailed before is dead");
    assert_eq!(Browser::default().press(&world, &world.link_to("p0@example.com")).await.location(), "/t/acme");

    // Repeated immediately, only those who got no email get one: the limits for one partner apply to bulk jobs.
    let again = done(&world, json!({"action": "resend", "partnerIds": all})).await;
    let told = world.import_state(&again).await;
    assert_eq!(told["outcomes"], json!({"resent": 1, "too_soon": 1, "already_active": 2}), "{told}");
    assert_eq!(told["state"], "completed_with_errors");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_program_belongs_to_no_one_until_it_is_granted_to_many() {
    let world = World::new().await;
    let ids = people(&world, 2).await;
    let gone = world.joined("Gone", "gone@example.com").await;
    world.post(&format!("/partners/{gone}/revoke"), json!({"notify": false})).await;
    let new = json!({"name": "Autumn", "destination": "https://shop.acme.example/", "commission": {"type": "percent", "basisPoints": 100}});
    let autumn = world.post("/programs", new).await.json()["id"].clone();
    let has = async |id: &str| {
        let grants = world.partner(id).await["grants"].clone();
        grants.as_array().unwrap().iter().any(|grant| grant["programId"] == autumn && grant["source"] == "admin")
    };
    assert!(!has(&ids[0]).await, "nobody gets it by itself");
    let id = done(&world, json!({"action": "grant", "programId": autumn, "filter": {}})).await;
    let told = world.import_state(&id).await;
    assert_eq!(told["outcomes"], json!({"granted": 2, "partner_revoked": 1}), "{told}");
    assert_eq!(told["state"], "completed");
    assert!(has(&ids[0]).await && has(&ids[1]).await && !has(&gone).await);

    let id = done(&world, json!({"action": "ungrant", "programId": autumn, "partnerIds": [ids[0], gone]})).await;
    assert_eq!(codes(&world.report(&id).await), [(1, "ungranted"), (2, "not_granted")]);
    assert!(!has(&ids[0]).await && has(&ids[1]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_many_takes_effect_immediately_and_reinstating_restores_them() {
    let world = World::new().await;
    let browser = world.partner_browser("ada@example.com").await;
    let ada = world.read("/partners?email=ada@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    world.local.clock.advance(1);
    let ids = [ada, world.joined("Max", "max@example.com").await];
    assert_eq!(browser.get(&world, "/t/acme").await.status, 200);
    let mails = world.mails_to("max@example.com").len();
    let id =
        done(&world, json!({"action": "revoke", "reason": "The season is over", "filter": {"state": "active"}})).await;
    assert_eq!(world.import_state(&id).await["outcomes"], json!({"revoked": 2}));
    assert_eq!(browser.get(&world, "/t/acme").await.status, 303, "the session is dead");
    assert_eq!(world.mails_to("max@example.com").len(), mails + 1);
    assert!(world.last_mail_to("max@example.com").text.contains("The season is over"));
    let events = world.read(&format!("/partners/{}/events", ids[0])).await;
    assert_eq!(events["events"][0]["type"], "partner.revoked");
    assert_eq!(events["events"][0]["actor"]["kind"], "api_key", "whoever asked for it did it");

    let id = done(&world, json!({"action": "reinstate", "filter": {"state": "revoked"}})).await;
    assert_eq!(world.import_state(&id).await["outcomes"], json!({"reinstated": 2}));
    for id in &ids {
        assert_eq!(world.partner(id).await["state"], "active");
    }
    let rows = world.report_rows(&id).await;
    assert_eq!(rows[0], ["id", "name", "email", "import_row", "import_outcome", "import_message"]);
    assert_eq!(rows[1][1..5], ["Max", "max@example.com", "1", "reinstated"], "newest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_processes_no_further_partner() {
    let world = World::new().await;
    let ids = people(&world, 3).await;
    world.local.hold("import-rows");
    let id = done(&world, json!({"action": "revoke", "partnerIds": ids, "notify": false})).await;
    assert_eq!(world.with_import(&id, "cancel").await.status, 200);
    world.local.release("import-rows");
    world.local.settled().await;
    let told = world.import_state(&id).await;
    assert_eq!((&told["state"], &told["outcomes"]), (&json!("cancelled"), &json!({"cancelled": 3})), "{told}");
    assert_eq!(codes(&world.report(&id).await).len(), 3);
    assert_eq!(world.partner(&ids[0]).await["state"], "invited");
    assert_eq!(world.with_import(&id, "retry").await.refusal(), (409, "nothing_to_retry".to_owned()));
    let admin = world.admin().await;
    let page = admin.get(&world, &format!("/t/acme/admin/imports/{id}")).await.body;
    assert!(page.contains("Revoke access") && page.contains("Cancelled before any partner was changed"), "{page}");
}
