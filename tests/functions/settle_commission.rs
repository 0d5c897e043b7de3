//! `settle-commission`.

use serde_json::{Value, json};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_accrued_commission_is_paid_or_reversed_once() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "maria", "Spring launch").await;
    let cref = world.click("maria").await.unwrap();
    for order in ["a", "b"] {
        world.buy(json!({"clickId": cref}), 1_000, order).await;
    }
    // Whatever the partner's status.
    world.post(&format!("/partners/{id}/revoke"), json!({"notify": false})).await;
    let commissions = world.read("/commissions").await["commissions"].clone();
    let settle = async |index: usize, what: &str| {
        let id = commissions[index]["id"].as_str().unwrap();
        world.post(&format!("/commissions/{id}/{what}"), Value::Null).await
    };
    let paid = settle(0, "paid").await;
    assert_eq!((paid.status.as_u16(), &paid.json()["state"]), (200, &json!("paid")));
    assert!(paid.json()["settledAt"].is_string());
    assert_eq!(settle(1, "reverse").await.json()["state"], "reversed");
    for (index, what) in [(0, "paid"), (0, "reverse"), (1, "paid"), (1, "reverse")] {
        assert_eq!(settle(index, what).await.refusal(), (409, "already_settled".to_owned()));
    }
    let nobody = world.post("/commissions/com_01KA0000000000000000000004/paid", Value::Null).await;
    assert_eq!(nobody.refusal(), (404, "not_found".to_owned()));
    // The totals still reconcile: nothing accrued, one paid, one reversed; the link's earnings exclude the reversed
    // one.
    let items = world.local.items();
    let balance = items.iter().find(|item| item["kind"] == "balance").unwrap();
    let figures = ["accrued_EUR", "paid_EUR", "reversed_EUR"].map(|name| balance[name].clone());
    assert_eq!(figures, [json!(0), json!(100), json!(100)]);
    assert_eq!(world.read(&format!("/partners/{id}/links")).await["links"][0]["earned"][0]["amount"], 100);
}
