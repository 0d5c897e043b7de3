//! `backfill-network`. The journeys `m11` and `flapping` show what it syncs.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::Method;
use local::Fault;
use serde_json::{Value, json};

use crate::network::{Mood, Network, TOKEN};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_crashes_at_any_call_is_replaced_and_counts_once() {
    for die_at in [0, 1, 2, 3, 5, 7, 9, 10, 11, 12, 13, 14, 15, 16] {
        let network = Network::new().await;
        let world = &network.world;
        for number in 0..3 {
            world.joined(&format!("P {number}"), &format!("p{number}@example.com")).await;
        }
        let seen = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&seen);
        world.local.wire.on_call(move |call| {
            let dies = call.function == "backfill-network" && counted.fetch_add(1, Ordering::SeqCst) == die_at;
            if dies { Fault::FailAfter } else { Fault::Pass }
        });
        let started = network.call(Method::POST, "/backfill", json!({})).await.json();
        network.catch_up().await;
        let path = format!("/backfill/{}", started["id"].as_str().unwrap());
        let ended = network.call(Method::GET, &path, Value::Null).await.json();
        assert_eq!((&ended["state"], &ended["counts"]["told"]), (&json!("completed"), &json!(3)), "{die_at}: {ended}");
        assert_eq!(ended["counts"]["byState"]["active"], json!({"new": 3, "changed": 0, "known": 0}), "{die_at}");
        assert_eq!(network.counts()["active"], 3);
        // The next one may begin.
        assert_eq!(network.call(Method::POST, "/backfill", json!({})).await.status, 202, "{die_at}");
    }
}

/// Returns the backfill once it has ended.
async fn ended(network: &Network, begun: &Value) -> Value {
    let path = format!("/backfill/{}", begun["id"].as_str().unwrap());
    network.call(Method::GET, &path, Value::Null).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backfill_for_a_connection_that_ended_sends_no_partner() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    world.joined("Maria", "maria@example.com").await;
    for url in ["https://other.example/api", crate::network::URL] {
        network.be(Mood::Down);
        let begun = network.call(Method::POST, "/backfill", json!({})).await.json();
        world.local.settled().await;
        let path = "/api/t/acme/network";
        admin.json(world, Method::DELETE, path, Value::Null).await;
        admin.json(world, Method::PUT, path, json!({"url": url, "token": TOKEN})).await;
        network.be(Mood::Up);
        network.others.forget();
        network.catch_up().await;
        assert_eq!(network.others.calls().len(), 0, "{url} was told of the roster");
        let ended = ended(&network, &begun).await;
        assert_eq!((&ended["state"], &ended["failure"]), (&json!("failed"), &json!("The Network was disconnected.")));
        // Nor does it receive a change of a partner that may have been synced to the Network before.
        let maria = world.local.items().into_iter().find(|item| item["kind"] == "partner").unwrap();
        let maria = maria["id"].as_str().unwrap();
        if url != crate::network::URL {
            world.api(Method::PATCH, &format!("/api/t/acme/partners/{maria}"), json!({"name": "Mary"})).await;
            network.catch_up().await;
            assert_eq!(network.known(maria), None);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_of_a_failed_backfill_are_sent_by_the_next() {
    let network = Network::new().await;
    let world = &network.world;
    for number in 0..3 {
        world.joined(&format!("P {number}"), &format!("p{number}@example.com")).await;
    }
    // The token is rejected: the backfill fails immediately, and certainly no partner was synced.
    network.be(Mood::Locked);
    let begun = network.call(Method::POST, "/backfill", json!({})).await.json();
    world.local.settled().await;
    let failed = ended(&network, &begun).await;
    assert_eq!(failed["failure"], "The Network rejected it. HTTP 401: unauthorized", "{failed}");
    // The responses get lost: it waits, and can't know which partners were synced.
    network.be(Mood::Mute);
    world.local.clock.advance(60);
    let begun = network.call(Method::POST, "/backfill", json!({})).await.json();
    for _ in 0..12 {
        world.local.settled().await;
        world.local.clock.advance(600);
    }
    world.local.settled().await;
    let failed = ended(&network, &begun).await;
    assert!(failed["failure"].as_str().unwrap().contains("could not be reached for an hour"), "{failed}");
    network.be(Mood::Up);
    let begun = network.call(Method::POST, "/backfill", json!({})).await.json();
    network.catch_up().await;
    let told = ended(&network, &begun).await;
    assert_eq!((&told["state"], &told["counts"]["told"]), (&json!("completed"), &json!(3)), "{told}");
}
