//! `start-export`.

use http::Method;
use serde_json::{Value, json};
use shared::domain::Scope;

use crate::support::{Browser, World};

const PATH: &str = "/api/t/acme/exports";

fn exports(world: &World) -> Vec<Value> {
    let items = world.local.items().into_iter();
    items.filter(|item| item["kind"] == "export").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_starts_with_its_event_and_a_message_without_personal_data() {
    let world = World::new().await;
    world.local.pause_sources();
    let answer = world.admin().await.json(&world, Method::POST, PATH, json!({"state": "expired", "q": " Mar "})).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.json(), json!({"id": id, "state": "running"}));
    let export = &exports(&world)[0];
    assert_eq!(export["pk"], format!("EXPORT#acme#{id}"));
    assert_eq!(export["wanted"], json!({"search": "mar", "filter": {"state": "ended"}}));
    assert_eq!(export["asked_by"]["name"], "Ada Admin");
    let event = world.local.items().into_iter().find(|item| item["type"] == "export.started").unwrap();
    assert_eq!((&event["pk"], &event["export"]), (&json!("BRAND#acme"), &json!(id)));

    let sample = std::fs::read_to_string(local::template_path().with_file_name("../events/relay-events.export.json"));
    world.local.invoke("relay-events", serde_json::from_str(&sample.unwrap()).unwrap()).await.unwrap();
    let told = json!({"brand": "acme", "export": "exp_01KA0000000000000000000005"});
    assert_eq!(world.local.messages("exports"), [told.to_string()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filters_are_those_of_the_list_and_are_rejected_alike() {
    let world = World::new().await;
    world.local.pause_sources();
    for (name, word) in [
        ("state", "asleep"),
        ("mail", "lost"),
        ("program", "prg_x"),
        ("source", "moon"),
        ("q", &"x".repeat(255)),
        ("stat", "active"),
    ] {
        let mut body = json!({});
        body[name] = json!(word);
        let answer = world.post("/exports", body).await;
        let listed = world.api(Method::GET, &format!("/api/t/acme/partners?{name}={word}"), Value::Null).await;
        assert_eq!(answer.refusal(), listed.refusal(), "{name}");
        assert_eq!(answer.json()["detail"], listed.json()["detail"], "{name}");
        assert_eq!(answer.status, 400);
    }
    for (body, code) in [(json!({"state": 1}), "invalid_type"), (json!([]), "invalid_type")] {
        assert_eq!(world.post("/exports", body).await.refusal(), (400, code.to_owned()));
    }
    assert!(exports(&world).is_empty());
    for body in [json!({"state": "", "mail": "", "program": "", "source": "", "q": " "}), json!({}), Value::Null] {
        assert_eq!(world.post("/exports", body).await.status, 202);
    }
    assert!(exports(&world).iter().all(|export| export["wanted"] == json!({"filter": {}})));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_starts_nothing() {
    let world = World::new().await;
    world.local.pause_sources();
    let start = async |body: Value| world.api_with(Method::POST, PATH, body, &[("idempotency-key", "monday")]).await;
    let (first, again) = (start(json!({})).await, start(json!({})).await);
    assert_eq!((first.status, first.body), (again.status, again.body));
    assert_eq!(start(json!({"state": "active"})).await.refusal(), (422, "idempotency_key_reused".to_owned()));
    assert_eq!(exports(&world).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_may_not_read_partners_cannot_start_one() {
    let mut world = World::new().await;
    world.local.pause_sources();
    assert_eq!(Browser::default().json(&world, Method::POST, PATH, json!({})).await.status, 401);
    let partner = json!({"name": "Maria", "email": "maria@example.com", "sendInvite": false});
    world.api(Method::POST, "/api/t/acme/partners", partner).await;
    let elsewhere = world.api(Method::POST, "/api/t/globex/exports", json!({})).await;
    assert_eq!(elsewhere.refusal(), (404, "not_found".to_owned()));
    world.key = world.narrow_key(&[Scope::PartnersWrite, Scope::ProgramsRead]).await;
    assert_eq!(world.post("/exports", json!({})).await.refusal(), (403, "scope_missing".to_owned()));
    assert!(exports(&world).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_may_start_twenty_an_hour() {
    let world = World::new().await;
    world.local.pause_sources();
    for _ in 0..20 {
        assert_eq!(world.post("/exports", json!({})).await.status, 202);
    }
    assert_eq!(world.post("/exports", json!({})).await.refusal(), (429, "too_many_requests".to_owned()));
    assert_eq!(world.post("/exports", json!({"state": "asleep"})).await.status, 400);
    world.local.clock.advance(3_600);
    assert_eq!(world.post("/exports", json!({})).await.status, 202);
    assert_eq!(exports(&world).len(), 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_all_data_of_a_person_is_one_readable_document() {
    let world = World::new().await;
    let admin = world.admin().await;
    // The note of an import is also the note that she received.
    world.import("email,name\nmaria.old@example.com,Maria Lopez\n", "note=Welcome").await;
    let maria = world.read("/partners?email=maria.old@example.com").await["partners"][0]["id"].clone();
    let maria = maria.as_str().unwrap().to_owned();
    world.local.feedback(world.last_mail_to("maria.old@example.com").id, local::Feedback::Bounce).await;
    world.local.settled().await;
    let of = |what: &str| format!("/api/t/acme/partners/{maria}{what}");
    let patch = world.api(Method::PATCH, &of(""), json!({"metadata": {"tier": "gold"}})).await;
    assert_eq!(patch.status, 200, "{}", patch.body);
    let moved = json!({"email": "maria@example.com"});
    assert_eq!(world.api(Method::PUT, &of("/email"), moved).await.status, 200);
    world.local.settled().await;
    Browser::default().press(&world, &world.link_to("maria@example.com")).await;
    world.link(&maria, "maria-pick", "Spring launch").await;
    for order in 0..3 {
        let cref = world.click("maria-pick").await.unwrap();
        world.buy(json!({"clickId": cref}), 1_000, &format!("order-{order}")).await;
    }
    let reason = json!({"reason": "The campaign is over.", "notify": false});
    assert_eq!(world.api(Method::POST, &of("/revoke"), reason).await.status, 200);

    // Not with an API key, and not with a sign-in that isn't recent.
    assert_eq!(world.api(Method::POST, &of("/export"), Value::Null).await.refusal().1, "session_required");
    let started = admin.json(&world, Method::POST, &of("/export"), Value::Null).await;
    assert_eq!(started.status, 202, "{}", started.body);
    world.local.settled().await;
    let path = format!("/api/t/acme/exports/{}", started.json()["id"].as_str().unwrap());
    assert_eq!(world.api(Method::GET, &path, Value::Null).await.refusal(), (403, "session_required".to_owned()));
    let made = admin.get(&world, &path).await.json();
    assert_eq!((&made["state"], &made["rows"]), (&json!("completed"), &json!(1)), "{made}");
    let file = super::export_partners::fetch(&world, made["url"].as_str().unwrap()).await;
    assert_eq!(file.headers["content-type"], "application/json");
    assert_eq!(
        file.headers["content-disposition"],
        format!("attachment; filename=\"partner-acme-{maria}-2026-01-01.json\"").as_str()
    );
    let known = file.json();
    assert_eq!(
        (&known["partner"]["name"], &known["partner"]["metadata"]),
        (&json!("Maria Lopez"), &json!({"tier": "gold"}))
    );
    let addresses = known["addresses"].as_array().unwrap();
    assert_eq!(
        (&addresses[0]["email"], &addresses[1]["email"]),
        (&json!("maria@example.com"), &json!("maria.old@example.com"))
    );
    assert_eq!((&addresses[0]["refused"], &addresses[1]["refused"]["why"]), (&Value::Null, &json!("bounced")));
    assert_eq!((&known["links"][0]["linkKey"], &known["links"][0]["clicks"]), (&json!("maria-pick"), &json!(3)));
    assert_eq!(known["commissions"].as_array().unwrap().len(), 3);
    let events = known["events"].as_array().unwrap();
    assert_eq!(
        (&events[0]["type"], &events[0]["data"]["reason"]),
        (&json!("partner.revoked"), &json!("The campaign is over."))
    );
    assert_eq!((&known["approvals"], &known["network"]), (&json!([]), &Value::Null));
    assert_eq!(known["note"], json!({"text": "Welcome"}));
    // The page on retention names every field.
    let page = include_str!("../../docs/retention.md");
    for field in known.as_object().unwrap().keys() {
        assert!(page.contains(&format!("`{field}`")), "{field}");
    }

    // No data of an erased partner is exported any more.
    assert_eq!(super::erase_partner::erase(&world, &admin, &maria, "Maria Lopez").await.status, 200);
    assert_eq!(
        admin.json(&world, Method::POST, &of("/export"), Value::Null).await.refusal(),
        (409, "erased".to_owned())
    );
}
