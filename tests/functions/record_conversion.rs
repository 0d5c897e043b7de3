//! `record-conversion`.

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

async fn visited() -> (World, String, String) {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "maria", "Spring launch").await;
    let cref = world.click("maria").await.unwrap();
    (world, id, cref)
}

async fn commissions(world: &World, id: &str) -> Vec<Value> {
    world.read(&format!("/commissions?partner={id}")).await["commissions"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_percentage_is_recorded_once_under_the_shops_id() {
    let (world, id, cref) = visited().await;
    for _ in 0..3 {
        let answer = world.buy(json!({"clickId": cref}), 1_005, "order-1").await;
        assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({"ok": true})));
    }
    let booked = commissions(&world, &id).await;
    assert_eq!(booked.len(), 1);
    // 10 % of 10.05 is 1.005: half to even.
    assert_eq!(
        (&booked[0]["amount"], &booked[0]["currency"], &booked[0]["state"]),
        (&json!(100), &json!("EUR"), &json!("accrued"))
    );
    assert_eq!(booked[0]["externalEventId"], "order-1");
    assert_eq!(booked[0]["value"], json!({"amount": 1_005, "currency": "EUR"}));
    let links = world.read(&format!("/partners/{id}/links")).await;
    assert_eq!(links["links"][0]["conversions"], 1);
    assert_eq!(links["links"][0]["earned"], json!([{"amount": 100, "currency": "EUR"}]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_commission_needs_no_value_and_a_percentage_of_zero_is_zero() {
    let (world, id, cref) = visited().await;
    assert_eq!(world.post("/attribution/events", json!({"clickId": cref, "type": "signup"})).await.status, 202);
    assert!(commissions(&world, &id).await.is_empty(), "there is nothing to share");
    world.link(&id, "friend", "Refer a friend").await;
    let cref = world.click("friend").await.unwrap();
    assert_eq!(world.post("/attribution/events", json!({"clickId": cref, "type": "signup"})).await.status, 202);
    let booked = commissions(&world, &id).await;
    assert_eq!(
        (&booked[0]["amount"], &booked[0]["type"], &booked[0]["value"]),
        (&json!(500), &json!("signup"), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_counts_within_the_attribution_window() {
    let (world, id, cref) = visited().await;
    world.local.clock.advance(60 * 86_400 - 1);
    world.buy(json!({"clickId": cref}), 1_000, "in-time").await;
    world.local.clock.advance(1);
    assert_eq!(world.buy(json!({"clickId": cref}), 1_000, "late").await.status, 202);
    assert_eq!(commissions(&world, &id).await.len(), 1);
    assert_eq!(world.read("/dropped?days=1").await["days"][0]["late"], 1);
    let program = world.program_id("Spring launch").await;
    let longer = json!({"attributionDays": 90});
    world.api(Method::PATCH, &format!("/api/t/acme/programs/{program}"), longer).await;
    world.buy(json!({"clickId": cref}), 1_000, "late").await;
    assert_eq!(commissions(&world, &id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unattributed_conversion_gets_the_same_response_and_is_counted() {
    let (world, id, _) = visited().await;
    for (who, order) in [
        (json!({"clickId": "clk_01KA0000000000000000000003"}), "a"),
        (json!({"clickId": "nonsense"}), "b"),
        (json!({"userId": "nobody"}), "c"),
    ] {
        let answer = world.buy(who, 1_000, order).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({"ok": true})));
    }
    assert!(commissions(&world, &id).await.is_empty());
    assert_eq!(world.read("/dropped?days=1").await["days"][0]["unknown"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_is_rejected() {
    let (world, id, cref) = visited().await;
    let body = |extra: Value| {
        let mut body = json!({"clickId": cref, "type": "purchase", "value": 1, "currency": "EUR"});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    for (extra, code, field) in [
        (json!({"value": -1}), "invalid_amount", "value"),
        (json!({"value": 100_000_000_001_i64}), "invalid_amount", "value"),
        (json!({"value": 1.5}), "invalid_type", "value"),
        (json!({"currency": "EURO"}), "unknown_currency", "currency"),
        (json!({"currency": "XXX"}), "unknown_currency", "currency"),
        (json!({"currency": "XAU"}), "unknown_currency", "currency"),
        (json!({"currency": null}), "missing_field", "currency"),
        (json!({"userId": "u"}), "invalid_value", "userId"),
        (json!({"clickId": null}), "invalid_value", "userId"),
        (json!({"type": "a purchase"}), "invalid_value", "type"),
        (json!({"externalEventId": ""}), "invalid_value", "externalEventId"),
        (json!({"amount": 1}), "unknown_field", "amount"),
    ] {
        let answer = world.post("/attribution/events", body(extra)).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{}", answer.body);
        assert_eq!(answer.json()["detail"]["field"], field, "{}", answer.body);
    }
    assert!(commissions(&world, &id).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terms_of_a_grant_outlive_it() {
    let world = World::new().await;
    let body = json!({
        "name": "Maria", "email": "maria@example.com", "sendInvite": false,
        "commissionSnapshot": {"commissionType": "percent", "commissionValue": 50},
    });
    let id = world.invite_with(body).await["id"].as_str().unwrap().to_owned();
    world.link(&id, "maria", "Spring launch").await;
    let programs = json!({"programIds": [], "grantsVersion": 1});
    world.api(Method::PUT, &format!("/api/t/acme/partners/{id}/programs"), programs).await;
    let cref = world.click("maria").await.unwrap();
    world.buy(json!({"clickId": cref}), 1_000, "o").await;
    assert_eq!(commissions(&world, &id).await[0]["amount"], 500);
}
