//! `export-partners`.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Method, Request};
use local::{Fault, Service};
use serde_json::{Value, json};
use shared::aws::s3::File;

use crate::support::{Answer, World, path_of};

/// Starts an export, waits for it, and returns its final state.
pub(crate) async fn export(world: &World, wanted: Value) -> Value {
    let answer = world.post("/exports", wanted).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    world.local.settled().await;
    world.read(&format!("/exports/{}", answer.json()["id"].as_str().unwrap())).await
}

/// Downloads a file from its URL, as a browser without a session.
pub(crate) async fn fetch(world: &World, url: &str) -> Answer {
    world.send(Request::get(path_of(url)).body(Bytes::new()).unwrap()).await
}

/// Returns the file of a successful export.
async fn file(world: &World, wanted: Value) -> String {
    let made = export(world, wanted).await;
    let answer = fetch(world, made["url"].as_str().unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(made["rows"], answer.body.lines().count() - 1);
    answer.body
}

/// Returns the names in a file, provided that they need no quotes.
fn names(file: &str) -> Vec<&str> {
    file.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect()
}

/// Creates this many partners, all at the same moment.
async fn crowd(world: &World, many: usize) {
    let brought = stream::iter(0..many).map(async |number| {
        let email = format!("p{number}@example.com");
        let body = json!({"name": format!("P{number}"), "email": email, "sendInvite": false});
        assert_eq!(world.post("/partners", body).await.status, 201);
    });
    brought.buffer_unordered(8).collect::<Vec<_>>().await;
    world.local.settled().await;
}

async fn told(world: &World, id: &str, deliveries: u32) -> Value {
    let record = json!({
        "messageId": "m", "receiptHandle": format!("r{deliveries}"),
        "body": json!({"brand": "acme", "export": id}).to_string(),
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:exports",
        "attributes": {"ApproximateReceiveCount": deliveries.to_string()},
    });
    world.local.invoke("export-partners", json!({"Records": [record]})).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_becomes_a_formula_and_each_opens_unchanged() {
    let world = World::new().await;
    for (name, email) in [
        ("=cmd|' /C calc'!A0", "a@example.com"),
        ("+1", "+1@example.com"),
        ("-2", "-2@example.com"),
        ("@x", "b@example.com"),
        ("＝1", "c@example.com"),
        ("'=1", "d@example.com"),
        ("Lopez, \"Mia\"", "e@example.com"),
        ("Bob;=1", "f@example.com"),
        ("李小龍", "g@example.com"),
        ("'t Hooft", "h@example.com"),
    ] {
        world.joined(name, email).await;
        world.local.clock.advance(1);
    }
    let file = file(&world, json!({})).await;
    assert!(file.starts_with("\u{feff}id,name,email,state,") && file.ends_with("\r\n"));
    assert_eq!(file.matches('\n').count(), file.matches("\r\n").count());
    let cells: Vec<_> =
        file.lines().skip(1).map(|line| line.split_once(',').unwrap().1.split(",active,").next()).collect();
    let expected = [
        "'t Hooft,h@example.com",
        "李小龍,g@example.com",
        "Bob;'=1,f@example.com",
        "\"Lopez, \"\"Mia\"\"\",e@example.com",
        "''=1,d@example.com",
        "'＝1,c@example.com",
        "'@x,b@example.com",
        "'-2,'-2@example.com",
        "'+1,'+1@example.com",
        "'=cmd|' /C calc'!A0,a@example.com",
    ];
    assert_eq!(cells, expected.map(Some));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_contains_the_status_of_a_partner() {
    let world = World::new().await;
    let spring = world.program_id("Spring launch").await;
    let (active, revoked) =
        (world.joined("Active", "a@example.com").await, world.joined("Revoked", "r@example.com").await);
    world.local.clock.advance(60);
    world.post(&format!("/partners/{revoked}/revoke"), json!({"notify": false})).await;
    let invited = json!({"name": "Invited", "email": "i@example.com", "programIds": [spring]});
    let invited = world.invite_with(invited).await["id"].as_str().unwrap().to_owned();
    let lines = file(&world, json!({})).await;
    let expected = [
        "\u{feff}id,name,email,state,programs,grant_sources,last_mail,last_mail_at,invited_at,joined_at,revoked_at,created_at".to_owned(),
        format!("{invited},Invited,i@example.com,invited,Spring launch,admin,sent,2026-01-01T10:01:00Z,2026-01-01T10:01:00Z,,,2026-01-01T10:01:00Z"),
        format!("{revoked},Revoked,r@example.com,revoked,Spring launch | Refer a friend | Creators,admin | admin | admin,,,,2026-01-01T10:00:00Z,2026-01-01T10:01:00Z,2026-01-01T10:00:00Z"),
        format!("{active},Active,a@example.com,active,Spring launch | Refer a friend | Creators,admin | admin | admin,,,,2026-01-01T10:00:00Z,,2026-01-01T10:00:00Z"),
    ];
    assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
    for (wanted, who) in [
        (json!({"state": "active"}), vec!["Active"]),
        (json!({"state": "invited", "program": spring}), vec!["Invited"]),
        (json!({"state": "expired"}), vec![]),
        (json!({"mail": "sent"}), vec!["Invited"]),
        (json!({"source": "network"}), vec![]),
        (json!({"q": "r"}), vec!["Revoked"]),
        (json!({"q": "R", "state": "active"}), vec![]),
    ] {
        assert_eq!(names(&file(&world, wanted.clone()).await), who, "{wanted}");
    }
    world.local.clock.advance(31 * 86_400);
    let ended = file(&world, json!({"state": "expired"})).await;
    assert!(ended.contains(",Invited,i@example.com,expired,"), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_created_at_the_same_moment_are_in_it_once() {
    let world = World::new().await;
    crowd(&world, 1_200).await;
    for (wanted, many) in [(json!({}), 1_200), (json!({"q": "p"}), 1_200), (json!({"source": "admin", "q": "P1"}), 311)]
    {
        let file = file(&world, wanted.clone()).await;
        let unique: BTreeSet<_> = names(&file).into_iter().collect();
        assert_eq!((names(&file).len(), unique.len()), (many, many), "{wanted}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_message_changes_nothing() {
    let world = World::new().await;
    world.joined("Maria", "maria@example.com").await;
    let made = export(&world, json!({})).await;
    let before = (world.local.items(), world.local.objects());
    world.joined("Noah", "noah@example.com").await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(told(&world, id, 2).await, json!({"batchItemFailures": []}));
    assert_eq!(world.read(&format!("/exports/{id}")).await["rows"], 1);
    assert_eq!(world.local.objects(), before.1);
    for unknown in ["exp_00000000000000000000000000", "exp_00000000000000000000000001"] {
        assert_eq!(told(&world, unknown, 1).await, json!({"batchItemFailures": []}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_workers_that_start_the_same_export_at_the_same_time_one_creates_it() {
    let world = World::new().await;
    crowd(&world, 30).await;
    world.local.pause_sources();
    let id = world.post("/exports", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    let both = futures::future::join_all((1..=4).map(|delivery| told(&world, &id, delivery))).await;
    let done = both.iter().filter(|answer| **answer == json!({"batchItemFailures": []})).count();
    assert!(done >= 1, "{both:?}");
    let made = world.read(&format!("/exports/{id}")).await;
    assert_eq!(made["rows"], 30);
    let file = fetch(&world, made["url"].as_str().unwrap()).await.body;
    assert_eq!(names(&file).into_iter().collect::<BTreeSet<_>>().len(), 30);
    assert_eq!(world.local.objects().len(), 1);
}

/// It crashes at its n-th call, before or after that took effect, for every possible n, and another worker takes over.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_it_crashes_there_is_one_complete_file() {
    let mut died = BTreeSet::new();
    for (number, after) in (0..9).flat_map(|number| [(number, false), (number, true)]) {
        let world = World::new().await;
        crowd(&world, 3).await;
        let calls = Arc::new(AtomicUsize::new(0));
        let at = Arc::new(std::sync::Mutex::new(None));
        let (count, place) = (Arc::clone(&calls), Arc::clone(&at));
        world.local.wire.on_call(move |call| {
            if call.function != "export-partners" {
                return Fault::Pass;
            }
            match count.fetch_add(1, Ordering::SeqCst) {
                before if before < number => Fault::Pass,
                here if here == number => {
                    *place.lock().unwrap() = Some(call.operation.clone());
                    if after { Fault::FailAfter } else { Fault::error(400, "ValidationException") }
                }
                // All calls of a crashed process fail.
                _later => Fault::error(400, "ValidationException"),
            }
        });
        let id = world.post("/exports", json!({})).await.json()["id"].as_str().unwrap().to_owned();
        world.local.settled().await;
        world.local.wire.repair();
        died.extend(at.lock().unwrap().clone());
        // The claim of a crashed worker lasts for as long as the function may run.
        for _ in 0..2 {
            world.local.clock.advance(960);
            world.local.settled().await;
        }
        let made = world.read(&format!("/exports/{id}")).await;
        assert_eq!(
            (&made["state"], &made["rows"]),
            (&json!("completed"), &json!(3)),
            "at call {number}, after: {after}"
        );
        let file = fetch(&world, made["url"].as_str().unwrap()).await;
        assert_eq!(names(&file.body).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(["P0", "P1", "P2"]));
        assert_eq!(world.local.objects().len(), 1);
        assert!(world.local.messages("exports").is_empty() && world.local.dead_letters("exports").is_empty());
    }
    assert_eq!(died, ["BatchGetItem", "PutObject", "Query", "UpdateItem"].map(str::to_owned).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_keeps_failing_ends_with_an_error() {
    let world = World::new().await;
    world.local.wire.on_call(
        |call| {
            if call.service == Service::S3 { Fault::error(403, "AccessDenied") } else { Fault::Pass }
        },
    );
    let id = world.post("/exports", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    let read = async || world.read(&format!("/exports/{id}")).await;
    for _ in 0..4 {
        world.local.settled().await;
        assert_eq!(read().await["state"], "running");
        world.local.clock.advance(20);
    }
    world.local.settled().await;
    let failed = read().await;
    assert_eq!(failed["state"], "failed");
    assert_eq!(failed["error"], "The file could not be created. Start another export.");
    assert!(world.local.dead_letters("exports").is_empty() && world.local.messages("exports").is_empty());
    world.local.wire.repair();
    assert_eq!(export(&world, json!({})).await["state"], "completed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_uploaded_in_parts_and_exists_once_complete() {
    let world = World::new().await;
    let app = world.local.app("export-partners");
    let file = File { key: "exports/acme/x.csv".to_owned(), content_type: "text/csv", saved_as: "x.csv".to_owned() };
    let mut upload = app.archive().unwrap().begin(file);
    let recording = world.local.wire.record();
    let line = "a,b\r\n".repeat(20_000);
    for _ in 0..140 {
        upload.write(line.as_bytes()).await.unwrap();
    }
    let calls = recording.calls();
    assert_eq!((calls.count("CreateMultipartUpload"), calls.count("UploadPart")), (1, 2));
    assert!(!world.local.objects().iter().any(|(name, _)| name.contains("exports")), "it is not there yet");
    upload.finish().await.unwrap();
    let objects = world.local.objects();
    assert_eq!((objects[0].0.as_str(), objects[0].1.len()), ("bucket/exports/acme/x.csv", 14_000_000));
    let url = app.archive().unwrap().link("exports/acme/x.csv", std::time::Duration::from_secs(60)).await.unwrap();
    let answer = fetch(&world, &url).await;
    assert_eq!((answer.body.len(), &answer.headers["content-type"]), (14_000_000, &"text/csv".parse().unwrap()));
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"x.csv\"");
    let head = Request::builder().method(Method::HEAD).uri(path_of(&url)).body(Bytes::new()).unwrap();
    assert_eq!(world.send(head).await.status, 403, "it is signed for one method");
}

/// A file of 14 MB: the first worker's time runs out after its first page, the second one crashes, and the third one
/// completes it. No partner is in the file twice, and no part is uploaded twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_export_is_continued_by_another_worker() {
    let calls = large_export(Fault::error(503, "SlowDown")).await;
    assert_eq!(calls.iter().filter(|operation| *operation == "CreateMultipartUpload").count(), 1, "{calls:?}");
}

/// The worker crashes when S3 has assembled the parts: the next worker finds no upload, and creates the file again.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_export_whose_upload_is_gone_is_created_again() {
    let calls = large_export(Fault::FailAfter).await;
    assert_eq!(calls.iter().filter(|operation| *operation == "CreateMultipartUpload").count(), 2, "{calls:?}");
}

/// Creates an export of 14 MB whose first completion meets `fault`, and returns the calls that it made.
async fn large_export(fault: Fault) -> Vec<String> {
    let world = World::new().await;
    for number in 0..90 {
        let name = format!("{number:02} {}", "a program with a long name ".repeat(3));
        let body = json!({"name": name.trim(), "destination": "https://shop.acme.example/", "commission": {"type": "percent", "basisPoints": 1_000}});
        let made = world.post("/programs", body).await;
        assert_eq!(made.status, 201, "{}", made.body);
    }
    world.import(crate::importing::crowd(1_400), "sendInvite=false").await;
    world.catch_up().await;
    let (clock, calls) = (world.local.clock.clone(), Arc::new(std::sync::Mutex::new(Vec::new())));
    let log = Arc::clone(&calls);
    world.local.wire.on_call(move |call| {
        if call.function != "export-partners" {
            return Fault::Pass;
        }
        let mut log = log.lock().unwrap();
        log.push(call.operation.clone());
        let count = |name: &str| log.iter().filter(|operation| *operation == name).count();
        match call.operation.as_str() {
            "UploadPart" if count("UploadPart") == 1 => {
                clock.advance(850);
                Fault::Pass
            }
            "CompleteMultipartUpload" if count("CompleteMultipartUpload") == 1 => fault.clone(),
            _other => Fault::Pass,
        }
    });
    let id = world.post("/exports", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    for _ in 0..6 {
        world.local.settled().await;
        world.local.clock.advance(30);
    }
    world.local.settled().await;
    world.local.wire.repair();
    let made = world.read(&format!("/exports/{id}")).await;
    assert_eq!((&made["state"], &made["rows"]), (&json!("completed"), &json!(1_400)), "{made}");
    let file = fetch(&world, made["url"].as_str().unwrap()).await.body;
    assert!(file.len() > 10_000_000, "{}", file.len());
    assert_eq!((names(&file).len(), names(&file).into_iter().collect::<BTreeSet<_>>().len()), (1_400, 1_400));
    calls.lock().unwrap().clone()
}
