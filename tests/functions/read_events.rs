//! `read-events`.

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn events_are_listed_newest_first_page_by_page() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    for number in 0..4 {
        world
            .api(Method::PATCH, &format!("/api/t/acme/partners/{id}"), json!({"name": format!("Maria {number}")}))
            .await;
    }
    let mut types = Vec::new();
    let mut path = format!("/partners/{id}/events?limit=2");
    loop {
        let page = world.read(&path).await;
        let events = page["events"].as_array().unwrap().clone();
        assert!(events.len() <= 2);
        types.extend(events.iter().map(|event| event["type"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/partners/{id}/events?limit=2&cursor={cursor}");
    }
    assert_eq!(types, ["partner.edited", "partner.edited", "partner.edited", "partner.edited", "partner.added"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_cursors_and_unauthorized_callers_are_rejected() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    for query in ["cursor=x", "limit=0", "limit=201", "limit=x", "other=1"] {
        let answer = world.api(Method::GET, &format!("/api/t/acme/partners/{id}/events?{query}"), Value::Null).await;
        assert_eq!(answer.status, 400, "{query}");
    }
    let nobody = "/api/t/acme/partners/ptn_01KA0000000000000000000002/events";
    assert_eq!(world.api(Method::GET, nobody, Value::Null).await.refusal(), (404, "not_found".to_owned()));
}
