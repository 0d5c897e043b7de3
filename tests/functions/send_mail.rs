//! `send-mail`.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use http::Method;
use local::{Fault, Service};
use serde_json::{Value, json};

use crate::support::{Browser, World};

/// Makes SES return an error until the switch is reset.
fn break_ses(world: &World, status: u16, code: &'static str) -> Arc<AtomicBool> {
    let broken = Arc::new(AtomicBool::new(true));
    let switch = Arc::clone(&broken);
    world.local.wire.on_call(move |call| {
        if call.service == Service::Ses && switch.load(Ordering::SeqCst) {
            Fault::error(status, code)
        } else {
            Fault::Pass
        }
    });
    broken
}

async fn invite_now(world: &World) -> String {
    let body = json!({"name": "Maria", "email": "maria@example.com"});
    let answer = world.api(Method::POST, "/api/t/acme/partners", body).await;
    assert_eq!(answer.status, 201);
    world.local.settled().await;
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_email_is_shown_stays_queued_and_is_retried() {
    let world = World::new().await;
    let broken = break_ses(&world, 400, "MessageRejected");
    let id = invite_now(&world).await;
    let mail = world.partner(&id).await["mail"].clone();
    assert_eq!(mail["state"], "failed");
    assert!(mail["detail"].as_str().unwrap().contains("MessageRejected"), "{mail}");
    let page = world.admin().await.get(&world, "/t/acme/admin/partners").await.body;
    assert!(page.contains("Failed"), "{page}");

    broken.store(false, Ordering::SeqCst);
    world.local.clock.advance(60);
    world.local.settled().await;
    let mail = world.partner(&id).await["mail"].clone();
    assert_eq!((&mail["state"], &mail["detail"]), (&json!("sent"), &Value::Null));
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_email_stays_queued_and_returns_after_a_minute() {
    let world = World::new().await;
    let broken = break_ses(&world, 429, "TooManyRequestsException");
    let id = invite_now(&world).await;
    assert_eq!(world.partner(&id).await["mail"]["state"], "queued");
    broken.store(false, Ordering::SeqCst);
    world.local.clock.advance(59);
    world.local.settled().await;
    assert_eq!(world.partner(&id).await["mail"]["state"], "queued");
    world.local.clock.advance(31);
    world.local.settled().await;
    assert_eq!(world.partner(&id).await["mail"]["state"], "sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_daily_quota_an_email_waits_for_an_hour() {
    let world = World::new().await;
    let broken = break_ses(&world, 400, "LimitExceededException");
    let id = invite_now(&world).await;
    broken.store(false, Ordering::SeqCst);
    world.local.clock.advance(3_599);
    world.local.settled().await;
    assert_eq!(world.partner(&id).await["mail"]["state"], "queued");
    world.local.clock.advance(1);
    world.local.settled().await;
    assert_eq!(world.partner(&id).await["mail"]["state"], "sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superseded_invitation_is_not_sent() {
    let world = World::new().await;
    world.local.pause_sources();
    let body = json!({"name": "Maria", "email": "maria@example.com"});
    let partner = world.api(Method::POST, "/api/t/acme/partners", body).await.json();
    let id = partner["id"].as_str().unwrap();
    // She requests a link herself, and that email overtakes the invitation.
    world.local.resume_sources();
    let broken = break_ses(&world, 400, "MessageRejected");
    world.local.settled().await;
    broken.store(false, Ordering::SeqCst);
    let browser = Browser::default();
    world.sign_in(&browser, "/t/acme", "maria@example.com").await;
    world.local.clock.advance(3_600);
    world.local.settled().await;
    assert_eq!(world.partner(id).await["mail"]["state"], "superseded");
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_message_sends_one_email() {
    let world = World::new().await;
    let id = invite_now(&world).await;
    let event = world.local.items().into_iter().find(|item| item["type"] == "partner.invited").unwrap();
    let job = json!({"mail": "invitation", "brand": "acme", "partner": id, "event": event["id"], "epoch": 0});
    let record = |name: &str| {
        json!({"messageId": name, "receiptHandle": "r", "body": job.to_string(), "attributes": {"ApproximateReceiveCount": "1"},
            "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:mail-now", "eventSource": "aws:sqs"})
    };
    let batch = json!({"Records": [record("a"), record("b"), record("c")]});
    let answer = world.local.invoke("send-mail", batch).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert_eq!(world.mails_to("maria@example.com").len(), 1);

    // Two deliveries of one message at the same moment, for an email that is waiting.
    world.local.pause_sources();
    let noah = json!({"name": "Noah", "email": "noah@example.com"});
    let noah = world.api(Method::POST, "/api/t/acme/partners", noah).await.json();
    let told = |item: &Value| item["type"] == "partner.invited" && item["partner"] == noah["id"];
    let event = world.local.items().into_iter().find(told).unwrap();
    let job = json!({"mail": "invitation", "brand": "acme", "partner": noah["id"], "event": event["id"], "epoch": 0});
    let delivery = |receipt: usize| {
        let record = json!({"messageId": "same", "receiptHandle": format!("r{receipt}"), "body": job.to_string(),
            "attributes": {"ApproximateReceiveCount": "1"}, "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:mail-now"});
        world.local.invoke("send-mail", json!({"Records": [record]}))
    };
    futures::future::join_all((0..20).map(delivery)).await;
    assert_eq!(world.mails_to("noah@example.com").len(), 1);
    let nonsense = json!({"Records": [{"messageId": "x", "body": "{", "attributes": {}}]});
    let answer = world.local.invoke("send-mail", nonsense).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "x"}]}));
}

