//! B16: a person can be erased, and the commission totals stay.

use http::Method;
use local::Feedback;
use serde_json::{Value, json};

use crate::{
    functions::erase_partner::{erase, found, revoked, scrubbed},
    importing::codes,
    network::Network,
    support::{Browser, World},
};

/// Makes every kind of call for a person whose name, email address, reasons and metadata contain unique words.
async fn rich_life(network: &Network) -> String {
    let world = &network.world;
    let file = "email,name\nzorba.old@quuxmail.example,Zorba Quuxley\nother@example.com,Other\n";
    world.import(file, "").await;
    world.local.settled().await;
    let zorba = world.read("/partners?email=zorba.old@quuxmail.example").await["partners"][0]["id"].clone();
    let zorba = zorba.as_str().unwrap().to_owned();
    let of = |what: &str| format!("/partners/{zorba}{what}");
    let patch = async |body: Value| world.api(Method::PATCH, &format!("/api/t/acme{}", of("")), body).await;
    assert_eq!(patch(json!({"metadata": {"nickname": "plughster"}})).await.status, 200);
    // The first email address bounces, and is corrected.
    world.local.feedback(world.last_mail_to("zorba.old@quuxmail.example").id, Feedback::Bounce).await;
    world.local.settled().await;
    let corrected = json!({"email": "zorba@quuxmail.example"});
    assert_eq!(world.api(Method::PUT, &format!("/api/t/acme{}", of("/email")), corrected).await.status, 200);
    world.local.settled().await;
    world.local.clock.advance(120);
    assert_eq!(world.post(&of("/invite"), json!({"note": "Dear plover, come back!"})).await.status, 200);
    world.local.settled().await;
    let browser = Browser::default();
    browser.press(world, &world.link_to("zorba@quuxmail.example")).await;
    assert_eq!(patch(json!({"name": "Zorba Quuxley-Frotz"})).await.status, 200);
    // Links, and commissions earned through them.
    assert_eq!(world.link(&zorba, "spring-pick", "Spring launch").await.status, 201);
    let cref = world.click("spring-pick").await.unwrap();
    world.buy(json!({"clickId": cref}), 10_000, "order").await;
    // The Network approved them too, and knows them.
    let mut data = network.application("app_1", "Zorba", "Creators").await;
    data["creator"]["email"] = json!("zorba@quuxmail.example");
    data["creator"]["handle"] = json!("frotzmaster");
    data["preferredSlug"] = json!("creators-pick");
    data["note"] = json!("Xyzzyish pictures");
    assert_eq!(network.approve(data).await.status, 201);
    // They are revoked with a reason, while a change of their email address is pending.
    let own =
        browser.json(world, Method::PUT, "/api/t/acme/email", json!({"email": "zorba.new@quuxmail.example"})).await;
    assert_eq!(own.status, 202, "{}", own.body);
    world.local.settled().await;
    let reason = json!({"reason": "Gnusto and other spells", "notify": true});
    assert_eq!(world.post(&of("/revoke"), reason).await.status, 200);
    world.local.settled().await;
    zorba
}

