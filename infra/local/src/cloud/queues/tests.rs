//! Guarantees of the queues, by the clock and after a kill.

use std::path::Path;

use super::*;
use crate::{clock::ClockStart, folder::Temporary, template::Redrive};

const MINUTE_S: i64 = 60;

fn queue(name: &str) -> Queue {
    Queue {
        name: name.to_owned(),
        visibility: Duration::from_mins(1),
        delay: Duration::ZERO,
        retention: Duration::from_hours(24),
        redrive: None,
        fifo: name.ends_with(".fifo"),
        deduplicates_by_content: false,
    }
}

/// Returns `q` and its dead-letter queue, which takes messages that were received twice.
fn with_dead_letters(suffix: &str) -> [Queue; 2] {
    let dead = queue(&format!("dead{suffix}"));
    let redrive = Some(Redrive { queue: dead.name.clone(), receives_max: 2 });
    [Queue { redrive, ..queue(&format!("q{suffix}")) }, dead]
}

async fn open(ledger: Ledger, queues: &[Queue]) -> (Queues, LocalClock) {
    let start = ClockStart::At("2026-01-01T00:00:00Z".parse().unwrap());
    let clock = LocalClock::new(start, ledger.clone()).unwrap();
    (Queues::open(queues, ledger, clock.clone()).await.unwrap(), clock)
}

async fn fresh(queues: &[Queue]) -> (Queues, LocalClock) {
    open(Ledger::memory().unwrap(), queues).await
}

/// Opens the files that a killed process left in `folder`: nothing was closed, and no handle is used again.
async fn again(folder: &Path, queues: &[Queue]) -> (Queues, LocalClock) {
    open(Ledger::open(&folder.join("ledger.sqlite")).unwrap(), queues).await
}

fn kill(queues: (Queues, LocalClock)) {
    std::mem::forget(queues);
}

async fn ask(queues: &Queues, operation: &str, queue: &str, mut input: Value) -> Value {
    front::put(&mut input, "QueueUrl", json!(queue_url(queue)));
    let answer = queues.call(operation, input).await;
    output(&answer).unwrap_or_else(|| json!({"error": text(&answer)}))
}

async fn send(queues: &Queues, queue: &str, body: &str) -> String {
    let sent = ask(queues, "SendMessage", queue, json!({"MessageBody": body})).await;
    sent["MessageId"].as_str().unwrap_or_else(|| panic!("{sent}")).to_owned()
}

/// Sends a message to `q.fifo` and returns its ID.
async fn send_in_group(queues: &Queues, group: &str, once: &str, body: &str) -> String {
    let input = json!({"MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": once});
    let sent = ask(queues, "SendMessage", "q.fifo", input).await;
    sent["MessageId"].as_str().unwrap_or_else(|| panic!("{sent}")).to_owned()
}

async fn receive(queues: &Queues, queue: &str) -> Vec<Message> {
    queues.receive(queue, 10).await.unwrap()
}

async fn receive_bodies(queues: &Queues, queue: &str) -> Vec<String> {
    let body = |message: Message| message.json["Body"].as_str().unwrap().to_owned();
    let mut bodies: Vec<_> = receive(queues, queue).await.into_iter().map(body).collect();
    bodies.sort_unstable();
    bodies
}

