//! `push-again`. The journey `b09` shows that a failed push can be sent again.

use http::Method;
use serde_json::json;

use crate::network::Network;

#[tokio::test(flavor = "multi_thread")]
async fn only_failed_pushes_can_be_sent_again() {
    let network = Network::new().await;
    let maria = network.world.joined("Maria", "maria@example.com").await;
    let answer = network.call(Method::POST, &format!("/pushes/{maria}/again"), json!({})).await;
    assert_eq!(answer.refusal(), (404, "not_found".to_owned()));
}
