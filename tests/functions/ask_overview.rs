//! `ask-overview`.

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

/// Returns the number of messages that request a count.
fn asked(world: &World) -> usize {
    world.local.messages("overviews").len()
}

async fn ask(world: &World) {
    let answer = world.post("/overview", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({"ok": true})));
}

/// Returns the stored overview, as it is in the table.
fn kept(world: &World) -> Value {
    world.local.items().into_iter().find(|item| item["kind"] == "overview").unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_count_runs_at_a_time_however_many_admins_look() {
    let world = World::new().await;
    world.local.pause_sources();
    let admin = world.admin().await;
    let looks = (0..8).map(|_| admin.json(&world, Method::POST, "/api/t/acme/overview", json!({})));
    for answer in futures::future::join_all(looks).await {
        assert_eq!(answer.status, 202, "{}", answer.body);
    }
    ask(&world).await;
    let events = || world.local.items().into_iter().filter(|item| item["type"] == "overview.asked").count();
    assert_eq!(events(), 1);
    world.local.resume_sources();
    world.local.settled().await;
    let of = kept(&world)["tally"]["as_of"].clone();
    assert!(of.is_i64() && kept(&world)["counting_until"].is_null(), "{}", kept(&world));

    // A current overview isn't counted again; a minute later it is.
    world.local.clock.advance(59);
    ask(&world).await;
    assert_eq!((events(), kept(&world)["tally"]["as_of"].clone()), (1, of.clone()));
    world.local.clock.advance(1);
    ask(&world).await;
    world.local.settled().await;
    assert_eq!(events(), 2);
    assert_eq!(kept(&world)["tally"]["as_of"], json!(of.as_i64().unwrap() + 60_000));
    assert_eq!(asked(&world), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_never_counts_is_awaited_for_six_minutes() {
    let world = World::new().await;
    world.local.hold("count-overview");
    ask(&world).await;
    world.local.settled().await;
    let events = || world.local.items().into_iter().filter(|item| item["type"] == "overview.asked").count();
    world.local.clock.advance(359);
    ask(&world).await;
    assert_eq!(events(), 1);
    world.local.clock.advance(1);
    ask(&world).await;
    assert_eq!(events(), 2);
    world.local.release("count-overview");
    world.local.settled().await;
    assert_eq!(kept(&world)["tally"]["counted"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_expires_after_a_day() {
    let world = World::new().await;
    ask(&world).await;
    world.local.settled().await;
    let event = world.local.items().into_iter().find(|item| item["type"] == "overview.asked").unwrap();
    let expires = event["expires_at"].as_i64().unwrap();
    assert_eq!(expires - world.local.operator().now().as_second(), 86_400);
}
