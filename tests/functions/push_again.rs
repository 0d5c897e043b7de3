//! `push-again`. That what failed can be sent again is shown by the journey `b09`.

use http::Method;
use serde_json::json;

use crate::network::Network;

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_fail_can_not_be_sent_again() {
    let network = Network::new().await;
    let maria = network.world.joined("Maria", "maria@example.com").await;
    let answer = network.call(Method::POST, &format!("/pushes/{maria}/again"), json!({})).await;
    assert_eq!(answer.refusal(), (404, "not_found".to_owned()));
}
