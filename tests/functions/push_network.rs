//! `push-network`. The journeys `b09` and `flapping` show what it does over time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::Method;
use local::Fault;
use serde_json::json;

use crate::network::Network;

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_crashes_at_any_call_loses_nothing() {
    for (die_at, after) in (0..8).flat_map(|at| [(at, false), (at, true)]) {
        let network = Network::new().await;
        let world = &network.world;
        let data = network.application("app_1", "Nina Vogel", "Creators").await;
        let nina = network.approve(data).await.json()["partnerId"].as_str().unwrap().to_owned();
        let seen = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&seen);
        world.local.wire.on_call(move |call| {
            let dies = call.function == "push-network" && counted.fetch_add(1, Ordering::SeqCst) == die_at;
            match (dies, after) {
                (false, _) => Fault::Pass,
                (true, false) => Fault::FailBefore,
                (true, true) => Fault::FailAfter,
            }
        });
        world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
        network.catch_up().await;
        assert_eq!(network.known(&nina).unwrap().status, "revoked", "{die_at} {after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_push_is_listed_until_it_is_resolved() {
    let network = Network::new().await;
    let world = &network.world;
    let data = network.application("app_1", "Nina Vogel", "Creators").await;
    let nina = network.approve(data).await.json()["partnerId"].as_str().unwrap().to_owned();
    let edit = async |name: &str| {
        world.api(Method::PATCH, &format!("/api/t/acme/partners/{nina}"), json!({"name": name})).await;
        network.catch_up().await;
        network.admin.get(world, "/api/t/acme/network").await.json()["failedPushes"].as_array().unwrap().len()
    };
    network.refuse("nina-vogel@example.com");
    assert_eq!((edit("Nina V.").await, edit("Nina W.").await), (1, 1));
    // A failure is resolved when a backfill syncs the partner, and also when the partner is again as the Network knows
    // them.
    network.forgive();
    network.call(Method::POST, "/backfill", json!({})).await;
    network.catch_up().await;
    assert_eq!(network.admin.get(world, "/api/t/acme/network").await.json()["failedPushes"], json!([]));
    network.refuse("nina-vogel@example.com");
    assert_eq!((edit("Nina X.").await, edit("Nina W.").await), (1, 0));
}
