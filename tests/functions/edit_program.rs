//! `edit-program`.

use http::Method;
use serde_json::json;

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn only_named_fields_change() {
    let world = World::new().await;
    let before = world.programs().await[0].clone();
    let path = format!("/api/t/acme/programs/{}", before["id"].as_str().unwrap());
    let answer = world.api(Method::PATCH, &path, json!({"name": "Renamed"})).await;
    let mut expected = before.clone();
    expected["name"] = json!("Renamed");
    assert_eq!((answer.status.as_u16(), answer.json()), (200, expected));
    assert_eq!(world.api(Method::PATCH, &path, json!({"nam": "x"})).await.refusal(), (400, "unknown_field".to_owned()));
    let missing = world.api(Method::PATCH, "/api/t/acme/programs/prg_00000000000000000000000000", json!({})).await;
    assert_eq!(missing.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_program_cannot_be_granted_and_can_be_reopened() {
    let world = World::new().await;
    let id = world.program_id("Creators").await;
    let path = format!("/api/t/acme/programs/{id}");
    world.invite("Maria", "maria@example.com").await;
    let browser = Browser::default();
    browser.press(&world, &world.link_to("maria@example.com")).await;
    assert!(browser.get(&world, "/t/acme").await.body.contains("Creators"));

    let archived = world.api(Method::PATCH, &path, json!({"archived": true})).await.json();
    assert!(archived["archivedAt"].is_string());
    assert!(!browser.get(&world, "/t/acme").await.body.contains("Creators"));
    assert_eq!(world.invite("Noah", "noah@example.com").await["grants"].as_array().unwrap().len(), 2);

    let back = world.api(Method::PATCH, &path, json!({"archived": false})).await.json();
    assert_eq!(back["archived"], false);
    assert!(browser.get(&world, "/t/acme").await.body.contains("Creators"));
}
