//! `scrub-partner`.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use local::{Fault, Feedback};
use serde_json::json;

use super::erase_partner::{erase, found, revoked, scrubbed};
use crate::{network::Network, support::World};

/// Creates events with data of the person, and an SES event with more.
async fn talked_about(world: &World) -> String {
    let maria = world.invite("Maria Quux", "maria.quux@example.com").await["id"].as_str().unwrap().to_owned();
    world.local.feedback(world.last_mail_to("maria.quux@example.com").id, Feedback::Bounce).await;
    world.local.settled().await;
    let reason = json!({"reason": "Quux has shouted at us", "notify": false});
    assert_eq!(world.post(&format!("/partners/{maria}/revoke"), reason).await.status, 200);
    world.local.settled().await;
    maria
}

/// It crashes at its n-th call, before or after that took effect, for every possible n, and another worker takes over.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_it_crashes_no_data_is_left() {
    let mut died = BTreeSet::new();
    for (number, after) in (0..14).flat_map(|number| [(number, false), (number, true)]) {
        let world = World::new().await;
        let admin = world.admin().await;
        let maria = talked_about(&world).await;
        let calls = Arc::new(AtomicUsize::new(0));
        let at = Arc::new(Mutex::new(None));
        let (count, place) = (Arc::clone(&calls), Arc::clone(&at));
        world.local.wire.on_call(move |call| {
            if call.function != "scrub-partner" {
                return Fault::Pass;
            }
            match count.fetch_add(1, Ordering::SeqCst) {
                before if before < number => Fault::Pass,
                here if here == number => {
                    *place.lock().unwrap() = Some(call.operation.clone());
                    if after { Fault::FailAfter } else { Fault::error(400, "ValidationException") }
                }
                _later => Fault::error(400, "ValidationException"),
            }
        });
        assert_eq!(erase(&world, &admin, &maria, "Maria Quux").await.status, 200);
        scrubbed(&world).await;
        world.local.wire.repair();
        died.extend(at.lock().unwrap().clone());
        for _ in 0..3 {
            world.local.clock.advance(360);
            world.local.settled().await;
        }
        let partner = world.partner(&maria).await;
        assert!(partner["scrubbedAt"].is_string(), "at call {number}, after: {after}: {partner}");
        assert_eq!(found(&world, "quux"), Vec::<String>::new(), "at call {number}, after: {after}");
        assert!(world.local.messages("erasures").is_empty() && world.local.dead_letters("erasures").is_empty());
    }
    let expected = ["BatchGetItem", "DeleteItem", "Query", "SendMessageBatch", "UpdateItem"];
    assert_eq!(died, expected.map(str::to_owned).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn ses_events_that_arrive_days_later_restore_no_data() {
    let world = World::new().await;
    let admin = world.admin().await;
    let maria = world.invite("Maria Quux", "maria.quux@example.com").await["id"].as_str().unwrap().to_owned();
    let mail = world.last_mail_to("maria.quux@example.com").id;
    world.post(&format!("/partners/{maria}/revoke"), json!({"notify": false})).await;
    assert_eq!(erase(&world, &admin, &maria, "Maria Quux").await.status, 200);
    scrubbed(&world).await;
    for feedback in [Feedback::Bounce, Feedback::Complain] {
        world.local.clock.advance(86_400);
        world.local.feedback(mail, feedback).await;
        world.local.settled().await;
    }
    assert_eq!(found(&world, "quux"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_for_a_partner_who_is_not_erased_changes_nothing() {
    let world = World::new().await;
    let maria = revoked(&world, "Maria", "maria@example.com").await;
    let before = world.local.items();
    for partner in [maria.as_str(), "ptn_01KA0000000000000000000009"] {
        let body = json!({"brand": "acme", "partner": partner}).to_string();
        let record = json!({"messageId": "m", "receiptHandle": "r", "body": body, "attributes": {}});
        world.local.invoke("scrub-partner", json!({"Records": [record]})).await.unwrap();
    }
    assert_eq!(world.local.items(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_approval_is_dismissed_and_contains_no_name() {
    let network = Network::new().await;
    let world = &network.world;
    let answer = network.approve(network.application("app_1", "Nina Quux", "Creators").await).await;
    let nina = answer.json()["partnerId"].as_str().unwrap().to_owned();
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    assert_eq!(network.approve(network.application("app_2", "Nina Quux", "Spring launch").await).await.status, 202);
    world.local.settled().await;
    assert_eq!(world.read("/network/approvals").await["held"].as_array().unwrap().len(), 1);
    assert_eq!(erase(world, &network.admin, &nina, "Nina Quux").await.status, 200);
    scrubbed(world).await;
    let approvals = world.read("/network/approvals").await;
    assert_eq!(approvals["held"], json!([]));
    assert_eq!(approvals["taken"].as_array().unwrap().len(), 2);
    // Links that the Network's approval created stay, and so do their keys.
    let left = found(world, "quux");
    assert!(left.iter().all(|text| text.contains("nina-quux-slug")), "{left:#?}");
    // The erasure is synced to the Network.
    let told = network.others.calls().into_iter().last().unwrap();
    assert!(format!("{told:?}").contains("Erased person"), "{told:?}");
}
