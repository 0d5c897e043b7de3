//! `resend-invite`.

use serde_json::{Value, json};

use crate::support::{Answer, Browser, World};

async fn resend(world: &World, id: &Value) -> Answer {
    let answer = world.post(&format!("/partners/{}/invite", id.as_str().unwrap()), json!({})).await;
    world.local.settled().await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn emails_are_a_minute_apart_and_five_a_day() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let soon = resend(&world, &maria["id"]).await;
    assert_eq!((soon.refusal(), &soon.json()["detail"]["waitSeconds"]), ((429, "too_soon".to_owned()), &json!(60)));
    assert_eq!(soon.headers["retry-after"], "60");
    for sent in 2..=6 {
        world.local.clock.advance(59);
        assert_eq!(resend(&world, &maria["id"]).await.refusal(), (429, "too_soon".to_owned()));
        world.local.clock.advance(1);
        assert_eq!(resend(&world, &maria["id"]).await.json(), json!({"ok": true}));
        assert_eq!(world.mails_to("maria@example.com").len(), sent);
    }
    world.local.clock.advance(60);
    assert_eq!(resend(&world, &maria["id"]).await.refusal(), (429, "too_often".to_owned()));
    world.local.clock.advance(86_400);
    assert_eq!(resend(&world, &maria["id"]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn active_and_revoked_partners_get_no_invitation() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    world.local.clock.advance(60);
    Browser::default().press(&world, &world.link_to("maria@example.com")).await;
    assert_eq!(resend(&world, &maria["id"]).await.refusal(), (409, "already_activated".to_owned()));
    world.post(&format!("/partners/{}/revoke", maria["id"].as_str().unwrap()), json!({"notify": false})).await;
    assert_eq!(resend(&world, &maria["id"]).await.refusal(), (409, "partner_revoked".to_owned()));
    assert_eq!(resend(&world, &json!("ptn_01KA0000000000000000000002")).await.status, 404);
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_invitation_is_opened_again() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    world.local.clock.advance(31 * 86_400);
    assert_eq!(resend(&world, &maria["id"]).await.status, 200);
    let now = world.partner(maria["id"].as_str().unwrap()).await;
    assert_eq!((&now["id"], &now["createdAt"]), (&maria["id"], &maria["createdAt"]));
    assert_eq!(Browser::default().press(&world, &world.link_to("maria@example.com")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_address_that_bounced_is_used_again_once_cleared_or_corrected() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let id = maria["id"].as_str().unwrap();
    let bounce = async |email: &str| {
        world.local.feedback(world.last_mail_to(email).id, local::Feedback::Bounce).await;
        world.local.settled().await;
    };
    bounce("maria@example.com").await;
    world.local.clock.advance(60);
    let refused = resend(&world, &maria["id"]).await;
    assert_eq!(refused.refusal(), (409, "address_refused".to_owned()));
    assert_eq!(refused.json()["detail"]["why"], "bounced");
    let cleared = world.post(&format!("/partners/{id}/invite"), json!({"clear": true})).await;
    assert_eq!(cleared.json(), json!({"ok": true}));
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 2);
    let now = world.partner(id).await;
    assert_eq!((&now["mail"]["state"], &now["undeliverable"]), (&json!("sent"), &Value::Null));
    bounce("maria@example.com").await;
    let path = format!("/api/t/acme/partners/{id}/email");
    let corrected = world.api(http::Method::PUT, &path, json!({"email": "m.lopez@example.com"})).await;
    assert_eq!((corrected.status.as_u16(), &corrected.json()["undeliverable"]), (200, &Value::Null));
    world.local.settled().await;
    assert_eq!(Browser::default().press(&world, &world.link_to("m.lopez@example.com")).await.status, 303);
    // Another person with the email address that bounced gets no email, and the status says so.
    let noah = world.invite("Noah", "maria@example.com").await;
    let now = world.partner(noah["id"].as_str().unwrap()).await;
    assert_eq!((&now["mail"]["state"], &now["undeliverable"]["why"]), (&json!("suppressed"), &json!("bounced")));
}
