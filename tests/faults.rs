//! Behaviour when calls fail, responses get lost, transactions collide, or the process crashes between two lines.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::Method;
use local::{Call, Fault};
use serde_json::{Value, json};

use crate::support::{Browser, World};

/// Makes the first `times` calls of `operation` meet `fault`.
fn first(
    world: &World,
    operation: &'static str,
    times: usize,
    fault: impl Fn() -> Fault + Send + Sync + 'static,
) -> Arc<AtomicUsize> {
    let met = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&met);
    world.local.wire.on_call(move |call: &Call| {
        if call.operation == operation && count.fetch_add(1, Ordering::SeqCst) < times { fault() } else { Fault::Pass }
    });
    met
}

fn conflict() -> Fault {
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None, None]",
        "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}, {"Code": "None"}],
    });
    Fault::respond(400, body)
}

fn body() -> Value {
    json!({"name": "Maria", "email": "maria@example.com"})
}

#[tokio::test(flavor = "multi_thread")]
async fn colliding_transactions_are_retried_and_never_reported_as_failed_conditions() {
    let world = World::new().await;
    let met = first(&world, "TransactWriteItems", 5, conflict);
    let answer = world.api(Method::POST, "/api/t/acme/partners", body()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(met.load(Ordering::SeqCst), 6);

    first(&world, "TransactWriteItems", 100, conflict);
    let noah = json!({"name": "Noah", "email": "noah@example.com"});
    let answer = world.api(Method::POST, "/api/t/acme/partners", noah.clone()).await;
    assert_eq!(answer.refusal(), (503, "busy".to_owned()));
    assert_eq!(answer.headers["retry-after"], "1");
    world.local.wire.repair();
    assert_eq!(world.api(Method::POST, "/api/t/acme/partners", noah).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_condition_beside_a_conflict_is_a_failed_condition() {
    let world = World::new().await;
    let partner = world.invite("Maria", "maria@example.com").await;
    let id = partner["id"].clone();
    first(&world, "TransactWriteItems", 1, move || {
        let old = json!({"pk": {"S": "EMAIL#acme#maria@example.com"}, "sk": {"S": "EMAIL"}, "id": {"S": id}, "kind": {"S": "email"}});
        Fault::respond(
            400,
            json!({
                "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                "Message": "Transaction cancelled",
                "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed", "Item": old}, {"Code": "None"}],
            }),
        )
    });
    let answer = world.api(Method::POST, "/api/t/acme/partners", body()).await;
    assert_eq!(answer.refusal(), (409, "email_taken".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_write_that_collides_is_retried() {
    let world = World::new().await;
    let met = first(&world, "UpdateItem", 2, || Fault::error(400, "TransactionConflictException"));
    let browser = Browser::default();
    let answer = browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    assert_eq!(answer.status, 303);
    assert!(met.load(Ordering::SeqCst) >= 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_with_a_lost_response_has_no_second_effect() {
    let world = World::new().await;
    first(&world, "TransactWriteItems", 1, || Fault::FailAfter);
    let answer = world.api(Method::POST, "/api/t/acme/partners", body()).await;
    assert_eq!(answer.status, 201, "the SDK repeats the transaction under its own token: {}", answer.body);
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
}

/// Returns a fault without any effect that the SDK doesn't retry: a crashed process doesn't retry either.
fn dead() -> Fault {
    Fault::error(400, "ValidationException")
}

/// Mailer and relay crash at their n-th call, before or after it took effect, for every possible n: all further calls
/// fail until they are restarted. The email is sent all the same, and a second one only where they crashed between
/// SES's response and its record in the table.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_the_mailer_crashes_the_email_is_sent() {
    let mut doubled = 0;
    for (number, after) in (0..8).flat_map(|number| [(number, false), (number, true)]) {
        let world = World::new().await;
        let (count, last) = (Arc::new(AtomicUsize::new(0)), Arc::new(std::sync::Mutex::new(String::new())));
        let (calls, died_at) = (Arc::clone(&count), Arc::clone(&last));
        world.local.wire.on_call(move |call| {
            if call.function != "send-mail" && call.function != "relay-events" {
                return Fault::Pass;
            }
            match calls.fetch_add(1, Ordering::SeqCst) {
                before if before < number => Fault::Pass,
                here if here == number => {
                    *died_at.lock().unwrap() = call.operation.clone();
                    if after { Fault::FailAfter } else { dead() }
                }
                _later => dead(),
            }
        });
        assert_eq!(world.api(Method::POST, "/api/t/acme/partners", body()).await.status, 201);
        let dead = async {
            while last.lock().unwrap().is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
        };
        // A function that makes fewer calls than that has finished its work.
        tokio::select! { () = dead => (), () = world.local.settled() => () }
        // It restarts when everything has come to rest, however slow the machine.
        world.local.pause_sources();
        world.local.settled().await;
        let noted = |world: &World| {
            let partner = world.local.items().into_iter().find(|item| item["kind"] == "partner").unwrap();
            partner["mail"]["state"] == "sent"
        };
        // Relay and mailer call concurrently, so the state of the table is a better criterion than which call was the
        // last.
        let between = world.mails_to("maria@example.com").len() == 1 && !noted(&world);
        world.local.wire.repair();
        world.local.resume_sources();
        for _ in 0..3 {
            world.local.settled().await;
            world.local.clock.advance(3_600);
        }
        world.local.settled().await;
        let mails = world.mails_to("maria@example.com").len();
        let died_at = last.lock().unwrap().clone();
        assert!(mails == 1 || mails == 2, "{mails} mails after dying at {died_at} (after it: {after})");
        let died = format!("{died_at} (after it: {after})");
        assert!(mails == 1 || between, "only between SES's yes and our note may a mail double, and not at {died}");
        doubled += usize::from(mails == 2);
        assert!(noted(&world), "after dying at {died}");
        assert!(world.local.dead_letters("mail-now").is_empty());
    }
    assert!(doubled > 0, "nobody died between SES's yes and our note, so this shows nothing of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_table_is_reported_in_one_sentence_and_nothing_is_lost() {
    let world = World::new().await;
    world.local.wire.on_call(|call| {
        if call.function == "invite-partner" { Fault::error(400, "ValidationException") } else { Fault::Pass }
    });
    let answer = world.api(Method::POST, "/api/t/acme/partners", body()).await;
    assert_eq!(answer.refusal(), (500, "internal".to_owned()));
    assert!(!answer.body.contains("Validation"), "{}", answer.body);
    world.local.wire.repair();
    assert_eq!(world.api(Method::POST, "/api/t/acme/partners", body()).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_items_count_as_deleted_before_they_are_swept() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let link = world.link_to("maria@example.com");
    world.local.clock.advance(31 * 86_400);
    assert!(world.local.items().iter().any(|item| item["kind"] == "token"));
    let page = Browser::default().get(&world, &link).await;
    assert!(page.status == 410 && !page.body.contains("Send me a new link"), "{}", page.body);
    assert!(world.local.sweep_ttl() > 0);
    assert!(!world.local.items().iter().any(|item| item["kind"] == "token"));
}