/// Returns the queued emails of an import as one batch: nine messages of ten.
async fn bulk_batch(world: &World, people: usize) -> Value {
    world.local.hold("send-mail");
    world.import(crate::importing::crowd(people), "").await;
    batch(world.local.messages("mail-bulk"))
}

fn batch(messages: impl IntoIterator<Item = String>) -> Value {
    let records = messages.into_iter().enumerate().map(|(number, body)| {
        json!({
            "messageId": format!("m{number}"), "receiptHandle": format!("r{number}"), "body": body, "attributes": {},
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:mail-bulk",
        })
    });
    json!({"Records": records.collect::<Vec<_>>()})
}

/// Merges the emails of several messages into one, as relay-events does for a large import.
fn one_message(messages: &[String]) -> String {
    let mut all: Vec<Value> = messages.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    let mails: Vec<Value> = all.iter().flat_map(|message| message["mails"].as_array().unwrap().clone()).collect();
    assert_eq!(mails.len(), 10);
    all[0]["mails"] = mails.into();
    all[0].to_string()
}

/// Creates a world in which SES accepts this many emails per second and per day from the account.
pub(crate) async fn with_limits(rate: u32, daily: u32) -> World {
    World::with(|options| {
        options.parameters =
            vec![("SesRate".to_owned(), rate.to_string()), ("SesDailyQuota".to_owned(), daily.to_string())];
    })
    .await
}

