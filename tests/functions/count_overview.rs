//! `count-overview`.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use local::Fault;
use serde_json::{Value, json};
use shared::{
    domain::{FunnelSnapshot, Stage},
    store::keys,
};
use tokio::runtime::Handle;

use crate::support::World;

/// Returns the stored totals.
pub(super) async fn tally(world: &World) -> Option<FunnelSnapshot> {
    let key = keys::overview(&"acme".parse().unwrap());
    world.local.operator().store.get(&key).await.unwrap().and_then(|overview| overview.tally)
}

async fn told(world: &World, asked_at: &str) -> Value {
    let record = json!({
        "messageId": "m", "receiptHandle": "r", "body": json!({"brand": "acme", "asked_at": asked_at}).to_string(),
        "attributes": {"ApproximateReceiveCount": "1"},
    });
    world.local.invoke("count-overview", json!({"Records": [record]})).await.unwrap()
}

fn fine() -> Value {
    json!({"batchItemFailures": []})
}

/// Creates three invited partners, one of them active and one revoked, and one who was added without an
/// invitation.
async fn people(world: &World) {
    for (name, email) in [("Ann", "ann@example.com"), ("Bob", "bob@example.com"), ("Cleo", "cleo@example.com")] {
        world.invite(name, email).await;
    }
    world.joined("Dora", "dora@example.com").await;
    let browser = crate::support::Browser::default();
    browser.press(world, &world.link_to("ann@example.com")).await;
    let bob = world.read("/partners?email=bob@example.com").await["partners"][0]["id"].clone();
    world.post(&format!("/partners/{}/revoke", bob.as_str().unwrap()), json!({"notify": false})).await;
    world.local.settled().await;
    world.catch_up().await;
}

