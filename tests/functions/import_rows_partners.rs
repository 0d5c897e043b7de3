//! `import-rows` for partners of the roster: each is processed once, whatever fails on the way and however many workers
//! run.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use futures::future::join_all;
use local::Fault;
use serde_json::{Value, json};

use crate::support::World;

/// The limits for a thousand partners: calls to AWS, and write units including those of the indexes.
const CALLS_MAX: usize = 1_100;
const UNITS_MAX: f64 = 6_200.0;

async fn invited(world: &World, many: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..many {
        let partner = world.invite(&format!("P{number}"), &format!("p{number}@example.com")).await;
        ids.push(partner["id"].as_str().unwrap().to_owned());
    }
    world.local.clock.advance(120);
    ids
}

async fn work_off(world: &World, chunk: &str, queue: &str) -> Value {
    let record = json!({
        "messageId": "m", "receiptHandle": "r", "body": chunk, "attributes": {},
        "eventSourceARN": format!("arn:aws:sqs:us-east-1:000000000000:{queue}"),
    });
    world.local.invoke("import-rows", json!({"Records": [record]})).await.unwrap()
}

/// The number of calls for three partners: it reads, writes each, completes the chunk, and completes the import.
const CALLS: usize = 7;

/// It crashes at its n-th call, before or after that took effect, for every possible n, and its chunk is delivered
/// again when the limits of resending would permit a second email.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_it_crashes_no_partner_is_emailed_twice() {
    for (number, after) in (0..=CALLS).flat_map(|number| [(number, false), (number, true)]) {
        let world = World::new().await;
        let ids = invited(&world, 3).await;
        let count = Arc::new(AtomicUsize::new(0));
        let struck = Arc::new(AtomicBool::new(false));
        let strike = Arc::clone(&struck);
        world.local.wire.on_call(move |call| {
            if call.function != "import-rows" {
                return Fault::Pass;
            }
            match count.fetch_add(1, Ordering::SeqCst) {
                before if before < number => Fault::Pass,
                here => {
                    strike.store(true, Ordering::SeqCst);
                    if here == number && after { Fault::FailAfter } else { Fault::error(400, "ValidationException") }
                }
            }
        });
        let answer = world.post("/bulk", json!({"action": "resend", "partnerIds": ids})).await;
        world.local.settled().await;
        world.local.wire.repair();
        assert_eq!(struck.load(Ordering::SeqCst), number < CALLS, "it makes {CALLS} calls, and dies at each");
        for _ in 0..2 {
            world.local.clock.advance(120);
            world.local.settled().await;
        }
        let told = world.import_state(answer.json()["id"].as_str().unwrap()).await;
        let expected = (&json!("completed"), &json!({"resent": 3}));
        assert_eq!((&told["state"], &told["outcomes"]), expected, "at call {number}, after: {after}");
        for partner in 0..3 {
            let mails = world.mails_to(&format!("p{partner}@example.com")).len();
            assert_eq!(mails, 2, "at call {number}, after: {after}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redelivered_chunk_changes_nothing_even_after_an_admin_undid_it() {
    let world = World::new().await;
    let ids = invited(&world, 2).await;
    world.local.hold("import-rows");
    let body = json!({"action": "revoke", "partnerIds": ids, "notify": false});
    let id = world.post("/bulk", body).await.json()["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    let chunk = world.local.messages("rows-to-import").remove(0);
    assert!(!chunk.contains("example.com"), "no message of partners holds an address: {chunk}");
    // It crashes before the chunk is completed, but after both are revoked.
    world.local.wire.on_call(|call| {
        let ends = call.function == "import-rows"
            && call.request.to_string().contains("CHUNK#")
            && call.operation == "TransactWriteItems";
        if ends { Fault::error(400, "ValidationException") } else { Fault::Pass }
    });
    work_off(&world, &chunk, "rows-to-import").await;
    world.local.wire.repair();
    for id in &ids {
        assert_eq!(world.partner(id).await["state"], "revoked");
        assert_eq!(world.post(&format!("/partners/{id}/reinstate"), json!({})).await.status, 200);
    }
    world.local.release("import-rows");
    world.local.settled().await;
    work_off(&world, &chunk, "rows-to-import-dead").await;
    for id in &ids {
        assert_eq!(world.partner(id).await["state"], "invited", "the row knows that it did its work");
    }
    assert_eq!(world.import_state(&id).await["outcomes"], json!({"revoked": 2}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_archived_before_the_chunk_is_processed_is_not_granted() {
    let world = World::new().await;
    let ids = invited(&world, 2).await;
    let spring = world.program_id("Spring launch").await;
    world.post("/bulk", json!({"action": "ungrant", "programId": spring, "partnerIds": [ids[0]]})).await;
    world.local.settled().await;
    world.local.hold("import-rows");
    let body = json!({"action": "grant", "programId": spring, "partnerIds": ids});
    let id = world.post("/bulk", body).await.json()["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    let path = format!("/api/t/acme/programs/{spring}");
    assert_eq!(world.api(http::Method::PATCH, &path, json!({"archived": true})).await.status, 200);
    world.local.release("import-rows");
    world.local.settled().await;
    let told = world.import_state(&id).await;
    assert_eq!(told["outcomes"], json!({"unknown_program": 1, "already_granted": 1}), "{told}");
    assert_eq!(told["state"], "completed_with_errors");
    let grants = world.partner(&ids[0]).await["grants"].to_string();
    assert!(!grants.contains(&spring), "{grants}");
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_jobs_and_single_actions_agree_on_each_partner() {
    let world = World::new().await;
    let ids = invited(&world, 20).await;
    let body = json!({"action": "revoke", "partnerIds": ids, "notify": false});
    let (first, second) = futures::join!(world.post("/bulk", body.clone()), world.post("/bulk", body));
    let singles = ids.iter().map(|id| {
        let path = format!("/partners/{id}/revoke");
        let world = &world;
        async move { world.post(&path, json!({"notify": false})).await.status.as_u16() }
    });
    let singles = join_all(singles).await;
    world.local.settled().await;
    let of = async |job: &crate::support::Answer| {
        let told = world.import_state(job.json()["id"].as_str().unwrap()).await;
        assert_eq!(told["rowsDone"], 20, "{told}");
        told["outcomes"]["revoked"].as_u64().unwrap_or(0)
    };
    let pressed = singles.iter().filter(|status| **status == 200).map(|_| 1).sum::<u64>();
    assert_eq!(of(&first).await + of(&second).await + pressed, 20, "each was revoked by exactly one");
    let revoked = world.local.items().into_iter().filter(|item| item["type"] == "partner.revoked").count();
    assert_eq!(revoked, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_during_a_bulk_revocation_does_not_stay_signed_in() {
    let world = World::new().await;
    let ids = invited(&world, 5).await;
    let browser = crate::support::Browser::default();
    let link = world.link_to("p0@example.com");
    browser.get(&world, &link).await;
    let body = json!({"action": "revoke", "partnerIds": ids, "notify": false});
    let revoking = async {
        world.post("/bulk", body).await;
        world.local.settled().await;
    };
    futures::join!(revoking, browser.redeem(&world, &link));
    assert_eq!(world.partner(&ids[0]).await["state"], "revoked");
    assert_eq!(browser.get(&world, "/t/acme").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_never_succeeds_fails_in_the_end() {
    let world = World::new().await;
    let ids = invited(&world, 2).await;
    world.local.wire.on_call(|call| {
        let acts = call.function == "import-rows" && call.request.to_string().contains("partner.revoked");
        if acts { Fault::error(400, "ValidationException") } else { Fault::Pass }
    });
    let answer = world.post("/bulk", json!({"action": "revoke", "partnerIds": ids})).await;
    for _ in 0..7 {
        world.local.settled().await;
        world.local.clock.advance(120);
    }
    world.local.settled().await;
    world.local.wire.repair();
    let told = world.import_state(answer.json()["id"].as_str().unwrap()).await;
    assert_eq!((&told["state"], &told["outcomes"]), (&json!("completed_with_errors"), &json!({"failed": 2})), "{told}");
    assert_eq!(told["problems"].as_array().unwrap().len(), 2);
}

/// The budget of a row, up to its completion: for revoking access and for changing programs.
#[tokio::test(flavor = "multi_thread")]
async fn a_partner_of_a_bulk_job_stays_within_budget() {
    let world = World::new().await;
    world.import(crate::importing::crowd(1_000), "sendInvite=false").await;
    let spring = world.program_id("Spring launch").await;
    for (body, outcome) in [
        (json!({"action": "ungrant", "programId": spring, "filter": {}}), "ungranted"),
        (json!({"action": "grant", "programId": spring, "filter": {"state": "active"}}), "granted"),
        (json!({"action": "revoke", "notify": false, "filter": {"state": "active"}}), "revoked"),
    ] {
        world.catch_up().await;
        let recording = world.local.wire.record();
        let answer = world.post("/bulk", body).await;
        world.local.settled().await;
        let calls = recording.calls().0;
        drop(recording);
        assert_eq!(world.import_state(answer.json()["id"].as_str().unwrap()).await["outcomes"][outcome], 1_000);
        let ours = ["select-partners", "import-rows"];
        let ours: Vec<_> = calls.iter().filter(|call| ours.contains(&call.function.as_str())).collect();
        let (count, units) = (ours.len(), ours.iter().map(|call| call.write_units).sum::<f64>());
        assert!(count <= CALLS_MAX, "{outcome}: {count} calls for a thousand");
        assert!(units <= UNITS_MAX, "{outcome}: {units} write units for a thousand");
    }
}
