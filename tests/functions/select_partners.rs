//! `select-partners`: selects every matching partner once, whichever worker crashes, and dispatches them.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use http::Method;
use local::{Fault, Service};
use serde_json::json;
use tokio::runtime::Handle;

use crate::{importing::crowd, support::World};

/// Creates a roster with this many active partners.
async fn roster(world: &World, many: usize) {
    world.import(crowd(many), "sendInvite=false").await;
    world.catch_up().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_partner_of_a_large_roster_is_selected_once_although_processing_removes_them_from_the_list() {
    let world = World::new().await;
    roster(&world, 1_250).await;
    let answer = world.post("/bulk", json!({"action": "revoke", "notify": false, "filter": {"state": "active"}})).await;
    world.local.settled().await;
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let told = world.import_state(&id).await;
    assert_eq!((&told["state"], &told["rows"]), (&json!("completed"), &json!(1_250)), "{told}");
    assert_eq!(told["outcomes"], json!({"revoked": 1_250}));
    let report = world.report_rows(&id).await;
    let ids: std::collections::BTreeSet<_> = report.iter().skip(1).map(|row| row[0].clone()).collect();
    assert_eq!((report.len(), ids.len()), (1_251, 1_250));
}

/// The number of calls for a handful of partners, while their rows wait in the queue.
const CALLS: usize = 10;

/// It crashes at its n-th call, before or after that took effect, for every possible n, and its message is delivered
/// again.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_it_crashes_every_partner_is_processed_once() {
    for (number, after) in (0..=CALLS).flat_map(|number| [(number, false), (number, true)]) {
        let world = World::new().await;
        roster(&world, 5).await;
        world.local.hold("import-rows");
        let struck = Arc::new(AtomicBool::new(false));
        let strike = Arc::clone(&struck);
        let count = Arc::new(AtomicUsize::new(0));
        world.local.wire.on_call(move |call| {
            if call.function != "select-partners" {
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
        let answer = world.post("/bulk", json!({"action": "revoke", "filter": {"state": "active"}})).await;
        world.local.settled().await;
        world.local.wire.repair();
        world.local.release("import-rows");
        assert_eq!(struck.load(Ordering::SeqCst), number < CALLS, "it makes {CALLS} calls, and dies at each");
        for _ in 0..3 {
            world.local.clock.advance(140);
            world.local.settled().await;
        }
        let told = world.import_state(answer.json()["id"].as_str().unwrap()).await;
        let expected = (&json!("completed"), &json!({"revoked": 5}));
        assert_eq!((&told["state"], &told["outcomes"]), expected, "at call {number}, after: {after}");
        assert_eq!(world.local.mails().len(), 6, "at call {number}, after: {after}");
    }
}

/// Thirteen chunks are dispatched, the job is cancelled after the first ten and closed; then a message is delivered
/// once more.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_cancelled_job_is_closed_no_partner_is_dispatched_or_counted_twice() {
    let world = World::new().await;
    roster(&world, 1_250).await;
    world.local.hold("import-rows");
    world.local.wire.on_call(|call| {
        let sends = call.function == "select-partners" && call.service == Service::Sqs;
        if sends { Fault::error(400, "ValidationException") } else { Fault::Pass }
    });
    let body = json!({"action": "revoke", "notify": false, "filter": {"state": "active"}});
    let id = world.post("/bulk", body).await.json()["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    world.local.wire.repair();
    assert_eq!(world.with_import(&id, "cancel").await.status, 200);
    world.local.settled().await;
    assert_eq!(world.local.messages("rows-to-import").len(), 10);
    assert_eq!(world.import_state(&id).await["outcomes"], json!({"cancelled": 250}));
    let job = json!({"brand": "acme", "import": id}).to_string();
    let record = json!({"messageId": "m", "receiptHandle": "r", "body": job, "attributes": {}});
    let fine = json!({"batchItemFailures": []});
    assert_eq!(world.local.invoke("select-partners", json!({"Records": [record]})).await.unwrap(), fine);
    assert_eq!(world.local.messages("rows-to-import").len(), 10, "it is closed");
    world.local.release("import-rows");
    world.local.settled().await;
    let told = world.import_state(&id).await;
    assert_eq!((&told["state"], &told["outcomes"]), (&json!("cancelled"), &json!({"cancelled": 1_250})), "{told}");
    assert_eq!((told["endedAt"].is_null(), world.report_rows(&id).await.len()), (false, 1_251));
}

/// A search is ordered by name: a partner who is renamed between its first and second page is found on both.
#[tokio::test(flavor = "multi_thread")]
async fn duplicate_search_hits_are_processed_once() {
    let world = Arc::new(World::new().await);
    let rows: String = (0..1_005).map(|number| format!("Quinn {number:04},p{number}@example.com\n")).collect();
    world.import(format!("name,email\n{rows}"), "sendInvite=false").await;
    let first = world.read("/partners?email=p0@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    let (searches, there, path) = (AtomicUsize::new(0), Arc::clone(&world), format!("/api/t/acme/partners/{first}"));
    world.local.wire.on_call(move |call| {
        let searches_on = call.function == "select-partners"
            && call.operation == "Query"
            && searches.fetch_add(1, Ordering::SeqCst) == 1;
        if searches_on {
            let rename = async {
                there.api(Method::PATCH, &path, json!({"name": "Quinn 9999"})).await;
                there.catch_up().await;
            };
            tokio::task::block_in_place(|| Handle::current().block_on(rename));
        }
        Fault::Pass
    });
    let answer = world.post("/bulk", json!({"action": "revoke", "notify": false, "filter": {"q": "quinn"}})).await;
    world.local.settled().await;
    world.local.wire.repair();
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let told = world.import_state(&id).await;
    assert_eq!((&told["rows"], &told["outcomes"]), (&json!(1_006), &json!({"revoked": 1_006})), "{told}");
    let revoked = world.local.items().into_iter().filter(|item| item["type"] == "partner.revoked").count();
    assert_eq!(revoked, 1_005);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_recent_sign_in_a_job_is_limited_to_a_thousand_even_if_more_match_at_its_start() {
    let world = World::new().await;
    roster(&world, 2).await;
    let admin = world.admin().await;
    world.local.clock.advance(16 * 60);
    world.local.hold("select-partners");
    let body = json!({"action": "revoke", "filter": {"state": "active"}});
    let id = admin.json(&world, Method::POST, "/api/t/acme/bulk", body).await.json()["id"].as_str().unwrap().to_owned();
    roster(&world, 1_001).await;
    world.local.release("select-partners");
    world.local.settled().await;
    let told = world.import_state(&id).await;
    assert_eq!((&told["state"], &told["error"]["code"]), (&json!("failed"), &json!("sign_in_again")), "{told}");
    assert_eq!(told["outcomes"], json!({}));
}

/// Sets how many people the brand may invite per day.
async fn a_day_takes(world: &World, people: u64) {
    let brand = json!({
        "brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example", "dailyInvites": people},
    });
    world.local.invoke("create-brand", brand).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn resends_count_towards_the_daily_limit_and_continue_the_next_day() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for number in 0..7 {
        let partner = world.invite(&format!("P{number}"), &format!("p{number}@example.com")).await;
        ids.push(partner["id"].as_str().unwrap().to_owned());
    }
    ids.push(world.joined("Joined", "joined@example.com").await);
    world.local.clock.advance(120);
    world.catch_up().await;
    a_day_takes(&world, 3).await;
    // A filter selects the newest first: one of the first is already active, which leaves room for another.
    let (chosen, wanted) = (json!({"partnerIds": ids}), json!({"filter": {}}));
    for mut body in [chosen, wanted] {
        body["action"] = json!("resend");
        let before = world.local.mails().len();
        let id = world.post("/bulk", body).await.json()["id"].as_str().unwrap().to_owned();
        let mut seen = Vec::new();
        for _ in 0..4 {
            for _ in 0..4 {
                world.local.settled().await;
                world.local.clock.advance(10);
            }
            let told = world.import_state(&id).await;
            seen.push((told["state"].as_str().unwrap().to_owned(), world.local.mails().len() - before));
            for _ in 0..25 {
                world.local.clock.advance(3_600);
                world.local.settled().await;
            }
        }
        let mails: Vec<_> = seen.iter().map(|(_, mails)| *mails).collect();
        assert_eq!((seen[0].0.as_str(), mails.as_slice()), ("paused", &[3, 6, 7, 7][..]), "{seen:?}");
        let told = world.import_state(&id).await;
        assert_eq!(
            (&told["state"], &told["outcomes"]),
            (&json!("completed"), &json!({"resent": 7, "already_active": 1}))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_would_take_too_many_days_is_not_started() {
    let world = World::new().await;
    for number in 0..26 {
        world.invite(&format!("P{number}"), &format!("p{number}@example.com")).await;
    }
    world.local.clock.advance(120);
    world.catch_up().await;
    for (people, code) in [(0, "over_limit"), (1, "too_many_days")] {
        a_day_takes(&world, people).await;
        let answer = world.post("/bulk", json!({"action": "resend", "filter": {}})).await;
        world.local.settled().await;
        let told = world.import_state(answer.json()["id"].as_str().unwrap()).await;
        assert_eq!((&told["state"], &told["error"]["code"]), (&json!("failed"), &json!(code)), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_can_never_start_fails_with_a_message() {
    let world = World::new().await;
    roster(&world, 2).await;
    world.local.wire.on_call(|call| {
        let dead = call.function == "select-partners" && call.operation == "BatchGetItem";
        if dead { Fault::error(400, "ValidationException") } else { Fault::Pass }
    });
    let answer = world.post("/bulk", json!({"action": "revoke", "filter": {"state": "active"}})).await;
    for _ in 0..7 {
        world.local.settled().await;
        world.local.clock.advance(140);
    }
    world.local.wire.repair();
    for _ in 0..3 {
        world.local.clock.advance(140);
        world.local.settled().await;
    }
    let told = world.import_state(answer.json()["id"].as_str().unwrap()).await;
    assert_eq!((&told["state"], &told["error"]["code"]), (&json!("failed"), &json!("unreadable")), "{told}");
    assert_eq!(told["outcomes"], json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_without_matches_at_its_start_fails_with_a_message() {
    let world = World::new().await;
    roster(&world, 1).await;
    world.local.hold("select-partners");
    let answer = world.post("/bulk", json!({"action": "revoke", "filter": {"state": "active"}})).await;
    let partner = world.read("/partners").await["partners"][0]["id"].as_str().unwrap().to_owned();
    world.post(&format!("/partners/{partner}/revoke"), json!({"notify": false})).await;
    world.local.settled().await;
    world.catch_up().await;
    world.local.release("select-partners");
    world.local.settled().await;
    let told = world.import_state(answer.json()["id"].as_str().unwrap()).await;
    assert_eq!((&told["state"], &told["error"]["code"]), (&json!("failed"), &json!("nobody_found")), "{told}");
}
