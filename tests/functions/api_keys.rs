//! `api-keys`.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, World};

async fn create(world: &World, admin: &Browser, scopes: Value) -> Answer {
    admin.json(world, Method::POST, "/api/t/acme/api-keys", json!({"label": "Shop", "scopes": scopes})).await
}

async fn with_key(world: &World, key: &str, path: &str) -> Answer {
    let request = http::Request::get(path).header("authorization", format!("Bearer {key}"));
    world.send(request.body(bytes::Bytes::new()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_limited_to_its_scopes_and_deleted_immediately() {
    let world = World::new().await;
    let admin = world.admin().await;
    let created = create(&world, &admin, json!(["programs:read", "programs:read"])).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let (id, key) = (created.json()["id"].clone(), created.json()["key"].as_str().unwrap().to_owned());
    assert!(key.starts_with("pik_"));
    assert!(!world.local.items().iter().any(|item| item.to_string().contains(&key)), "only its hash is kept");
    let listed = async || {
        let keys = admin.get(&world, "/api/t/acme/api-keys").await.json()["apiKeys"].as_array().unwrap().clone();
        keys.into_iter().find(|key| key["id"] == id)
    };
    let before = listed().await.unwrap();
    assert_eq!((&before["scopes"], &before["createdBy"]), (&json!(["programs:read"]), &json!("Ada Admin")));
    assert_eq!((&before["lastUsedAt"], before.get("key")), (&Value::Null, None));

    assert_eq!(with_key(&world, &key, "/api/t/acme/programs").await.status, 200);
    assert_eq!(with_key(&world, &key, "/api/t/acme/partners").await.refusal(), (403, "scope_missing".to_owned()));
    let used = listed().await.unwrap()["lastUsedAt"].clone();
    assert!(used.is_string());
    world.local.clock.advance(3_599);
    with_key(&world, &key, "/api/t/acme/programs").await;
    assert_eq!(listed().await.unwrap()["lastUsedAt"], used, "once an hour");
    world.local.clock.advance(2);
    with_key(&world, &key, "/api/t/acme/programs").await;
    assert_ne!(listed().await.unwrap()["lastUsedAt"], used);

    let path = format!("/api/t/acme/api-keys/{}", id.as_str().unwrap());
    let refused = admin.json(&world, Method::DELETE, &path, json!({})).await;
    assert_eq!(refused.refusal(), (403, "sign_in_again".to_owned()), "an hour after signing in");
    let admin = world.admin().await;
    assert_eq!(admin.json(&world, Method::DELETE, &path, json!({})).await.json(), json!({"ok": true}));
    assert_eq!(with_key(&world, &key, "/api/t/acme/programs").await.refusal(), (401, "unauthenticated".to_owned()));
    assert_eq!(listed().await, None);
    assert_eq!(admin.json(&world, Method::DELETE, &path, json!({})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_cannot_create_keys() {
    let world = World::new().await;
    for (method, path) in [(Method::GET, "/api-keys"), (Method::POST, "/api-keys"), (Method::GET, "/attribution")] {
        let answer = world.api(method, &format!("/api/t/acme{path}"), Value::Null).await;
        assert_eq!(answer.refusal(), (403, "session_required".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repetition_returns_that_the_secret_was_shown() {
    let world = World::new().await;
    let admin = world.admin().await;
    let body = json!({"label": "Shop", "scopes": ["events:write"]});
    let create = async || {
        let headers = [("idempotency-key", "k")];
        admin.json_with(&world, Method::POST, "/api/t/acme/api-keys", body.clone(), &headers).await
    };
    assert_eq!(create().await.status, 201);
    assert_eq!(create().await.refusal(), (409, "secret_shown_once".to_owned()));
    let keys = admin.get(&world, "/api/t/acme/api-keys").await.json();
    assert_eq!(keys["apiKeys"].as_array().unwrap().iter().filter(|key| key["label"] == "Shop").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_and_too_many_keys_are_rejected() {
    let world = World::new().await;
    let admin = world.admin().await;
    assert_eq!(create(&world, &admin, json!([])).await.refusal(), (400, "invalid_value".to_owned()));
    assert_eq!(create(&world, &admin, json!(["everything"])).await.status, 400);
    for _ in 0..49 {
        assert_eq!(create(&world, &admin, json!(["events:write"])).await.status, 201);
    }
    assert_eq!(create(&world, &admin, json!(["events:write"])).await.refusal(), (400, "too_many_keys".to_owned()));
}