/// It crashes at its n-th call, before or after that took effect, for every possible n, and another worker takes over.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_it_crashes_every_partner_is_counted_once() {
    let mut died = BTreeSet::new();
    for (number, after) in (0..7).flat_map(|number| [(number, false), (number, true)]) {
        let world = World::new().await;
        people(&world).await;
        let calls = Arc::new(AtomicUsize::new(0));
        let at = Arc::new(Mutex::new(None));
        let (count, place) = (Arc::clone(&calls), Arc::clone(&at));
        world.local.wire.on_call(move |call| {
            if call.function != "count-overview" {
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
        world.post("/overview", json!({})).await;
        world.local.settled().await;
        world.local.wire.repair();
        died.extend(at.lock().unwrap().clone());
        world.local.clock.advance(360);
        world.local.settled().await;
        let tally = tally(&world).await.unwrap();
        assert_eq!((tally.counted, tally.total().invited), (4, 3), "at call {number}, after: {after}");
        assert_eq!(tally.total().at(Stage::SignedIn), 1);
        assert!(world.local.messages("overviews").is_empty() && world.local.dead_letters("overviews").is_empty());
    }
    assert_eq!(died, ["BatchGetItem", "Query", "UpdateItem"].map(str::to_owned).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_or_late_message_finds_its_work_done() {
    let world = World::new().await;
    people(&world).await;
    world.post("/overview", json!({})).await;
    world.local.settled().await;
    let before = world.local.items();
    let now = world.local.operator().now().to_string();
    for asked_at in [now.as_str(), "2020-01-01T00:00:00Z"] {
        assert_eq!(told(&world, asked_at).await, fine());
    }
    assert_eq!(world.local.items(), before);
    // Two workers that count at the same time both write the complete totals.
    world.local.clock.advance(1);
    let later = world.local.operator().now().to_string();
    let both = futures::future::join_all((0..4).map(|_| told(&world, &later))).await;
    assert!(both.iter().all(|answer| *answer == fine()), "{both:?}");
    assert_eq!(tally(&world).await.unwrap().total().invited, 3);
}

/// A partner who moves from one list to another before any of them is read is counted once.
#[tokio::test(flavor = "multi_thread")]
async fn a_partner_who_activates_during_the_count_is_counted_once() {
    for at_list in 0..4 {
        let world = Arc::new(World::new().await);
        people(&world).await;
        let (link, lists, there) = (world.link_to("cleo@example.com"), AtomicUsize::new(0), Arc::clone(&world));
        world.local.wire.on_call(move |call| {
            if call.function == "count-overview"
                && call.operation == "Query"
                && lists.fetch_add(1, Ordering::SeqCst) == at_list
            {
                let joins = crate::support::Browser::default();
                tokio::task::block_in_place(|| Handle::current().block_on(joins.press(&there, &link)));
            }
            Fault::Pass
        });
        let counted = told(&world, &world.local.operator().now().to_string()).await;
        world.local.wire.repair();
        assert_eq!(counted, fine());
        let tally = tally(&world).await.unwrap();
        assert_eq!((tally.counted, tally.total().invited), (4, 3), "before list {at_list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_page_of_partners_created_at_the_same_moment_are_counted_once_each() {
    let world = World::new().await;
    let rows: String = (0..2_300).map(|number| format!("p{number}@example.com\n")).collect();
    let import = world.import(format!("email\n{rows}"), "").await;
    people(&world).await;
    world.post("/overview", json!({})).await;
    world.local.settled().await;
    let tally = tally(&world).await.unwrap();
    assert_eq!((tally.counted, tally.total().invited), (2_304, 2_303));
    let [one] = tally.imports.as_slice() else { panic!("{:?}", tally.imports) };
    assert_eq!((one.import.as_str(), one.funnel.invited, one.funnel.at(Stage::Sent)), (import.as_str(), 2_300, 2_300));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_brands_and_earlier_weeks_are_not_counted() {
    let world = World::new().await;
    world.invite("Old", "old@example.com").await;
    world.local.clock.advance(12 * 7 * 86_400);
    world.invite("New", "new@example.com").await;
    world.post("/overview", json!({})).await;
    world.local.settled().await;
    let tally = tally(&world).await.unwrap();
    assert_eq!((tally.counted, tally.weeks.last().unwrap().funnel.invited), (1, 1));
    assert_eq!(told(&world, &world.local.operator().now().to_string()).await, fine());
    let record = json!({
        "messageId": "m", "receiptHandle": "r",
        "body": json!({"brand": "nobody", "asked_at": "2026-01-01T00:00:00Z"}).to_string(),
        "attributes": {"ApproximateReceiveCount": "1"},
    });
    let before = world.local.items();
    assert_eq!(world.local.invoke("count-overview", json!({"Records": [record]})).await.unwrap(), fine());
    assert_eq!(world.local.items(), before);
}

/// 2,500 partners are several pages. During the first one the worker's time runs out, and another worker continues: it
/// adds only partners that aren't counted yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_count_is_continued_by_another_worker() {
    let world = World::new().await;
    world.import(crate::importing::crowd(2_500), "sendInvite=false").await;
    world.catch_up().await;
    let (clock, pages) = (world.local.clock.clone(), Arc::new(AtomicUsize::new(0)));
    let read = Arc::clone(&pages);
    world.local.wire.on_call(move |call| {
        if call.function != "count-overview" || call.operation != "BatchGetItem" {
            return Fault::Pass;
        }
        let keys = call.request.pointer("/RequestItems/table/Keys").and_then(Value::as_array).map_or(0, Vec::len);
        assert!(keys < 50 || call.request.pointer("/RequestItems/table/ConsistentRead") == Some(&json!(false)));
        match read.fetch_add(keys, Ordering::SeqCst) {
            // During the first page.
            before if before < 200 && before + keys >= 200 => clock.advance(250),
            _other => {}
        }
        Fault::Pass
    });
    world.post("/overview", json!({})).await;
    world.local.settled().await;
    world.local.clock.advance(1);
    world.local.settled().await;
    world.local.wire.repair();
    assert_eq!(tally(&world).await.unwrap().counted, 2_500);
    let read = pages.load(Ordering::SeqCst);
    assert!((2_500..2_520).contains(&read), "{read} items were read for 2,500 partners: nobody twice");
    assert!(world.local.messages("overviews").is_empty());
}
