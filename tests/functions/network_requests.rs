//! `network-requests`.

use http::Method;
use serde_json::{Value, json};

use crate::network::{Mood, Network};

fn waiting(id: &str, name: &str) -> Value {
    json!({
        "id": id, "createdAt": "2026-01-01T00:00:00Z", "preferredSlug": "slug", "message": "Take me!",
        "creator": {"id": "cre", "name": name, "handle": "handle", "email": "x@example.com", "bio": "A bio"},
        "offering": {"id": "off", "name": "Creators", "programId": "prg_01KA0000000000000000000004"},
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_applications_are_listed_and_decided_one_or_many_at_a_time() {
    let network = Network::new().await;
    network.wait_with(vec![
        waiting("app_1", "Nina"),
        waiting("app_2", "Nora\u{202e}"),
        waiting("a/b", "Nobody"),
        json!(7),
    ]);
    let listed = network.call(Method::GET, "/requests", Value::Null).await.json();
    let names: Vec<_> =
        listed["requests"].as_array().unwrap().iter().map(|request| request["creator"].clone()).collect();
    assert_eq!(names, ["Nina", "Nora"]);
    assert_eq!(listed["requests"][0]["message"], "Take me!");

    let body = json!({"ids": ["app_1", "app_2", "app_9", "app_1"], "note": "Welcome!"});
    let decided = network.call(Method::POST, "/requests/approve", body).await.json();
    let taken: Vec<_> =
        decided["requests"].as_array().unwrap().iter().map(|request| request["taken"].clone()).collect();
    assert_eq!(taken, [true, true, false]);
    assert!(decided["requests"][2]["said"].as_str().unwrap().contains("not_pending"), "{decided}");
    let told: Vec<_> = network.decided().into_iter().map(|(id, verb, body)| (id, verb, body["note"].clone())).collect();
    assert!(told.contains(&("app_1".to_owned(), "approve".to_owned(), json!("Welcome!"))), "{told:?}");
    // Decisions are stored, with the creator they concern.
    let items = network.world.local.items();
    let kept: Vec<_> = items.iter().filter(|item| item["kind"] == "network_decision").collect();
    assert_eq!((kept.len(), &kept[0]["creator"], &kept[0]["taken"]), (3, &json!("Nina"), &json!(true)));

    network.wait_with(vec![waiting("app_3", "Nils")]);
    assert_eq!(network.call(Method::POST, "/requests/reject", json!({"ids": ["app_3"]})).await.status, 200);
    assert_eq!(network.decided().last().unwrap().1, "reject");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_does_not_respond_is_reported_in_a_sentence() {
    let network = Network::new().await;
    for mood in [Mood::Down, Mood::Broken, Mood::Busy, Mood::Lying] {
        network.be(mood);
        let answer = network.call(Method::GET, "/requests", Value::Null).await;
        assert_eq!(answer.refusal(), (502, "network_failed".to_owned()), "{mood:?}: {}", answer.body);
    }
    network.be(Mood::Down);
    let decided = network.call(Method::POST, "/requests/approve", json!({"ids": ["app_1"]})).await.json();
    assert_eq!(decided["requests"][0]["taken"], Value::Null, "nobody knows whether it took it");
    for body in [
        json!({"ids": []}),
        json!({"ids": ["x".repeat(101)]}),
        json!({"ids": ["app_1"], "note": "see http://x.example"}),
    ] {
        assert_eq!(network.call(Method::POST, "/requests/approve", body).await.status, 400);
    }
}
