//! `requeue-deliveries`.

use serde_json::{Value, json};

use crate::hooks;

#[tokio::test(flavor = "multi_thread")]
async fn lost_messages_are_recovered() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, "https://shop.acme.example/hooks").await;
    // No worker processes the message, as if it were lost.
    world.local.hold("deliver-webhook");
    world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    world.local.clock.advance(5 * 86_400);
    world.local.release("deliver-webhook");
    world.local.settled().await;
    for _ in 0..3 {
        world.pass(3_600).await;
    }
    assert_eq!(others.calls().len(), 1);
    assert_eq!(world.log(&world.admin().await, &hook).await[0]["state"], "delivered");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_endpoint_is_checked_once_an_hour() {
    let (world, _) = hooks::world().await;
    let admin = world.admin().await;
    world.hook(&admin, "https://shop.acme.example/hooks").await;
    world.pass(60).await;
    let recording = world.local.wire.record();
    for _ in 0..59 {
        world.pass(60).await;
    }
    assert_eq!(recording.of("requeue-deliveries").count("UpdateItem"), 0);
    world.pass(120).await;
    assert_eq!(recording.of("requeue-deliveries").count("UpdateItem"), 1);
    assert_eq!(world.local.invoke("requeue-deliveries", json!({})).await.unwrap(), Value::Null);
}
