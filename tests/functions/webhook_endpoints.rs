//! `webhook-endpoints`.

use http::Method;
use serde_json::{Value, json};

use crate::{
    hooks::{self, is_signed_by},
    outside::says,
};

const URL: &str = "https://shop.acme.example/hooks";

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_once_and_stored_encrypted() {
    let (world, _) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    let bare = hook.secret.trim_start_matches("whsec_").to_owned();
    assert!(!world.local.items().iter().any(|item| item.to_string().contains(&bare)), "it is kept sealed");
    let now = world.hook_now(&admin, &hook).await;
    assert_eq!((&now["url"], now.get("secret"), &now["on"]), (&json!(URL), None, &json!(true)));
    let page = admin.get(&world, &format!("/t/acme/admin/webhooks/{}", hook.id)).await;
    assert!(page.status == 200 && page.body.contains(URL) && !page.body.contains(&bare), "{}", page.body);
    let log = world.hooks(&admin, Method::GET, &format!("/{}/deliveries", hook.id), Value::Null).await;
    assert!(!log.body.contains(&bare));

    let headers = [("idempotency-key", "k")];
    let create =
        async || admin.json_with(&world, Method::POST, "/api/t/acme/webhooks", json!({"url": URL}), &headers).await;
    assert_eq!(create().await.status, 201);
    assert_eq!(create().await.refusal(), (409, "secret_shown_once".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_secrets_sign_for_a_day() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    let changed = world.hooks(&admin, Method::POST, &format!("/{}/secret", hook.id), json!({})).await.json();
    let new = changed["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, hook.secret);
    world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    let call = others.calls().pop().unwrap();
    assert!(is_signed_by(&world, &call, &hook.secret) && is_signed_by(&world, &call, &new));
    world.pass(86_400).await;
    world.joined("Noah", "noah@example.com").await;
    world.local.settled().await;
    let call = others.calls().pop().unwrap();
    assert!(!is_signed_by(&world, &call, &hook.secret) && is_signed_by(&world, &call, &new));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_receives_its_event_types_while_it_is_enabled() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let body = json!({"url": URL, "events": ["partner.revoked"]});
    let made = world.hooks(&admin, Method::POST, "", body).await.json();
    let id = made["id"].as_str().unwrap().to_owned();
    let maria = world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    assert_eq!(others.calls().len(), 0);
    world.post(&format!("/partners/{maria}/revoke"), json!({})).await;
    world.local.settled().await;
    assert_eq!(others.calls().len(), 1);
    let off = world.hooks(&admin, Method::PATCH, &format!("/{id}"), json!({"on": false})).await.json();
    assert_eq!((&off["on"], &off["offReason"]), (&json!(false), &json!("by_admin")));
    world.post(&format!("/partners/{maria}/reinstate"), json!({})).await;
    world.post(&format!("/partners/{maria}/revoke"), json!({})).await;
    world.local.settled().await;
    assert_eq!(others.calls().len(), 1);
    let gone = world.hooks(&admin, Method::DELETE, &format!("/{id}"), json!(null)).await;
    assert_eq!(gone.json(), json!({"ok": true}));
    assert_eq!(world.hooks(&admin, Method::DELETE, &format!("/{id}"), json!(null)).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_and_too_many_endpoints_are_rejected() {
    let (world, _) = hooks::world().await;
    let admin = world.admin().await;
    for _ in 0..10 {
        world.hook(&admin, URL).await;
    }
    let refused = world.hooks(&admin, Method::POST, "", json!({"url": URL})).await;
    assert_eq!(refused.refusal(), (400, "too_many_webhooks".to_owned()));
    let refused = world.hooks(&admin, Method::POST, "", json!({"url": URL, "events": ["everything"]})).await;
    assert_eq!(refused.status, 400);
    let by_key = world.api(Method::GET, "/api/t/acme/webhooks", Value::Null).await;
    assert_eq!(by_key.refusal(), (403, "session_required".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_changes_of_an_endpoint_do_not_undo_each_other() {
    let (world, _) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    let app = world.local.app("webhook-endpoints");
    let brand = "acme".parse().unwrap();
    let before = app.store.webhooks(&brand).await.unwrap().remove(0);
    // Another owner rotates the secret after the endpoint was read in order to disable it.
    let made = world.hooks(&admin, Method::POST, &format!("/{}/secret", hook.id), json!({})).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let off = before.clone().off(shared::domain::DisabledReason::ByAdmin, app.now());
    let kind = shared::domain::EventKind::WebhookChanged { webhook: before.id.clone() };
    let event = app.event(&brand, shared::domain::Actor::operator(), kind);
    let late = app.store.change_webhook((&before, &off), &event, None).await.unwrap_err();
    assert_eq!(late.status_and_code().1, "changed_meanwhile");
    let now = app.store.webhooks(&brand).await.unwrap().remove(0);
    assert!(now.off.is_none() && now.secret != before.secret);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_with_a_new_url_starts_healthy() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    others.answer(|call| if call.url.path().ends_with("/new") { says(200, "") } else { says(500, "") });
    for name in ["Ada", "Bea", "Cleo", "Dora"] {
        world.joined(name, &format!("{name}@example.com")).await;
    }
    world.pass(120).await;
    let failing = world.hook_now(&admin, &hook).await;
    assert!(failing["failingSince"].is_string(), "{failing}");
    // Other event types leave its health as it is.
    let wishes = json!({"events": ["partner.added", "partner.activated", "partner.added"]});
    let path = format!("/{}", hook.id);
    let changed = world.hooks(&admin, Method::PATCH, &path, wishes).await.json();
    assert_eq!(changed["events"], json!(["partner.added", "partner.activated"]));
    assert_eq!(world.hook_now(&admin, &hook).await["failingSince"], failing["failingSince"]);
    // A new URL has not failed yet: pending deliveries go there when they are due, and no backoff delays them.
    world.hooks(&admin, Method::PATCH, &path, json!({"url": format!("{URL}/new")})).await;
    let moved = world.hook_now(&admin, &hook).await;
    assert!(moved["failingSince"].is_null(), "{moved}");
    world.pass(6 * 60).await;
    world.pass(60).await;
    let log = world.log(&admin, &hook).await;
    assert!(log.iter().all(|delivery| delivery["state"] == "delivered"), "{log:?}");
}
