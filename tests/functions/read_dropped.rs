//! `read-dropped`.

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn dropped_attribution_is_listed_by_day() {
    let world = World::new().await;
    let none = json!({"day": "2026-01-01", "clicks": 0, "conversions": 0, "unknown": 0, "late": 0});
    assert_eq!(world.read("/dropped?days=1").await, json!({"days": [none]}));
    for order in 0..8 {
        world.buy(json!({"userId": "nobody"}), 1_000, &format!("o{order}")).await;
    }
    world.local.clock.advance(86_400);
    let days = world.read("/dropped").await["days"].as_array().unwrap().clone();
    assert_eq!(days.len(), 30);
    assert_eq!((&days[28]["day"], &days[28]["unknown"]), (&json!("2026-01-01"), &json!(8)));
    assert_eq!((&days[29]["day"], &days[29]["unknown"]), (&json!("2026-01-02"), &json!(0)));
    for bad in ["days=0", "days=91", "days=x", "since=1"] {
        let answer = world.api(Method::GET, &format!("/api/t/acme/dropped?{bad}"), Value::Null).await;
        assert_eq!(answer.status, 400, "{bad}");
    }
}
