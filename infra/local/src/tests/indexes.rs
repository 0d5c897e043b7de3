//! Indexes that lag.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::{invite, seeded};
use crate::{Local, Options};

/// Returns the partners that the roster lists, through its index and the table.
async fn listed(local: &Local) -> Vec<String> {
    let partners = read(local, "/api/t/acme/partners").await["partners"].as_array().cloned().unwrap();
    let mut listed: Vec<_> = partners.iter().map(|partner| partner["email"].as_str().unwrap().to_owned()).collect();
    listed.sort();
    listed
}

async fn read(local: &Local, path: &str) -> Value {
    let request = Request::get(path).header("authorization", format!("Bearer {}", local.seeded().unwrap().api_key));
    let response = local.http(request.body(Bytes::new()).unwrap()).await;
    serde_json::from_slice(response.body()).unwrap()
}

async fn revoke(local: &Local, id: &str) {
    let request = Request::post(format!("/api/t/acme/partners/{id}/revoke"))
        .header("authorization", format!("Bearer {}", local.seeded().unwrap().api_key))
        .body(Bytes::new());
    assert_eq!(local.http(request.unwrap()).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_index_shows_the_past_and_the_table_the_present() {
    let local = seeded().await;
    invite(&local, "bo@example.org").await;
    local.hold_indexes().await;
    let zoe: Value = serde_json::from_slice(invite(&local, "zoe@example.org").await.body()).unwrap();
    let one = format!("/api/t/acme/partners/{}", zoe["id"].as_str().unwrap());
    assert_eq!(listed(&local).await, ["bo@example.org"], "the index does not know the new one");
    assert_eq!(read(&local, &one).await["email"], "zoe@example.org", "the table does");

    local.release_indexes();
    assert_eq!(listed(&local).await, ["bo@example.org", "zoe@example.org"]);

    // While the index is frozen, it lists a partner under their old status; the record itself is current.
    local.hold_indexes().await;
    revoke(&local, zoe["id"].as_str().unwrap()).await;
    assert_eq!(read(&local, &one).await["state"], "revoked");
    let state =
        async |state: &str| read(&local, &format!("/api/t/acme/partners?state={state}")).await["partners"].clone();
    assert_eq!(state("revoked").await, json!([]), "the index has nobody there yet");
    assert_eq!(state("invited").await.as_array().unwrap().len(), 1, "each read checks the record");
    local.release_indexes();
    assert_eq!(state("revoked").await[0]["id"], zoe["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lagging_indexes_catch_up() {
    let lag = Duration::from_millis(200);
    let options = Options { seed: true, index_lag: Some(lag), ..Options::for_tests() };
    let local = Local::start(options).await.unwrap();
    tokio::time::sleep(lag / 2).await;
    invite(&local, "bo@example.org").await;
    for _ in 0..100 {
        if listed(&local).await == ["bo@example.org"] {
            return;
        }
        tokio::time::sleep(lag / 4).await;
    }
    panic!("the index never caught up");
}