/// Returns `true` for data that, according to the page on retention, stays for a while and expires on its own.
fn ends_by_itself(text: &str) -> bool {
    let file = ["bucket/imports/", "bucket/reports/", "bucket/exports/"].iter().any(|prefix| text.starts_with(prefix));
    let kinds = ["import_chunk", "idempotency", "sign_in_attempt", "network_call"];
    file || kinds.iter().any(|kind| text.contains(&format!("\"kind\":\"{kind}\"")))
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_only_data_that_expires_on_its_own_is_left_of_an_erased_person_and_totals_reconcile() {
    let network = Network::new().await;
    let world = &network.world;
    let zorba = rich_life(&network).await;
    let words = ["zorba", "quux", "plughster", "frotz", "xyzzy", "gnusto", "plover"];
    for word in words {
        assert!(!found(world, word).is_empty(), "{word}");
    }
    let commissions = world.read(&format!("/commissions?partner={zorba}")).await;
    let links = world.read(&format!("/partners/{zorba}/links")).await;

    let answer = erase(world, &network.admin, &zorba, "Zorba Quuxley-Frotz").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    world.catch_up().await;
    let page = async || network.admin.get(world, &format!("/t/acme/admin/partners/{zorba}")).await.body;
    let erasing = page().await;
    assert!(erasing.contains("Erased person") && erasing.contains("Erasing…"), "{erasing}");
    assert!(!erasing.contains("Reinstate") && !erasing.contains("data-opens=\"erase\""));
    scrubbed(world).await;
    assert!(page().await.contains(">Erased</span>"));

    for word in words {
        let left: Vec<_> = found(world, word).into_iter().filter(|text| !ends_by_itself(text)).collect();
        assert_eq!(left, Vec::<String>::new(), "{word}");
    }
    // No search for their data finds them.
    for query in ["q=zorba", "q=quux", "email=zorba@quuxmail.example", "q=erased"] {
        assert_eq!(world.read(&format!("/partners?{query}")).await["partners"], json!([]), "{query}");
    }
    let listed = world.read("/partners?state=revoked").await["partners"].clone();
    assert_eq!((&listed[0]["id"], &listed[0]["name"]), (&json!(zorba), &json!("Erased person")));
    let csv = crate::functions::export_partners::export(world, json!({"state": "revoked"})).await;
    let csv = crate::functions::export_partners::fetch(world, csv["url"].as_str().unwrap()).await.body;
    assert!(csv.contains(&format!("{zorba},Erased person,,revoked,")), "{csv}");

    // The commission totals and the links are unchanged, and the Network has no personal data.
    assert_eq!(world.read(&format!("/commissions?partner={zorba}")).await, commissions);
    assert_eq!(world.read(&format!("/partners/{zorba}/links")).await, links);
    let known = network.known(&zorba).unwrap();
    assert_eq!((known.status.as_str(), known.email.ends_with("@erased.invalid")), ("revoked", true));
    // Queued emails are sent to no one.
    let mails = world.local.mails().len();
    world.local.clock.advance(40 * 86_400);
    world.local.settled().await;
    assert_eq!(world.local.mails().len(), mails);
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_webhooks_notify_the_brands_systems_of_the_erasure_by_id_alone() {
    let (world, others) = crate::hooks::world().await;
    let admin = world.admin().await;
    let maria = revoked(&world, "Maria Quux", "maria.quux@example.com").await;
    world.hook(&admin, "https://shop.acme.example/hooks").await;
    others.forget();
    assert_eq!(erase(&world, &admin, &maria, "Maria Quux").await.status, 200);
    scrubbed(&world).await;
    let told: Vec<Value> = others
        .calls_to("https://shop.acme.example/hooks")
        .iter()
        .map(|call| serde_json::from_slice(&call.body).unwrap())
        .collect();
    let erased = told.iter().find(|body| body["type"] == "partner.erased").unwrap();
    assert_eq!(erased["data"]["partner"], json!({"id": maria, "state": "revoked"}));
    assert!(!erased.to_string().to_lowercase().contains("quux"));
}

/// Creates a world in which a partner was erased, and returns it with the owner who did it.
async fn after_an_erasure() -> (World, Browser) {
    let world = World::new().await;
    let admin = world.admin().await;
    let maria = revoked(&world, "Maria Quux", "maria.quux@example.com").await;
    assert_eq!(erase(&world, &admin, &maria, "Maria Quux").await.status, 200);
    scrubbed(&world).await;
    (world, admin)
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_no_erased_person_is_invited_again_by_accident() {
    let (world, admin) = after_an_erasure().await;
    let body = json!({"name": "Maria", "email": "Maria.Quux@Example.com"});
    let refused = (409, "address_erased".to_owned());
    assert_eq!(world.post("/partners", body.clone()).await.refusal(), refused);
    assert_eq!(admin.json(&world, Method::POST, "/api/t/acme/partners", body).await.refusal(), refused);
    let file = "email\nmaria.quux@example.com\nother@example.com\n";
    let dry = world.import(file, "dryRun=true").await;
    assert_eq!(codes(&world.report(&dry).await), [(2, "erased"), (3, "invited")]);
    let real = world.import(file, "").await;
    assert_eq!(codes(&world.report(&real).await), [(2, "erased"), (3, "invited")]);
    // Nor can another partner change to that email address, whether they are active or not.
    let moved = json!({"email": "maria.quux@example.com"});
    let other = world.read("/partners?email=other@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    let joined = world.joined("Noah", "noah@example.com").await;
    for id in [&other, &joined] {
        let path = format!("/api/t/acme/partners/{id}/email");
        assert_eq!(world.api(Method::PUT, &path, moved.clone()).await.refusal(), refused);
    }
    assert_eq!(world.mails_to("maria.quux@example.com").len(), 0);
    // Another brand has no trace of it, and the table doesn't reveal the email address.
    let marks: Vec<_> = world.local.items().into_iter().filter(|item| item["kind"] == "erased").collect();
    assert_eq!(marks.len(), 1);
    assert!(!marks[0].to_string().contains("ptn_"), "{}", marks[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_a_readmitted_person_starts_from_scratch() {
    let (world, admin) = after_an_erasure().await;
    let body = json!({"name": "Maria Anew", "email": "maria.quux@example.com", "readmit": true});
    assert_eq!(world.post("/partners", body.clone()).await.refusal(), (403, "session_required".to_owned()));
    let answer = admin.json(&world, Method::POST, "/api/t/acme/partners", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    world.local.settled().await;
    Browser::default().press(&world, &world.link_to("maria.quux@example.com")).await;
    let anew = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(world.partner(&anew).await["state"], "active");
    // The tombstone is gone until they are erased again.
    assert!(!world.local.items().iter().any(|item| item["kind"] == "erased"));
    assert_eq!(world.read("/partners?state=revoked").await["partners"][0]["name"], "Erased person");
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_a_new_application_of_an_erased_person_waits_for_an_admins_decision() {
    let network = Network::new().await;
    let world = &network.world;
    let nina = revoked(world, "Nina Quux", "nina-quux@example.com").await;
    assert_eq!(erase(world, &network.admin, &nina, "Nina Quux").await.status, 200);
    scrubbed(world).await;
    let before = world.local.items().into_iter().filter(|item| item["kind"] == "partner").count();
    for _ in 0..2 {
        let answer = network.approve(network.application("app_1", "Nina Quux", "Creators").await).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
    }
    assert_eq!(network.approve(network.application("app_2", "Nina Quux", "Creators").await).await.status, 202);
    let held = world.read("/network/approvals").await["held"].clone();
    assert_eq!(held.as_array().unwrap().len(), 2, "{held}");
    world.catch_up().await;
    let page = network.admin.get(world, "/t/acme/admin/network").await.body;
    assert!(page.contains("The person with this email address was erased"), "{page}");
    assert_eq!(world.local.items().into_iter().filter(|item| item["kind"] == "partner").count(), before);

    // Dismissed, no data of them is stored; accepted, they become a new partner.
    assert_eq!(world.post("/network/approvals/app_1/dismiss", json!({})).await.status, 200);
    let kept = world.local.items().into_iter().find(|item| item["pk"] == "APPROVAL#acme#app_1").unwrap();
    assert!(!kept.to_string().to_lowercase().contains("quux"), "{kept}");
    let accepted = world.post("/network/approvals/app_2/accept", json!({})).await;
    assert_eq!((accepted.status.as_u16(), &accepted.json()["state"]), (200, &json!("active")), "{}", accepted.body);
    assert_ne!(accepted.json()["id"], json!(nina));
    assert_eq!(world.partner(&nina).await["name"], "Erased person");
    assert_eq!(world.post("/network/approvals/app_2/accept", json!({})).await.refusal().1, "approval_decided");
    assert!(!world.local.items().iter().any(|item| item["kind"] == "erased"));
}