/// Returns the number of emails to people of an import.
pub(crate) fn invitations(world: &World) -> usize {
    world.local.mails().iter().filter(|mail| mail.to.iter().any(|to| to.starts_with('p'))).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_batch_of_an_import_is_sent_in_time_at_the_usual_rate_of_ses() {
    let world = with_limits(14, 50_000).await;
    let batch = bulk_batch(&world, 90).await;
    let began = std::time::Instant::now();
    let answer = world.local.invoke("send-mail", batch).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert_eq!(invitations(&world), 90);
    // Four fifths of 14 per second, shared by two workers: 89 steps of 179 ms.
    assert!(began.elapsed() > std::time::Duration::from_secs(15), "too fast: {:?}", began.elapsed());
}

/// In SES's sandbox, at one email per second, a batch has nine time slots. Emails without a slot stay queued: the next
/// batch spends its slots on them and not on those that were sent.
#[tokio::test(flavor = "multi_thread")]
async fn at_the_rate_of_the_sandbox_every_email_of_a_message_is_sent() {
    let world = with_limits(1, 50_000).await;
    bulk_batch(&world, 10).await;
    let batch = batch([one_message(&world.local.messages("mail-bulk"))]);
    let answer = world.local.invoke("send-mail", batch.clone()).await.unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 1);
    assert_eq!(invitations(&world), 9);
    let answer = world.local.invoke("send-mail", batch).await.unwrap();
    assert_eq!((answer, invitations(&world)), (json!({"batchItemFailures": []}), 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_leave_a_fifth_of_the_daily_quota_to_others() {
    let world = with_limits(500, 100).await;
    world.joined("Waiting", "waiting@example.com").await;
    // Ninety emails, as if they had been dispatched over two days and all arrived now.
    let first = bulk_batch(&world, 90).await;
    world.local.clock.advance(24 * 3_600);
    world.local.settled().await;
    world.local.clock.advance(900);
    world.local.settled().await;
    drop(first);
    let all = batch(world.local.messages("mail-bulk"));
    let answer = world.local.invoke("send-mail", all).await.unwrap();
    assert!(!answer["batchItemFailures"].as_array().unwrap().is_empty());
    assert_eq!(invitations(&world), 80);
    world.local.release("send-mail");
    Browser::default().post(&world, "/t/acme/login", &[("email", "waiting@example.com")]).await;
    world.local.settled().await;
    assert_eq!(world.mails_to("waiting@example.com").len(), 1);
    assert_eq!(invitations(&world), 80);
    for _ in 0..30 {
        world.local.clock.advance(3_600);
        world.local.settled().await;
    }
    assert_eq!(invitations(&world), 90, "the rest goes out the next day");
}

/// An email that SES rejected doesn't count towards the daily limit.
#[tokio::test(flavor = "multi_thread")]
async fn an_email_that_was_not_sent_does_not_count_towards_the_daily_limit() {
    let world = with_limits(500, 100).await;
    let batch = bulk_batch(&world, 40).await;
    let broken = break_ses(&world, 429, "TooManyRequestsException");
    world.local.invoke("send-mail", batch.clone()).await.unwrap();
    assert_eq!(invitations(&world), 0);
    broken.store(false, Ordering::SeqCst);
    let counted = |world: &World| {
        let counter = |item: &Value| item["pk"].as_str().is_some_and(|pk| pk.starts_with("RATE#bulk-emails#"));
        world.local.items().into_iter().find(counter).map(|item| item["n"].clone())
    };
    assert_eq!(counted(&world), Some(json!(0)));
    assert_eq!(world.local.invoke("send-mail", batch).await.unwrap(), json!({"batchItemFailures": []}));
    assert_eq!((invitations(&world), counted(&world)), (40, Some(json!(40))));
}

/// The log output of the functions in one test.
#[derive(Debug, Clone, Default)]
struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A metric filter of the template counts these lines for an alarm: SQS's own metric excludes messages that returned to
/// the queue.
#[tokio::test]
async fn an_email_that_has_waited_for_more_than_three_days_raises_an_alarm() {
    let log = Log::default();
    let writer = log.clone();
    let _logs = tracing::subscriber::set_default(shared::log(tracing::Level::INFO, move || writer.clone()));
    let alarms = || {
        let text = String::from_utf8(std::mem::take(&mut *log.0.lock().unwrap())).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.filter(|line| line["fields"]["alarm"] == "mail.waits").collect::<Vec<_>>()
    };
    let world = World::new().await;
    world.local.pause_sources();
    let id = invite_now(&world).await;
    let event = world.local.items().into_iter().find(|item| item["type"] == "partner.invited").unwrap();
    let job = json!({"mail": "invitation", "brand": "acme", "partner": id, "event": event["id"], "epoch": 0});
    let sent_at = world.local.clock.now().as_millisecond().to_string();
    let deliver = async || {
        let record = json!({"messageId": "late", "receiptHandle": "r", "body": job.to_string(),
            "attributes": {"ApproximateReceiveCount": "9", "SentTimestamp": sent_at},
            "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:mail-now"});
        world.local.invoke("send-mail", json!({"Records": [record]})).await.unwrap()
    };
    world.local.clock.advance(3 * 24 * 3_600);
    deliver().await;
    assert_eq!(alarms(), [Value::Null; 0]);
    world.local.clock.advance(1);
    deliver().await;
    let lines = alarms();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((&line["level"], &line["fields"]["message.id"]), (&json!("ERROR"), &json!("late")));
}
