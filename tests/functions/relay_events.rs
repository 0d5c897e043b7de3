//! `relay-events`.

use local::Fault;
use serde_json::{Value, json};

use crate::support::World;

fn sample(name: &str) -> Value {
    let path = format!("{}/../events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_the_outbox_become_messages_without_personal_data() {
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
async fn malformed_records_are_stored_whole_and_block_nothing() {
    let world = World::new().await;
    let unreadable = sample("relay-events.unreadable");
    let answer = world.local.invoke("relay-events", unreadable.clone()).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    let kept = world.local.objects();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].0.ends_with("dead-letters/relay-events/100000000000000000003.json"), "{}", kept[0].0);
    assert_eq!(serde_json::from_slice::<Value>(&kept[0].1).unwrap(), unreadable["Records"][0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_queue_fails_the_stream_is_resumed_there() {
    let world = World::new().await;
    world.local.pause_sources();
    let mut batch = sample("relay-events");
    let records = batch["Records"].as_array_mut().unwrap();
    records.insert(1, sample("relay-events.export")["Records"][0].clone());
    for (number, record) in records.iter_mut().enumerate() {
        record["dynamodb"]["SequenceNumber"] = json!(format!("{number}"));
    }
    let refusing = |queue: &'static str, entries: Vec<&'static str>| {
        world.local.wire.on_call(move |call| {
            if call.operation != "SendMessageBatch" || !call.request["QueueUrl"].as_str().unwrap().ends_with(queue) {
                return Fault::Pass;
            }
            let failed: Vec<_> =
                entries.iter().map(|id| json!({"Id": id, "Code": "InternalError", "SenderFault": false})).collect();
            Fault::respond(200, json!({"Successful": [], "Failed": failed}))
        });
    };
    for (queue, entries, from) in
        [("/exports", vec!["0"], "1"), ("/mail-now", vec!["1"], "2"), ("/mail-now", vec!["0", "1"], "0")]
    {
        refusing(queue, entries);
        let answer = world.local.invoke("relay-events", batch.clone()).await.unwrap();
        assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": from}]}), "{queue}");
    }
}
