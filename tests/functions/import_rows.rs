//! `import-rows`: each row has one outcome, however often its chunk is delivered and whatever fails on the way.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use local::{Fault, Feedback, Service};
use serde_json::{Value, json};

use crate::{
    importing::{codes, crowd},
    support::World,
};

/// Imports a file, and returns its chunks as they are in the queue.
async fn chunks_of(world: &World, file: String, query: &str) -> (String, Vec<String>) {
    world.local.hold("import-rows");
    let id = world.import(file, query).await;
    (id, world.local.messages("rows-to-import"))
}

async fn work_off(world: &World, chunk: &str, queue: &str) -> Value {
    let record = json!({
        "messageId": "m", "receiptHandle": "r", "body": chunk, "attributes": {},
        "eventSourceARN": format!("arn:aws:sqs:us-east-1:000000000000:{queue}"),
    });
    world.local.invoke("import-rows", json!({"Records": [record]})).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_never_reinstates_nor_emails_a_suppressed_email_address() {
    let world = World::new().await;
    let spring = world.program_id("Spring launch").await;
    world.invite("Bounced", "bounced@example.com").await;
    world.local.feedback(world.last_mail_to("bounced@example.com").id, Feedback::Bounce).await;
    world.local.settled().await;
    let bounced = world.read("/partners?email=bounced@example.com").await["partners"][0]["id"].clone();
    let corrected = json!({"email": "corrected@example.com"});
    let path = format!("/api/t/acme/partners/{}/email", bounced.as_str().unwrap());
    assert_eq!(world.api(http::Method::PUT, &path, corrected).await.status, 200);
    let revoked = world.joined("Revoked", "revoked@example.com").await;
    world.post(&format!("/partners/{revoked}/revoke"), json!({"notify": false})).await;
    world.local.settled().await;
    let mails = world.local.mails().len();
    let file = format!("email,programs\nbounced@example.com,\nrevoked@example.com,{spring}\n");
    let id = world.import(file, "").await;
    assert_eq!(codes(&world.report(&id).await), [(2, "suppressed"), (3, "revoked_partner")]);
    assert_eq!(world.local.mails().len(), mails);
    assert_eq!(world.partner(&revoked).await["state"], "revoked");
    assert_eq!(world.read("/partners?email=bounced@example.com").await["partners"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_with_a_daily_limit_of_zero_sees_it_in_every_row() {
    let world = World::new().await;
    let brand =
        json!({"brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example", "dailyInvites": 0}});
    world.local.invoke("create-brand", brand).await.unwrap();
    let id = world.import(crowd(3), "").await;
    let told = world.import_state(&id).await;
    assert_eq!((&told["outcomes"], &told["retryable"]), (&json!({"over_limit": 3}), &json!(3)));
    let added = world.import(crowd(3), "sendInvite=false").await;
    assert_eq!(world.import_state(&added).await["outcomes"], json!({"added": 3}), "without a mail there is no limit");
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicate_and_concurrent_messages_are_processed_once() {
    let world = World::new().await;
    let joined = world.joined("P1", "p1@example.com").await;
    let file = crowd(150).replace("name,email", "name,email,programs").replace(".com\n", ".com,Creators\n");
    let path = format!("/api/t/acme/partners/{joined}/programs");
    world.api(http::Method::PUT, &path, json!({"programIds": [], "grantsVersion": 1})).await;
    let (id, chunks) = chunks_of(&world, file, "").await;
    assert_eq!(chunks.len(), 2);
    for chunk in &chunks {
        let twice = [work_off(&world, chunk, "rows-to-import"), work_off(&world, chunk, "rows-to-import")];
        for answer in futures::future::join_all(twice).await {
            assert_eq!(answer, json!({"batchItemFailures": []}));
        }
    }
    world.local.release("import-rows");
    world.local.settled().await;
    for chunk in &chunks {
        work_off(&world, chunk, "rows-to-import").await;
        work_off(&world, chunk, "rows-to-import-dead").await;
    }
    world.local.settled().await;
    let done = world.import_state(&id).await;
    assert_eq!((&done["state"], &done["rowsDone"]), (&json!("completed"), &json!(150)));
    assert_eq!(done["outcomes"], json!({"invited": 149, "scope_added": 1}));
    assert_eq!(world.local.mails().len(), 150);
    let completed: Vec<_> = world.local.items().into_iter().filter(|item| item["type"] == "import.completed").collect();
    assert_eq!(completed.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_of_the_same_people_invite_each_once() {
    let world = World::new().await;
    for _ in 0..3 {
        assert_eq!(world.send_csv(crowd(60), "").await.status, 202);
    }
    world.local.settled().await;
    let listed = world.read("/imports").await["imports"].as_array().cloned().unwrap();
    let sum = |code: &str| listed.iter().map(|import| import["outcomes"][code].as_u64().unwrap_or(0)).sum::<u64>();
    assert_eq!((sum("invited"), sum("already_invited")), (60, 120), "{listed:?}");
    assert_eq!(world.local.mails().len(), 61);
}

/// It crashes at its n-th call, before or after that took effect, for every possible n, and its chunk is delivered
/// again.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_it_crashes_completed_rows_are_recognized() {
    for (number, after) in (0..12).flat_map(|number| [(number, false), (number, true)]) {
        let world = World::new().await;
        world.joined("P1", "p1@example.com").await;
        let count = Arc::new(AtomicUsize::new(0));
        world.local.wire.on_call(move |call| {
            if call.function != "import-rows" {
                return Fault::Pass;
            }
            match count.fetch_add(1, Ordering::SeqCst) {
                before if before < number => Fault::Pass,
                here if here == number && after => Fault::FailAfter,
                _here_or_later => Fault::error(400, "ValidationException"),
            }
        });
        let id = world.import(crowd(5), "").await;
        world.local.wire.repair();
        for _ in 0..2 {
            world.local.clock.advance(120);
            world.local.settled().await;
        }
        let done = world.import_state(&id).await;
        let expected = (&json!("completed"), &json!({"invited": 4, "already_active": 1}));
        assert_eq!((&done["state"], &done["outcomes"]), expected, "at call {number}, after: {after}");
        assert_eq!(world.local.mails().len(), 5, "at call {number}, after: {after}");
    }
}

/// Every call of every function is throttled the first time.
#[tokio::test(flavor = "multi_thread")]
async fn throttling_causes_only_delays() {
    let world = World::new().await;
    let seen = std::sync::Mutex::new(std::collections::HashSet::new());
    world.local.wire.on_call(move |call| {
        let mut what = call.request.clone();
        // A field that differs between attempts.
        if let Some(fields) = what.as_object_mut() {
            fields.remove("ClientRequestToken");
            fields.remove("Content");
        }
        let first = seen.lock().unwrap().insert((call.function.clone(), call.operation.clone(), what.to_string()));
        match (first, call.service) {
            (false, _) => Fault::Pass,
            (true, Service::DynamoDb) => Fault::error(400, "ThrottlingException"),
            (true, Service::Ses) => Fault::error(429, "TooManyRequestsException"),
            (true, Service::Sqs) => Fault::error(400, "RequestThrottled"),
            (true, Service::S3) => Fault::error(503, "SlowDown"),
        }
    });
    let id = world.import(crowd(25), "").await;
    for _ in 0..4 {
        world.local.clock.advance(200);
        world.local.settled().await;
    }
    world.local.wire.repair();
    let done = world.import_state(&id).await;
    assert_eq!((&done["state"], &done["outcomes"]), (&json!("completed"), &json!({"invited": 25})), "{done}");
    assert_eq!(world.local.mails().len(), 26);
    assert_eq!(world.report(&id).await.len(), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn unused_reservations_of_a_day_are_returned_once() {
    let world = World::new().await;
    let brand =
        json!({"brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example", "dailyInvites": 50}});
    world.local.invoke("create-brand", brand).await.unwrap();
    world.import(crowd(30), "sendInvite=false").await;
    let (id, chunks) = chunks_of(&world, crowd(40), "").await;
    for chunk in [&chunks[0], &chunks[0]] {
        work_off(&world, chunk, "rows-to-import").await;
    }
    world.local.release("import-rows");
    world.local.settled().await;
    let outcomes = json!({"invited": 10, "already_active": 30});
    assert_eq!(world.import_state(&id).await["outcomes"], outcomes);
    let counted: Vec<_> = world
        .local
        .items()
        .into_iter()
        .filter(|item| item["pk"].as_str().unwrap().starts_with("RATE#invites#"))
        .collect();
    assert_eq!((counted.len(), &counted[0]["n"]), (1, &json!(10)));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_email_waits_for_an_import() {
    let world = World::new().await;
    world.joined("Waiting", "waiting@example.com").await;
    world.local.hold("send-mail");
    world.import(crowd(300), "").await;
    assert!(world.local.messages("mail-bulk").len() < 100, "several to a message");
    let browser = crate::support::Browser::default();
    browser.post(&world, "/t/acme/login", &[("email", "waiting@example.com")]).await;
    world.local.settled().await;
    world.local.release("send-mail");
    world.local.settled().await;
    let mails = world.local.mails();
    let place = mails.iter().position(|mail| mail.to == ["waiting@example.com"]).unwrap();
    assert!(mails.len() == 302 && place < 100, "mail {place} of {}", mails.len());
}
