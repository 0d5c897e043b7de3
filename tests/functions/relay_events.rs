//! `relay-events`.

use serde_json::{Value, json};

use crate::support::World;

fn sample(name: &str) -> Value {
    let path = format!("{}/../events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_the_outbox_become_messages_without_personal_data() {
    let world = World::new().await;
    world.local.pause_sources();
    let answer = world.local.invoke("relay-events", sample("relay-events")).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    let messages = world.local.messages("mail-now");
    assert_eq!(messages.len(), 2);
    for message in messages {
        assert!(!message.contains('@') && !message.contains("Ada"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_kept_whole_and_holds_nothing_up() {
    let world = World::new().await;
    let unreadable = sample("relay-events.unreadable");
    let answer = world.local.invoke("relay-events", unreadable.clone()).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    let kept = world.local.objects();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].0.ends_with("dead-letters/relay-events/100000000000000000003.json"), "{}", kept[0].0);
    assert_eq!(serde_json::from_slice::<Value>(&kept[0].1).unwrap(), unreadable["Records"][0]);
}
