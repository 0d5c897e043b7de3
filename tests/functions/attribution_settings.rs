//! `attribution-settings`.

use http::Method;
use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_the_brands_own_until_it_is_replaced() {
    let world = World::new().await;
    let admin = world.admin().await;
    let path = "/api/t/acme/attribution";
    let before = admin.get(&world, path).await.json();
    assert_eq!(before["unsignedIdentify"], false);
    assert!(before["identifySecret"].as_str().unwrap().starts_with("pis_"));
    assert_eq!(admin.get(&world, path).await.json(), before);
    let open = admin.json(&world, Method::PUT, path, json!({"unsignedIdentify": true})).await.json();
    assert_eq!(open, json!({"unsignedIdentify": true}));
    let fresh = admin.json(&world, Method::PUT, path, json!({"newSecret": true})).await.json();
    assert_eq!(fresh["unsignedIdentify"], true);
    assert_ne!(fresh["identifySecret"], before["identifySecret"]);
    assert_eq!(admin.get(&world, path).await.json(), fresh);
    assert!(!world.local.items().iter().any(|item| item.to_string().contains("pis_")), "it is stored nowhere");
    assert_eq!(admin.json(&world, Method::PUT, path, json!({"secret": "x"})).await.status, 400);
}
