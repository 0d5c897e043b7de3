//! The limits of a new AWS account: SES's sandbox, and ten concurrent executions. Everything takes longer there, and
//! nothing is lost or gets the status failed.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::json;

use crate::{
    functions::send_mail::{invitations, with_limits},
    support::World,
};

/// SES's sandbox accepts 200 emails a day, and imports use four fifths of them.
#[tokio::test(flavor = "multi_thread")]
async fn in_the_sandbox_an_import_of_300_is_sent_over_two_days_each_email_once() {
    let world = with_limits(50, 200).await;
    let id = world.import(crate::importing::crowd(300), "").await;
    assert_eq!(invitations(&world), 160);
    // It checks once more whether rows in progress left room in the day's limit.
    world.local.clock.advance(5);
    world.local.settled().await;
    let import = world.import_state(&id).await;
    assert_eq!((&import["state"], &import["daysLeft"]), (&json!("paused"), &json!(1)), "{import}");
    assert!(world.local.messages("mail-bulk").is_empty(), "what can't be sent today is not in a queue");
    // Later the same day nothing more is sent.
    world.local.clock.advance(3_600);
    world.local.settled().await;
    assert_eq!(invitations(&world), 160);
    world.local.clock.advance(23 * 3_600);
    world.local.settled().await;
    world.local.clock.advance(900);
    world.local.settled().await;
    let import = world.import_state(&id).await;
    assert_eq!((&import["state"], &import["outcomes"]), (&json!("completed"), &json!({"invited": 300})), "{import}");
    let mails = world.local.mails();
    for person in 0..300 {
        let to = format!("p{person}@example.com");
        assert_eq!(mails.iter().filter(|mail| mail.to.contains(&to)).count(), 1, "{to}");
    }
    for queue in ["mail-bulk", "files-to-import", "rows-to-import"] {
        assert!(world.local.dead_letters(queue).is_empty() && world.local.messages(queue).is_empty(), "{queue}");
    }
}

/// Imports of all brands together are limited to what SES accepts from the account.
#[tokio::test(flavor = "multi_thread")]
async fn imports_of_all_brands_share_the_deployments_daily_limit() {
    let world = with_limits(500, 200).await;
    world.local.hold("send-mail");
    let globex = json!({"brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"}});
    world.local.invoke("create-brand", globex).await.unwrap();
    for brand in ["acme", "globex"] {
        world.put_object(&format!("imports/{brand}/list.csv"), crate::importing::crowd(150), &[]).await;
    }
    let queued = || {
        let messages = world.local.messages("mail-bulk");
        messages.iter().map(|body| body.matches("\"event\"").count()).sum::<usize>()
    };
    assert!((145..=160).contains(&queued()), "{} emails are in the queue", queued());
    world.local.clock.advance(24 * 3_600);
    world.local.settled().await;
    world.local.clock.advance(900);
    world.local.settled().await;
    assert!((285..=300).contains(&queued()), "{} emails are in the queue", queued());
}

/// Concurrency is used up: of ten batches that Lambda receives, nine find no execution and return to their queue. A
/// receive is no attempt, so nothing goes to a dead-letter queue, however often that happens.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_fails_when_most_invocations_are_throttled() {
    let world = World::new().await;
    world.joined("Robin", "robin@example.com").await;
    let (count, throttled) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let refused = Arc::clone(&throttled);
    world.local.throttle(move |_| {
        let throttles = count.fetch_add(1, Ordering::SeqCst) % 10 != 9;
        refused.fetch_add(usize::from(throttles), Ordering::SeqCst);
        throttles
    });
    let import = world.import(crate::importing::crowd(250), "").await;
    let export = world.post("/exports", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    let revoked = json!({"action": "revoke", "notify": false, "filter": {"state": "active"}});
    let bulk = world.post("/bulk", revoked).await.json()["id"].as_str().unwrap().to_owned();
    world.post("/overview", json!({})).await;
    let states = async || {
        let of = async |path: String| world.read(&path).await["state"].as_str().unwrap_or_default().to_owned();
        [
            of(format!("/imports/{import}")).await,
            of(format!("/exports/{export}")).await,
            of(format!("/bulk/{bulk}")).await,
        ]
    };
    for _ in 0..400 {
        let now = states().await;
        assert!(now.iter().all(|state| state != "failed"), "{now:?}");
        if now.iter().all(|state| state == "completed") && invitations(&world) == 250 {
            break;
        }
        world.local.clock.advance(180);
        world.local.settled().await;
    }
    assert_eq!(states().await, ["completed", "completed", "completed"].map(str::to_owned));
    assert_eq!(world.import_state(&import).await["outcomes"], json!({"invited": 250}));
    assert_eq!(invitations(&world), 250, "each once");
    assert!(throttled.load(Ordering::SeqCst) > 50);
    for queue in &world.local.template().queues {
        assert!(world.local.dead_letters(&queue.name).is_empty(), "{}", queue.name);
    }
}

/// More receives than any worker's number of attempts: every batch returns forty times before the first one is
/// processed.
#[tokio::test(flavor = "multi_thread")]
async fn forty_receives_without_an_execution_are_no_attempts() {
    let world = World::new().await;
    world.local.throttle(|_| true);
    let import = world.import(crate::importing::crowd(120), "").await;
    for _ in 0..40 {
        world.local.clock.advance(180);
        world.local.settled().await;
    }
    assert_eq!(world.import_state(&import).await["state"], "receiving");
    world.local.unthrottle();
    // Also the rows and the emails.
    for function in ["import-csv", "import-rows", "send-mail"] {
        world.local.clock.advance(180);
        world.local.settled().await;
        world.local.throttle(move |name| name != function);
        for _ in 0..40 {
            world.local.clock.advance(180);
            world.local.settled().await;
        }
        world.local.unthrottle();
    }
    world.local.clock.advance(180);
    world.local.settled().await;
    let done = world.import_state(&import).await;
    assert_eq!((&done["state"], &done["outcomes"]), (&json!("completed"), &json!({"invited": 120})));
    assert_eq!(invitations(&world), 120);
}
