//! `webhook-deliveries`.

use http::Method;
use serde_json::{Value, json};

use crate::{hooks, outside::says};

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_paged_and_failed_ones_can_be_redelivered() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, "https://shop.acme.example/hooks").await;
    others.answer(|_| says(500, ""));
    let test = format!("/{}/test", hook.id);
    for _ in 0..5 {
        assert_eq!(world.hooks(&admin, Method::POST, &test, json!({})).await.status, 202);
    }
    assert_eq!(others.calls().len(), 5, "what an admin asks for goes out although the endpoint rests");
    let mut seen = Vec::new();
    let mut path = format!("/{}/deliveries?limit=2", hook.id);
    loop {
        let page = world.hooks(&admin, Method::GET, &path, Value::Null).await.json();
        seen.extend(page["deliveries"].as_array().unwrap().iter().map(|each| each["event"].clone()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/{}/deliveries?limit=2&cursor={cursor}", hook.id);
    }
    assert_eq!(seen.len(), 5);
    others.answer(|_| says(204, ""));
    let again = format!("/{}/deliveries/{}/again", hook.id, seen[0].as_str().unwrap());
    assert_eq!(world.hooks(&admin, Method::POST, &again, json!({})).await.json()["state"], "waiting");
    let log = world.log(&admin, &hook).await;
    assert_eq!(
        (&log[0]["state"], &log[0]["tries"], &log[0]["problem"]),
        (&json!("delivered"), &json!(1), &Value::Null)
    );
    let unknown = format!("/{}/deliveries/evt_01KA0000000000000000000006/again", hook.id);
    assert_eq!(world.hooks(&admin, Method::POST, &unknown, json!({})).await.status, 404);
}
