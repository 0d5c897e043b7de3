//! `plan-deliveries`.

use serde_json::json;

use crate::{hooks, support::World};

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_event_creates_one_delivery() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, "https://shop.acme.example/hooks").await;
    world.local.hold("plan-deliveries");
    world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    let message = world.local.messages("webhooks-to-plan").pop().unwrap();
    assert!(!message.contains('@') && !message.contains("Maria"), "{message}");
    let record = json!({"messageId": "m", "receiptHandle": "r", "body": message, "attributes": {}});
    for _ in 0..3 {
        let answer = world.local.invoke("plan-deliveries", json!({"Records": [record]})).await.unwrap();
        assert_eq!(answer, json!({"batchItemFailures": []}));
        world.local.settled().await;
    }
    world.local.release("plan-deliveries");
    world.local.settled().await;
    assert_eq!(world.log(&admin, &hook).await.len(), 1);
    assert_eq!(others.calls().len(), 1, "whoever gets the message again sees that it was told");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_endpoint_a_message_costs_one_read() {
    let world = World::new().await;
    let recording = world.local.wire.record();
    world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    let calls = recording.of("plan-deliveries");
    assert_eq!((calls.trips(), calls.count("Query")), (1, 1));
    assert_eq!(recording.of("deliver-webhook").trips(), 0);
}
