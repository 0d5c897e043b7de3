//! The calls that the wire can count and break, and the consequences.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use super::{invite, recipients, seeded};
use crate::{Fault, Local, Options};

/// Longer than the visibility timeout of either email queue.
const A_WHILE_S: i64 = 120;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_counted_by_function() {
    let local = seeded().await;
    let recording = local.wire.record();
    invite(&local, "bo@example.org").await;
    local.settled().await;
    let invite = recording.of("invite-partner");
    assert_eq!((invite.trips(), invite.count("TransactWriteItems"), invite.items_written()), (2, 1, 3));
    assert_eq!(recording.of("send-mail").count("SendEmail"), 1);
    // One for the email, one for possible webhook deliveries.
    assert_eq!(recording.of("relay-events").count("SendMessageBatch"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_retried_until_it_succeeds() {
    let local = seeded().await;
    local.wire.on_call(|call| if call.function == "relay-events" { Fault::FailBefore } else { Fault::Pass });
    invite(&local, "bo@example.org").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(recipients(&local).is_empty());
    local.wire.repair();
    local.settled().await;
    assert_eq!(recipients(&local), ["bo@example.org"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_is_retried_by_the_clock() {
    let local = seeded().await;
    local.wire.on_call(|call| {
        if call.operation == "SendEmail" { Fault::error(429, "TooManyRequestsException") } else { Fault::Pass }
    });
    invite(&local, "bo@example.org").await;
    local.settled().await;
    assert_eq!((recipients(&local).len(), local.messages("mail-now").len()), (0, 1));
    local.wire.repair();
    local.settled().await;
    assert_eq!(recipients(&local).len(), 0, "its time has not come");
    for _ in 0..3 {
        local.clock.advance(A_WHILE_S);
        local.settled().await;
    }
    assert_eq!(recipients(&local), ["bo@example.org"]);
    assert!(local.messages("mail-now").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_fails_too_often_becomes_a_dead_letter() {
    let folder = crate::folder::Temporary::new().unwrap();
    let template = folder.path().join("template.yaml");
    let text = std::fs::read_to_string(crate::template_path()).unwrap();
    std::fs::write(&template, text.replace("maxReceiveCount: 1000", "maxReceiveCount: 2")).unwrap();
    let local = Local::start(Options { template, seed: true, ..Options::for_tests() }).await.unwrap();
    local.settled().await;
    local.wire.on_call(|call| if call.function == "send-mail" { Fault::FailBefore } else { Fault::Pass });
    invite(&local, "bo@example.org").await;
    for _ in 0..3 {
        local.settled().await;
        local.clock.advance(A_WHILE_S);
    }
    local.settled().await;
    assert_eq!((local.dead_letters("mail-now").len(), local.messages("mail-now").len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_with_a_lost_response_takes_effect() {
    let local = seeded().await;
    let app = local.operator();
    let before = local.items().len();
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    local.wire.on_call(|_| match CALLS.fetch_add(1, Ordering::SeqCst) {
        0 => Fault::FailAfter,
        _ => Fault::Pass,
    });
    let recording = local.wire.record();
    // The SDK itself retries, so the caller sees nothing of it.
    shared::operator::api_key(&app, "acme", "Second", [9; 32]).await.unwrap();
    assert_eq!(local.items().len(), before + 2, "the key and its place in the list");
    let calls = recording.calls().0;
    assert_eq!((calls[0].status, calls.len() > 1), (None, true), "{calls:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_batches_are_handed_out_while_paused() {
    let local = seeded().await;
    local.pause_sources();
    invite(&local, "bo@example.org").await;
    local.settled().await;
    assert!(recipients(&local).is_empty());
    local.resume_sources();
    local.settled().await;
    assert_eq!(recipients(&local), ["bo@example.org"]);
}
