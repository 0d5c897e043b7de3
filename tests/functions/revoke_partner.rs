//! `revoke-partner`.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, World};

async fn revoke(world: &World, id: &Value, body: Value) -> Answer {
    world.api(Method::POST, &format!("/api/t/acme/partners/{}/revoke", id.as_str().unwrap()), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_response_says_when_and_whether_an_email_is_sent() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let answer = revoke(&world, &maria["id"], json!({"reason": "The campaign\nis over.", "notify": true})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!((&answer.json()["ok"], &answer.json()["notified"]), (&json!(true), &json!(true)));
    let now = world.partner(maria["id"].as_str().unwrap()).await;
    assert_eq!((&now["state"], &now["revokedAt"]), (&json!("revoked"), &answer.json()["revokedAt"]));
    world.local.settled().await;
    let mail = world.last_mail_to("maria@example.com");
    assert_eq!(mail.subject, "Your partner access to Acme has ended");
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("The campaign is over.") && !part.contains("login?token="), "{part}");
    }

    // A body is optional, and the default is to send an email, as clients of similar APIs expect.
    let noah = world.invite("Noah", "noah@example.com").await;
    assert_eq!(revoke(&world, &noah["id"], Value::Null).await.json()["notified"], true);
    let zoe = world.invite("Zoe", "zoe@example.com").await;
    assert_eq!(revoke(&world, &zoe["id"], json!({"notify": false, "reason": ""})).await.json()["notified"], false);
    world.local.settled().await;
    assert_eq!((world.mails_to("noah@example.com").len(), world.mails_to("zoe@example.com").len()), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_call_is_rejected_and_a_repetition_returns_the_same() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let path = format!("/api/t/acme/partners/{}/revoke", maria["id"].as_str().unwrap());
    let key = [("idempotency-key", "k")];
    let first = world.api_with(Method::POST, &path, json!({}), &key).await;
    let again = world.api_with(Method::POST, &path, json!({}), &key).await;
    assert_eq!((first.status.as_u16(), &first.body), (200, &again.body));
    assert_eq!(revoke(&world, &maria["id"], json!({})).await.refusal(), (409, "already_revoked".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_changes_nothing() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    for (body, code, field) in [
        (json!({"reason": "x".repeat(501)}), "invalid_reason", "reason"),
        (json!({"reason": "see https://evil.example"}), "invalid_reason", "reason"),
        (json!({"reason": 1}), "invalid_type", "reason"),
        (json!({"notify": "no"}), "invalid_type", "notify"),
        (json!({"because": "x"}), "unknown_field", "because"),
    ] {
        let answer = revoke(&world, &maria["id"], body).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()));
        assert_eq!(answer.json()["detail"]["field"], field);
    }
    assert_eq!(world.partner(maria["id"].as_str().unwrap()).await["state"], "invited");
    let missing = json!("ptn_00000000000000000000000000");
    assert_eq!(revoke(&world, &missing, json!({})).await.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_invitation_is_no_longer_sent() {
    let world = World::new().await;
    world.local.pause_sources();
    let body = json!({"name": "Maria", "email": "maria@example.com"});
    let maria = world.api(Method::POST, "/api/t/acme/partners", body).await.json();
    assert_eq!(revoke(&world, &maria["id"], json!({"notify": false})).await.status, 200);
    world.local.resume_sources();
    world.local.settled().await;
    assert!(world.mails_to("maria@example.com").is_empty());
    assert_eq!(world.partner(maria["id"].as_str().unwrap()).await["mail"]["state"], "superseded");
    // Nor is the revocation email sent if the partner is reinstated before it goes out.
    let browser = Browser::default();
    world.local.pause_sources();
    let path = |what: &str| format!("/api/t/acme/partners/{}/{what}", maria["id"].as_str().unwrap());
    assert_eq!(world.api(Method::POST, &path("reinstate"), Value::Null).await.status, 200);
    assert_eq!(revoke(&world, &maria["id"], json!({})).await.status, 200);
    assert_eq!(world.api(Method::POST, &path("reinstate"), Value::Null).await.status, 200);
    world.local.resume_sources();
    world.local.settled().await;
    assert!(world.mails_to("maria@example.com").is_empty());
    world.sign_in(&browser, "/t/acme", "maria@example.com").await;
}
