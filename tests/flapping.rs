//! The Network converges: whatever happens on the way, in the end it has the current state of every partner.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures::{StreamExt, stream};
use http::Method;
use serde_json::{Value, json};

use crate::network::{Mood, Network};

/// Returns modes in turn, of which every third works.
fn flapping() -> impl FnMut() -> Mood + Send {
    let moods = [Mood::Up, Mood::Down, Mood::Mute, Mood::Up, Mood::Broken, Mood::Mute, Mood::Up, Mood::Busy];
    let mut at = 0;
    move || {
        at += 1;
        moods[at % moods.len()]
    }
}

async fn wait_until_told(network: &Network) {
    for _ in 0..400 {
        network.world.local.settled().await;
        if network.world.local.messages("pushes").is_empty() {
            return;
        }
        network.world.local.clock.advance(60);
    }
    panic!("messages wait for ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_thousand_revocations_and_reinstatements_the_network_has_the_last_state() {
    let network = Network::new().await;
    let world = &network.world;
    let data = network.application("app_1", "Nina Vogel", "Creators").await;
    let nina = network.approve(data).await.json()["partnerId"].as_str().unwrap().to_owned();
    network.behave(flapping());
    for round in 0..500 {
        let revoked = world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
        let reinstated = world.post(&format!("/partners/{nina}/reinstate"), Value::Null).await;
        assert_eq!((revoked.status.as_u16(), reinstated.status.as_u16()), (200, 200), "{round}");
        // Messages are delivered twice and out of order: old ones are handled once more.
        if round % 50 == 0 {
            let again =
                json!({"brand": "acme", "partner": nina, "since": world.local.clock.now().to_string()}).to_string();
            let record = |at: usize| {
                json!({
                    "messageId": format!("m{at}"), "receiptHandle": format!("r{round}-{at}"), "body": again, "attributes": {},
                    "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:pushes",
                })
            };
            let batch = json!({"Records": [record(1), record(2)]});
            world.local.invoke("push-network", batch).await.unwrap();
            world.local.clock.advance(30);
        }
    }
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    wait_until_told(&network).await;
    assert_eq!(network.known(&nina).unwrap().status, "revoked");
    network.be(Mood::Up);
    world.post(&format!("/partners/{nina}/reinstate"), Value::Null).await;
    wait_until_told(&network).await;
    assert_eq!(network.known(&nina).unwrap().status, "active");
    let connection = world.admin().await.get(world, "/api/t/acme/network").await.json();
    assert_eq!(connection["failedPushes"], json!([]));
}

/// Returns the status of every partner in the table.
fn states(network: &Network) -> BTreeMap<String, String> {
    let items = network.world.local.items();
    let partners = items.iter().filter(|item| item["kind"] == "partner");
    let state = |partner: &Value| match (partner["revoked_at"].is_string(), partner["activated_at"].is_string()) {
        (true, _) => "revoked",
        (false, true) => "active",
        (false, false) => "pending",
    };
    partners.map(|partner| (partner["id"].as_str().unwrap().to_owned(), state(partner).to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_roster_is_backfilled_while_partners_change() {
    const MANY: usize = 25_000;
    let network = Network::new().await;
    let world = &network.world;
    let rows: String = (0..MANY).map(|number| format!("p{number}@example.com\n")).collect();
    world.import(format!("email\n{rows}"), "sendInvite=false").await;
    let ids: Vec<String> = states(&network).into_keys().collect();
    assert_eq!(ids.len(), MANY);

    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let mut mood = flapping();
    network.behave(move || if counted.fetch_add(1, Ordering::SeqCst).is_multiple_of(3) { mood() } else { Mood::Up });
    let started = network.call(Method::POST, "/backfill", json!({})).await.json();
    let id = started["id"].as_str().unwrap().to_owned();
    // Every twenty-fifth changes in the middle of it, some of them twice.
    let changing = stream::iter(ids.iter().step_by(25).enumerate()).map(async |(at, id)| {
        let revoked = world.post(&format!("/partners/{id}/revoke"), json!({"notify": false})).await;
        assert_eq!(revoked.status, 200);
        if at % 2 == 0 {
            assert_eq!(world.post(&format!("/partners/{id}/reinstate"), Value::Null).await.status, 200);
        }
        if at % 20 == 0 {
            world.local.clock.advance(20);
        }
    });
    changing.buffer_unordered(4).collect::<Vec<_>>().await;
    for _ in 0..400 {
        world.local.settled().await;
        if world.local.messages("pushes").is_empty() && world.local.messages("backfills").is_empty() {
            break;
        }
        world.local.clock.advance(60);
    }
    let ended = network.call(Method::GET, &format!("/backfill/{id}"), Value::Null).await.json();
    assert_eq!(ended["state"], "completed", "{ended}");
    // A partner who moves between two lists while both are read may be missed by both; the push syncs them.
    let looked_at = ended["counts"]["lookedAt"].as_u64().unwrap();
    assert!(looked_at > 24_900, "{ended}");
    let (there, here) = (network.statuses(), states(&network));
    let differ: Vec<_> = here.iter().filter(|(id, state)| there.get(*id) != Some(*state)).collect();
    assert!(differ.is_empty() && there.len() == here.len(), "{differ:?}");
    assert_eq!(network.counts().values().sum::<usize>(), MANY);
}
