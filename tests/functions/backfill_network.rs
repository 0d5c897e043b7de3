//! `backfill-network`. What it tells is shown by the journeys `m11` and by `flapping`.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::Method;
use local::Fault;
use serde_json::{Value, json};

use crate::network::Network;

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_dies_at_any_call_is_followed_and_counts_once() {
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
