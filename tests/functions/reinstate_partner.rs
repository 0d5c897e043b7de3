//! `reinstate-partner`.

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn only_revoked_partners_can_be_reinstated() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let path = |what: &str| format!("/api/t/acme/partners/{}/{what}", maria["id"].as_str().unwrap());
    let refused = world.api(Method::POST, &path("reinstate"), Value::Null).await;
    assert_eq!(refused.refusal(), (409, "not_revoked".to_owned()));
    assert_eq!(world.api(Method::POST, &path("revoke"), json!({"notify": false})).await.status, 200);
    let before = world.local.mails().len();
    assert_eq!(
        world.api(Method::POST, &path("reinstate"), json!({"x": 1})).await.refusal(),
        (400, "unknown_field".to_owned())
    );
    let answer = world.api(Method::POST, &path("reinstate"), json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({"ok": true})));
    world.local.settled().await;
    assert_eq!(world.local.mails().len(), before, "no mail follows");
    let mut now = world.partner(maria["id"].as_str().unwrap()).await;
    let mut then = maria.clone();
    // The invitation email was sent meanwhile; all else is unchanged.
    now["mail"] = Value::Null;
    then["mail"] = Value::Null;
    assert_eq!(now, then);
    let missing = "/api/t/acme/partners/ptn_00000000000000000000000000/reinstate";
    assert_eq!(world.api(Method::POST, missing, Value::Null).await.status, 404);
}
