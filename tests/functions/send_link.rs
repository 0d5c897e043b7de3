//! `send-link`.

use serde_json::json;

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_active_partner_gets_a_link_and_sessions_continue() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let id = world.read("/partners?email=maria@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/partners/{id}/sign-in-link");
    assert_eq!(world.post(&path, json!({})).await.refusal(), (429, "too_soon".to_owned()));
    world.local.clock.advance(60);
    assert_eq!(world.post(&path, json!({})).await.json(), json!({"ok": true}));
    world.local.settled().await;
    assert_eq!(world.last_mail_to("maria@example.com").subject, "Your Acme sign-in link");
    assert_eq!(Browser::default().press(&world, &world.link_to("maria@example.com")).await.status, 303);
    assert_eq!(browser.get(&world, "/t/acme").await.status, 200, "the old session goes on");
    assert_eq!(world.partner(&id).await["mail"]["state"], "sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn invited_and_revoked_partners_get_no_link() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let path = |what: &str| format!("/partners/{}/{what}", maria["id"].as_str().unwrap());
    assert_eq!(world.post(&path("sign-in-link"), json!({})).await.refusal(), (409, "not_activated".to_owned()));
    world.post(&path("revoke"), json!({"notify": false})).await;
    assert_eq!(world.post(&path("sign-in-link"), json!({})).await.refusal(), (409, "partner_revoked".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_invalidates_a_link_whose_email_is_queued() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.local.pause_sources();
    assert_eq!(world.post(&format!("/partners/{id}/sign-in-link"), json!({})).await.status, 200);
    world.post(&format!("/partners/{id}/revoke"), json!({"notify": false})).await;
    world.local.resume_sources();
    world.local.settled().await;
    assert!(world.mails_to("maria@example.com").is_empty());
}
