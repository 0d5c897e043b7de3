//! `decide-approval`. That nobody is lifted by the Network is shown by the journey `b08`.

use futures::future::join_all;
use serde_json::json;

use crate::network::Network;

#[tokio::test(flavor = "multi_thread")]
async fn of_many_words_at_the_same_moment_one_counts() {
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
async fn somebody_who_was_reinstated_meanwhile_can_still_be_given_what_was_held() {
    let network = Network::new().await;
    let world = &network.world;
    let data = network.application("app_1", "Nina Vogel", "Creators").await;
    let nina = network.approve(data).await.json()["partnerId"].as_str().unwrap().to_owned();
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    network.approve(network.application("app_2", "Nina Vogel", "Spring launch").await).await;
    world.post(&format!("/partners/{nina}/reinstate"), serde_json::Value::Null).await;
    let accepted = world.post("/network/approvals/app_2/accept", json!({})).await;
    assert_eq!((accepted.status.as_u16(), accepted.json()["grants"].as_array().unwrap().len()), (200, 2));
}
