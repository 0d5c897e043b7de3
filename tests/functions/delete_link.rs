//! `delete-link`.

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_link_is_gone_immediately_and_deleting_it_again_returns_404() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let id = world.read("/partners?email=maria@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    world.link(&id, "maria", "Spring launch").await;
    let noah = world.partner_browser("noah@example.com").await;
    let delete = async |browser: &crate::support::Browser| {
        browser.json(&world, Method::DELETE, "/api/t/acme/links/maria", Value::Null).await
    };
    assert_eq!(delete(&noah).await.refusal(), (404, "not_found".to_owned()), "another partner's");
    assert_eq!(world.follow("maria").await.status, 302);
    assert_eq!(delete(&browser).await.json(), json!({"ok": true}));
    let gone = world.follow("maria").await;
    assert_eq!(gone.status, 410);
    assert!(gone.body.contains("has been deleted"), "{}", gone.body);
    assert_eq!(delete(&browser).await.refusal(), (404, "not_found".to_owned()));
    let path = format!("/api/t/acme/partners/{id}/links/maria");
    assert_eq!(world.api(Method::DELETE, &path, Value::Null).await.refusal(), (404, "not_found".to_owned()));
}
