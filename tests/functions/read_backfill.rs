//! `read-backfill`.

use http::Method;
use serde_json::{Value, json};

use crate::network::Network;

#[tokio::test(flavor = "multi_thread")]
async fn backfills_are_listed_newest_first() {
    let network = Network::new().await;
    let first = network.call(Method::POST, "/backfill", json!({"dryRun": true})).await.json()["id"].clone();
    let second = network.call(Method::POST, "/backfill", json!({"states": ["revoked"]})).await.json()["id"].clone();
    network.catch_up().await;
    let listed = network.call(Method::GET, "/backfill", Value::Null).await.json();
    let ids: Vec<_> = listed["backfills"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [second, first]);
    assert_eq!(listed["backfills"][0]["state"], "completed");
    let nobody = network.call(Method::GET, "/backfill/bkf_01KA0000000000000000000009", Value::Null).await;
    assert_eq!(nobody.status, 404);
}
