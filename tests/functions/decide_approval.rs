//! `decide-approval`. The journey `b08` shows that the Network reinstates no one.

use futures::future::join_all;
use http::Method;
use serde_json::{Value, json};

use crate::network::Network;

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_concurrent_decisions_counts() {
    let network = Network::new().await;
    let world = &network.world;
    let data = network.application("app_1", "Nina Vogel", "Creators").await;
    let nina = network.approve(data).await.json()["partnerId"].as_str().unwrap().to_owned();
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    network.approve(network.application("app_2", "Nina Vogel", "Spring launch").await).await;
    let words = (0..20).map(|at| {
        let verb = if at % 2 == 0 { "accept" } else { "dismiss" };
        async move { (verb, world.post(&format!("/network/approvals/app_2/{verb}"), json!({})).await) }
    });
    let answers = join_all(words).await;
    let good: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 200).collect();
    assert_eq!(good.len(), 1);
    let state = if good[0].0 == "accept" { "active" } else { "revoked" };
    assert_eq!(world.partner(&nina).await["state"], state);
    assert_eq!(world.post("/network/approvals/app_9/accept", json!({})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_approval_can_still_be_accepted_after_the_partner_was_reinstated() {
    let network = Network::new().await;
    let world = &network.world;
    let data = network.application("app_1", "Nina Vogel", "Creators").await;
    let nina = network.approve(data).await.json()["partnerId"].as_str().unwrap().to_owned();
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    network.approve(network.application("app_2", "Nina Vogel", "Spring launch").await).await;
    world.post(&format!("/partners/{nina}/reinstate"), Value::Null).await;
    let accepted = world.post("/network/approvals/app_2/accept", json!({})).await;
    assert_eq!((accepted.status.as_u16(), accepted.json()["grants"].as_array().unwrap().len()), (200, 2));
}

/// The first of the two calls was rejected, so the second one, which creates the link, never came.
#[tokio::test(flavor = "multi_thread")]
async fn accepting_the_held_one_of_the_two_calls_creates_the_link() {
    let network = Network::new().await;
    let world = &network.world;
    let maria = world.joined("Maria", "maria@example.com").await;
    world.post(&format!("/partners/{maria}/revoke"), json!({"notify": false})).await;
    let program = world.program_id("Spring launch").await;
    let offering = json!({
        "name": "Maria", "email": "maria@example.com", "campaignGrantSource": "offering", "programIds": [program],
    });
    let held = world.api(Method::POST, "/api/t/acme/partners", offering).await;
    assert_eq!(held.refusal(), (409, "partner_revoked".to_owned()));
    let waits = world.api(Method::GET, "/api/t/acme/network/approvals", Value::Null).await.json()["held"][0].clone();
    let path = format!("/network/approvals/{}/accept", waits["id"].as_str().unwrap());
    assert_eq!(world.post(&path, json!({})).await.status, 200);
    let links = world.api(Method::GET, &format!("/api/t/acme/partners/{maria}/links"), Value::Null).await.json();
    assert_eq!(links["links"][0]["programId"], program.as_str(), "{links}");
}
