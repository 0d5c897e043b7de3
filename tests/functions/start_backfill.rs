//! `start-backfill`.

use http::Method;
use serde_json::json;

use crate::network::Network;

#[tokio::test(flavor = "multi_thread")]
async fn excluded_partners_must_exist() {
    let network = Network::new().await;
    let maria = network.world.joined("Maria", "maria@example.com").await;
    for left_out in [json!(["nobody@example.com"]), json!(["ptn_01KA0000000000000000000002"]), json!(["x"])] {
        let answer = network.call(Method::POST, "/backfill", json!({"leaveOut": left_out})).await;
        assert_eq!(answer.refusal(), (400, "invalid_value".to_owned()), "{}", answer.body);
        assert_eq!(answer.json()["detail"]["field"], "leaveOut");
    }
    for body in [json!({"states": []}), json!({"states": ["gone"]}), json!({"leaveOut": vec!["x"; 501]})] {
        assert_eq!(network.call(Method::POST, "/backfill", body).await.status, 400);
    }
    let body = json!({"leaveOut": [maria, " Maria@Example.com ", ""]});
    assert_eq!(network.call(Method::POST, "/backfill", body).await.status, 202);
    network.catch_up().await;
    assert_eq!(network.others.calls().len(), 0);
}
