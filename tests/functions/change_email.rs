//! `change-email`.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, World};

async fn correct(world: &World, id: &Value, email: &str) -> Answer {
    let path = format!("/api/t/acme/partners/{}/email", id.as_str().unwrap());
    let answer = world.api(Method::PUT, &path, json!({"email": email})).await;
    world.local.settled().await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claim_moves_and_links_to_the_old_email_address_stop_working() {
    let world = World::new().await;
    let maria = world.invite("Maria", "mariaa@example.com").await;
    let old = world.link_to("mariaa@example.com");
    let answer = correct(&world, &maria["id"], "Maria@Example.com").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["email"]), (200, &json!("maria@example.com")));
    let dead = Browser::default().get(&world, &old).await;
    assert_eq!(dead.status, 410);
    assert!(!dead.body.contains("maria@") && !dead.body.contains("m•••"), "{}", dead.body);
    assert_eq!(Browser::default().press(&world, &world.link_to("maria@example.com")).await.status, 303);
    assert_eq!(world.read("/partners?email=mariaa@example.com").await["partners"], json!([]));
    assert_eq!(world.read("/partners?q=maria@").await["partners"][0]["id"], maria["id"]);
    // The old email address is free for another partner.
    world.invite("Maria A", "mariaa@example.com").await;
    // For an active partner nothing changes before the new email address confirms it.
    assert_eq!(correct(&world, &maria["id"], "other@example.com").await.status, 202);
    assert_eq!(world.partner(maria["id"].as_str().unwrap()).await["email"], "maria@example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_queued_for_the_old_email_address_is_never_sent() {
    let world = World::new().await;
    world.local.pause_sources();
    let body = json!({"name": "Maria", "email": "mariaa@example.com"});
    let maria = world.post("/partners", body).await.json();
    let path = format!("/api/t/acme/partners/{}/email", maria["id"].as_str().unwrap());
    assert_eq!(world.api(Method::PUT, &path, json!({"email": "maria@example.com"})).await.status, 200);
    world.local.resume_sources();
    world.local.settled().await;
    assert_eq!((world.mails_to("mariaa@example.com").len(), world.mails_to("maria@example.com").len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_email_address_and_an_invalid_one_are_rejected() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let noah = world.invite("Noah", "noah@example.com").await;
    let taken = correct(&world, &maria["id"], "noah@example.com").await;
    assert_eq!((taken.refusal(), &taken.json()["detail"]["id"]), ((409, "email_taken".to_owned()), &noah["id"]));
    assert_eq!(correct(&world, &maria["id"], "nonsense").await.refusal(), (400, "invalid_email".to_owned()));
    assert_eq!(correct(&world, &maria["id"], "maria@example.com").await.refusal(), (400, "invalid_value".to_owned()));
    assert_eq!(world.partner(maria["id"].as_str().unwrap()).await["email"], "maria@example.com");
    // It counts as a resend.
    for number in 0..5 {
        assert_eq!(correct(&world, &maria["id"], &format!("m{number}@example.com")).await.status, 200);
    }
    assert_eq!(correct(&world, &maria["id"], "m9@example.com").await.refusal(), (429, "too_often".to_owned()));
}
