//! `portal`.

use http::Request;

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_thirty_days() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    world.local.clock.advance(30 * 86_400 - 1);
    assert_eq!(browser.get(&world, "/t/acme").await.status, 200);
    world.local.clock.advance(1);
    assert_eq!(browser.get(&world, "/t/acme").await.location(), "/t/acme/login");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_one_brand_is_invalid_in_another() {
    let world = World::new().await;
    let brand = serde_json::json!({"brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"}});
    world.local.invoke("create-brand", brand).await.unwrap();
    let browser = world.partner_browser("maria@example.com").await;
    browser.restore("partner-globex", &browser.cookie("partner-acme").unwrap());
    assert_eq!(browser.get(&world, "/t/globex").await.location(), "/t/globex/login");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_private_and_load_nothing_external() {
    let world = World::new().await;
    let page = Browser::default().get(&world, "/t/acme/login").await;
    let header = |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let policy = header("content-security-policy");
    for part in
        ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!page.body.contains("<script>") && !page.body.contains("style="), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_cached_forever_under_versioned_urls() {
    let world = World::new().await;
    let page = Browser::default().get(&world, "/t/acme/login").await.body;
    let addresses: Vec<_> = page.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert_eq!(addresses.len(), 4, "{page}");
    for address in addresses {
        let answer = world.send(Request::get(address).body(bytes::Bytes::new()).unwrap()).await;
        assert_eq!(answer.status, 200, "{address}");
        assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"));
    }
    assert_eq!(world.send(Request::get("/assets/app.css").body(bytes::Bytes::new()).unwrap()).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_page_returns_an_error_page() {
    let world = World::new().await;
    let browser = Browser::default();
    let page = browser.get(&world, "/t/nobody/login").await;
    assert!(page.status == 404 && page.body.contains("Page not found"), "{}", page.body);
    assert_eq!(browser.get(&world, "/t/ACME/login").await.status, 404);
    let page = browser.get(&world, "/t/acme/admin/nothing").await;
    assert!(page.status == 404 && page.body.contains("Go to Acme"), "{}", page.body);
    assert_eq!(browser.get(&world, "/t/acme/login/").await.location(), "/t/acme/login");
    // No URL redirects to another site.
    let answer = browser.get(&world, "/t/acme//evil.example/").await;
    assert!(answer.location().starts_with("/t/acme/"), "{}", answer.location());
}