fn attribute(message: &Message, name: &str) -> String {
    message.json["Attributes"][name].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_received_message_hides_until_its_visibility_timeout() {
    let (queues, clock) = fresh(&[queue("q")]).await;
    send(&queues, "q", "a").await;
    assert_eq!(receive_bodies(&queues, "q").await, ["a"]);
    clock.advance(59);
    assert!(receive(&queues, "q").await.is_empty());
    clock.advance(1);
    let again = receive(&queues, "q").await.remove(0);
    assert_eq!(attribute(&again, "ApproximateReceiveCount"), "2");
    assert_eq!(attribute(&again, "SentTimestamp"), "1767225600000", "by the local clock");
    assert_eq!(attribute(&again, "ApproximateFirstReceiveTimestamp"), "1767225600000");
}

#[tokio::test]
async fn no_message_becomes_visible_before_its_time() {
    let (queues, _clock) = fresh(&[queue("q")]).await;
    send(&queues, "q", "a").await;
    let input = json!({"VisibilityTimeout": 1});
    ask(&queues, "ReceiveMessage", "q", input).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(receive(&queues, "q").await.is_empty());
}

#[tokio::test]
async fn a_delayed_message_waits_for_the_clock() {
    let slow = Queue { delay: Duration::from_mins(5), ..queue("slow") };
    let (queues, clock) = fresh(&[queue("q"), slow]).await;
    ask(&queues, "SendMessage", "q", json!({"MessageBody": "later", "DelaySeconds": 900})).await;
    send(&queues, "slow", "soon").await;
    clock.advance(5 * MINUTE_S);
    assert_eq!(receive_bodies(&queues, "slow").await, ["soon"]);
    assert!(receive(&queues, "q").await.is_empty());
    assert_eq!(queues.bodies("q").unwrap(), ["later"]);
    clock.advance(10 * MINUTE_S);
    assert_eq!(receive_bodies(&queues, "q").await, ["later"]);
}

#[tokio::test]
async fn a_year_passes_quickly() {
    let (queues, clock) = fresh(&[queue("q")]).await;
    let kept = Queue { retention: Duration::from_hours(14 * 24), ..queue("q") };
    let (long, long_clock) = fresh(&[kept]).await;
    let input = json!({"MessageBody": "a", "DelaySeconds": 900});
    ask(&long, "SendMessage", "q", input).await;
    clock.advance(365 * 86_400);
    long_clock.advance(13 * 86_400);
    let start = std::time::Instant::now();
    send(&queues, "q", "b").await;
    assert_eq!(receive_bodies(&queues, "q").await, ["b"]);
    assert_eq!(receive_bodies(&long, "q").await, ["a"]);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_message_received_too_often_moves_to_the_dead_letter_queue() {
    for suffix in ["", ".fifo"] {
        let (q, dead) = (format!("q{suffix}"), format!("dead{suffix}"));
        let (queues, clock) = fresh(&with_dead_letters(suffix)).await;
        match suffix {
            "" => send(&queues, &q, "poison").await,
            _ => send_in_group(&queues, "g", "1", "poison").await,
        };
        for _ in 0..2 {
            assert_eq!(receive_bodies(&queues, &q).await, ["poison"]);
            clock.advance(MINUTE_S);
        }
        assert!(receive(&queues, &q).await.is_empty());
        assert_eq!(queues.bodies(&dead).unwrap(), ["poison"]);
        assert!(queues.bodies(&q).unwrap().is_empty());
        let letter = receive(&queues, &dead).await.remove(0);
        let from = crate::template::queue_arn(&q);
        assert_eq!(attribute(&letter, "DeadLetterQueueSourceArn"), from);
        queues.delete(&dead, &[&letter]).await.unwrap();
        assert!(queues.bodies(&dead).unwrap().is_empty());
    }
}

#[tokio::test]
async fn only_the_last_receipt_deletes_and_only_while_the_message_is_hidden() {
    let (queues, clock) = fresh(&[queue("q")]).await;
    send(&queues, "q", "a").await;
    let stale = receive(&queues, "q").await;
    clock.advance(MINUTE_S);
    queues.delete("q", &[&stale[0]]).await.unwrap();
    assert_eq!(queues.bodies("q").unwrap(), ["a"]);
    let fresh = receive(&queues, "q").await;
    queues.delete("q", &[&stale[0]]).await.unwrap();
    assert_eq!(queues.bodies("q").unwrap(), ["a"]);
    queues.delete("q", &[&fresh[0]]).await.unwrap();
    clock.advance(MINUTE_S);
    assert!(queues.bodies("q").unwrap().is_empty() && receive(&queues, "q").await.is_empty());
}

#[tokio::test]
async fn a_batch_deletes_only_the_named_messages() {
    let (queues, clock) = fresh(&[queue("q")]).await;
    let entries =
        json!([{"Id": "1", "MessageBody": "a"}, {"Id": "2", "MessageBody": "b"}, {"Id": "3", "MessageBody": ""}]);
    let sent = ask(&queues, "SendMessageBatch", "q", json!({"Entries": entries})).await;
    assert_eq!(sent["Successful"].as_array().unwrap().len(), 2);
    assert_eq!(sent["Failed"][0]["Id"], "3");
    let received = receive(&queues, "q").await;
    let done: Vec<_> = received.iter().filter(|message| message.json["Body"] == "a").collect();
    queues.delete("q", &done).await.unwrap();
    assert_eq!(queues.bodies("q").unwrap(), ["b"]);
    clock.advance(MINUTE_S);
    assert_eq!(receive_bodies(&queues, "q").await, ["b"]);
}

#[tokio::test]
async fn a_visibility_timeout_can_be_ended_and_extended() {
    let (queues, clock) = fresh(&[queue("q")]).await;
    send(&queues, "q", "a").await;
    let hide = async |message: &Message, seconds: i64| {
        let input = json!({"ReceiptHandle": message.receipt, "VisibilityTimeout": seconds});
        ask(&queues, "ChangeMessageVisibility", "q", input).await
    };
    let first = receive(&queues, "q").await.remove(0);
    hide(&first, 0).await;
    let second = receive(&queues, "q").await.remove(0);
    hide(&second, 300).await;
    clock.advance(299);
    assert!(receive(&queues, "q").await.is_empty());
    clock.advance(1);
    let refused = hide(&second, 10).await;
    assert!(refused["error"].as_str().unwrap().contains("MessageNotInflight"), "{refused}");
    assert_eq!(receive(&queues, "q").await.len(), 1);
}

#[tokio::test]
async fn values_that_would_crash_a_queue_are_rejected() {
    let (queues, _clock) = fresh(&[queue("q")]).await;
    send(&queues, "q", "a").await;
    let refused = [
        ("ReceiveMessage", json!({"VisibilityTimeout": -1})),
        ("SendMessage", json!({"MessageBody": "b", "DelaySeconds": 901})),
        ("SendMessageBatch", json!({"Entries": [{"Id": "1", "MessageBody": "b", "DelaySeconds": -1}]})),
        ("SendMessageBatch", json!({"Entries": []})),
        ("SetQueueAttributes", json!({"Attributes": {}})),
        ("SendMessage", json!({"MessageBody": "b", "MessageGroupId": "g"})),
    ];
    for (operation, input) in refused {
        let answer = ask(&queues, operation, "q", input).await;
        assert!(answer["error"].is_string(), "{operation}: {answer}");
    }
    assert_eq!(receive_bodies(&queues, "q").await, ["a"]);
}

#[tokio::test]
async fn a_message_is_deleted_after_its_retention_period() {
    let (queues, clock) = fresh(&[queue("q")]).await;
    send(&queues, "q", "old").await;
    clock.advance(24 * 3600 - 1);
    send(&queues, "q", "new").await;
    clock.advance(1);
    assert_eq!(receive_bodies(&queues, "q").await, ["new"]);
    assert_eq!(queues.bodies("q").unwrap(), ["new"]);
}

#[tokio::test]
async fn a_group_preserves_its_order_and_waits_for_its_first_message() {
    let (queues, clock) = fresh(&[queue("q.fifo")]).await;
    for (group, body) in [("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3")] {
        send_in_group(&queues, group, body, body).await;
    }
    let first = receive(&queues, "q.fifo").await;
    let bodies: Vec<_> = first.iter().map(|message| message.json["Body"].clone()).collect();
    assert_eq!(bodies, ["a1", "b1"]);
    assert_eq!(attribute(&first[0], "MessageGroupId"), "a");
    assert!(receive(&queues, "q.fifo").await.is_empty());
    queues.delete("q.fifo", &[&first[1]]).await.unwrap();
    clock.advance(MINUTE_S);
    for body in ["a1", "a2", "a3"] {
        let next = receive(&queues, "q.fifo").await;
        assert_eq!((next.len(), &next[0].json["Body"]), (1, &json!(body)));
        queues.delete("q.fifo", &[&next[0]]).await.unwrap();
    }
}

#[tokio::test]
async fn duplicates_within_five_minutes_are_dropped() {
    let by_content = Queue { deduplicates_by_content: true, ..queue("content.fifo") };
    let (queues, clock) = fresh(&[queue("q.fifo"), by_content]).await;
    let id = send_in_group(&queues, "g", "once", "a").await;
    let received = receive(&queues, "q.fifo").await;
    queues.delete("q.fifo", &[&received[0]]).await.unwrap();
    clock.advance(299);
    assert_eq!(send_in_group(&queues, "g", "once", "a").await, id);
    assert!(queues.bodies("q.fifo").unwrap().is_empty());
    clock.advance(1);
    assert_ne!(send_in_group(&queues, "g", "once", "a").await, id);
    assert_eq!(receive_bodies(&queues, "q.fifo").await, ["a"]);

    for body in ["x", "x", "y"] {
        let input = json!({"MessageBody": body, "MessageGroupId": "g"});
        ask(&queues, "SendMessage", "content.fifo", input).await;
    }
    assert_eq!(queues.bodies("content.fifo").unwrap(), ["x", "y"]);
}

#[tokio::test]
async fn messages_and_their_counts_survive_a_kill() {
    let folder = Temporary::new().unwrap();
    let template = with_dead_letters("");
    let (queues, clock) = again(folder.path(), &template).await;
    for body in ["a", "b"] {
        send(&queues, "q", body).await;
    }
    let received = receive(&queues, "q").await;
    queues.delete("q", &[&received[0]]).await.unwrap();
    let id = received[1].id.clone();
    ask(&queues, "SendMessage", "q", json!({"MessageBody": "c", "DelaySeconds": 90})).await;
    clock.advance(30);
    send(&queues, "q", "d").await;
    kill((queues, clock));

    let (queues, clock) = again(folder.path(), &template).await;
    assert_eq!(receive_bodies(&queues, "q").await, ["d"], "b is still hidden, c still delayed");
    clock.advance(30);
    let b = receive(&queues, "q").await.remove(0);
    assert_eq!((&b.id, attribute(&b, "ApproximateReceiveCount")), (&id, "2".to_owned()));
    clock.advance(30);
    kill((queues, clock));

    let (queues, clock) = again(folder.path(), &template).await;
    assert_eq!(receive_bodies(&queues, "q").await, ["c", "d"]);
    clock.advance(30);
    assert!(receive(&queues, "q").await.is_empty(), "b was received twice");
    assert_eq!(queues.bodies("dead").unwrap(), ["b"]);
    clock.advance(30);
    assert_eq!(receive_bodies(&queues, "q").await, ["c"], "and now so was d");
    assert_eq!(queues.bodies("dead").unwrap(), ["b", "d"]);
}

#[tokio::test]
async fn dead_letters_survive_a_kill() {
    for suffix in ["", ".fifo"] {
        let (q, dead) = (format!("q{suffix}"), format!("dead{suffix}"));
        let folder = Temporary::new().unwrap();
        let template = with_dead_letters(suffix);
        let (queues, clock) = again(folder.path(), &template).await;
        for body in ["one", "two"] {
            match suffix {
                "" => send(&queues, &q, body).await,
                _ => send_in_group(&queues, body, body, body).await,
            };
        }
        for _ in 0..3 {
            receive(&queues, &q).await;
            clock.advance(MINUTE_S);
        }
        match suffix {
            "" => send(&queues, &q, "alive").await,
            _ => send_in_group(&queues, "one", "alive", "alive").await,
        };
        let letters = receive(&queues, &dead).await;
        queues.delete(&dead, &[&letters[0]]).await.unwrap();
        clock.advance(MINUTE_S);
        kill((queues, clock));

        let (queues, clock) = again(folder.path(), &template).await;
        let letter = receive(&queues, &dead).await.remove(0);
        assert_eq!(letter.id, letters[1].id);
        let attributes = ["ApproximateReceiveCount", "DeadLetterQueueSourceArn"];
        let attributes = attributes.map(|name| attribute(&letter, name));
        assert_eq!(attributes, ["2".to_owned(), crate::template::queue_arn(&q)]);
        assert_eq!(receive_bodies(&queues, &q).await, ["alive"]);
        clock.advance(MINUTE_S);
        assert_eq!(receive_bodies(&queues, &q).await, ["alive"], "a queue gives up as before");
        clock.advance(MINUTE_S);
        assert!(receive(&queues, &q).await.is_empty());
        assert_eq!(queues.bodies(&dead).unwrap().len(), 2);
    }
}

#[tokio::test]
async fn groups_and_deduplication_windows_survive_a_kill() {
    let folder = Temporary::new().unwrap();
    let template = [queue("q.fifo")];
    let (queues, clock) = again(folder.path(), &template).await;
    send_in_group(&queues, "a", "same", "a1").await;
    clock.advance(300);
    send_in_group(&queues, "a", "same", "a2").await;
    clock.advance(100);
    let gone = send_in_group(&queues, "b", "gone", "b1").await;
    send_in_group(&queues, "c", "other", "c1").await;
    let received = receive(&queues, "q.fifo").await;
    let b1 = received.iter().find(|message| message.json["Body"] == "b1").unwrap();
    queues.delete("q.fifo", &[b1]).await.unwrap();
    clock.advance(MINUTE_S - 1);
    kill((queues, clock));

    let (queues, clock) = again(folder.path(), &template).await;
    assert_eq!(queues.bodies("q.fifo").unwrap(), ["a1", "a2", "c1"]);
    assert!(receive(&queues, "q.fifo").await.is_empty(), "a and c are still in flight");
    assert_eq!(send_in_group(&queues, "b", "gone", "b1").await, gone);
    clock.advance(1);
    assert_eq!(receive_bodies(&queues, "q.fifo").await, ["a1", "c1"]);
    clock.advance(239);
    assert_eq!(send_in_group(&queues, "b", "gone", "b1").await, gone, "299 s after it was sent");
    clock.advance(1);
    assert_ne!(send_in_group(&queues, "b", "gone", "b1").await, gone);
    assert_eq!(queues.bodies("q.fifo").unwrap(), ["a1", "a2", "c1", "b1"]);
    let first = receive(&queues, "q.fifo").await;
    assert_eq!(first[0].json["Body"], "a1");
    queues.delete("q.fifo", &[&first[0]]).await.unwrap();
    assert_eq!(receive_bodies(&queues, "q.fifo").await, ["a2"]);
}
