//! `identify-visitor`.

use http::{Method, Request};
use serde_json::{Value, json};
use shared::crypto::secret::signature;

use crate::support::{Answer, World};

const PATH: &str = "/api/t/acme/attribution/identify";

/// Makes a call of a shop's page, in a visitor's browser.
async fn from_page(world: &World, body: &Value) -> Answer {
    let request =
        Request::post(PATH).header("origin", "https://shop.acme.example").header("sec-fetch-site", "cross-site");
    world.send(request.header("content-type", "application/json").body(body.to_string().into()).unwrap()).await
}

/// Creates a world in which a visitor followed a link of Maria's, and returns their click ID.
async fn visited() -> (World, String, String) {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "maria", "Spring launch").await;
    let cref = world.click("maria").await.unwrap();
    (world, id, cref)
}

async fn accrued(world: &World, id: &str) -> usize {
    world.read(&format!("/commissions?partner={id}")).await["commissions"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_ties_a_user_to_a_click() {
    let (world, id, cref) = visited().await;
    let answer = world.post("/attribution/identify", json!({"userId": "u1", "clickId": cref})).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({"ok": true})));
    assert_eq!(world.buy(json!({"userId": "u1"}), 1_000, "o1").await.status, 202);
    assert_eq!(accrued(&world, &id).await, 1);
    assert!(!world.local.items().iter().any(|item| item.to_string().contains("\"u1\"")), "users are kept as hashes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_needs_the_signature_of_its_server() {
    let (world, id, cref) = visited().await;
    let admin = world.admin().await;
    let settings = admin.get(&world, "/api/t/acme/attribution").await.json();
    let secret = settings["identifySecret"].as_str().unwrap();
    let unsigned = json!({"userId": "u1", "clickId": cref});
    let answer = from_page(&world, &unsigned).await;
    assert_eq!(answer.refusal(), (403, "signature_required".to_owned()));
    assert_eq!(answer.headers["access-control-allow-origin"], "*", "the page may read why");
    let signed = |hash: &str| json!({"userId": "u1", "clickId": cref, "userHash": hash});
    for wrong in ["", "x", signature(secret, "u2").as_str(), &signature(secret, "u1").as_str().to_uppercase()] {
        assert_eq!(from_page(&world, &signed(wrong)).await.refusal(), (403, "signature_wrong".to_owned()), "{wrong}");
    }
    // Also when the browser sends cookies of ours: they are ignored.
    let cross_site = [("sec-fetch-site", "same-site")];
    let body = signed(signature(secret, "u1").as_str());
    assert_eq!(admin.json_with(&world, Method::POST, PATH, body, &cross_site).await.status, 202);
    let answer = from_page(&world, &signed(signature(secret, "u1").as_str())).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({"ok": true})));
    world.buy(json!({"userId": "u1"}), 1_000, "o1").await;
    assert_eq!(accrued(&world, &id).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_identification_never_replaces_a_signed_one() {
    let (world, maria, first) = visited().await;
    let noah = world.joined("Noah", "noah@example.com").await;
    world.link(&noah, "noah", "Spring launch").await;
    world.local.clock.advance(60);
    let second = world.click("noah").await.unwrap();
    let admin = world.admin().await;
    admin.json(&world, Method::PUT, "/api/t/acme/attribution", json!({"unsignedIdentify": true})).await;
    // Unsigned and later: it may not replace what the shop signed.
    world.post("/attribution/identify", json!({"userId": "u1", "clickId": first})).await;
    assert_eq!(from_page(&world, &json!({"userId": "u1", "clickId": second})).await.status, 202);
    world.buy(json!({"userId": "u1"}), 1_000, "o1").await;
    assert_eq!((accrued(&world, &maria).await, accrued(&world, &noah).await), (1, 0));
    // Unsigned first: a signed one replaces it, even with an earlier click.
    assert_eq!(from_page(&world, &json!({"userId": "u2", "clickId": second})).await.status, 202);
    world.post("/attribution/identify", json!({"userId": "u2", "clickId": first})).await;
    world.buy(json!({"userId": "u2"}), 1_000, "o2").await;
    assert_eq!((accrued(&world, &maria).await, accrued(&world, &noah).await), (2, 0));
    // Of two signed ones, the later click counts, in whichever order they are reported.
    for click in [&second, &first] {
        world.post("/attribution/identify", json!({"userId": "u3", "clickId": click})).await;
    }
    world.buy(json!({"userId": "u3"}), 1_000, "o3").await;
    assert_eq!((accrued(&world, &maria).await, accrued(&world, &noah).await), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_partners_click_replaces_no_other() {
    let (world, maria, first) = visited().await;
    let noah = world.joined("Noah", "noah@example.com").await;
    world.link(&noah, "noah", "Spring launch").await;
    world.local.clock.advance(60);
    let second = world.click("noah").await.unwrap();
    world.post(&format!("/partners/{noah}/revoke"), json!({"notify": false})).await;
    for click in [&first, &second] {
        let answer = world.post("/attribution/identify", json!({"userId": "u1", "clickId": click})).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({"ok": true})));
    }
    world.buy(json!({"userId": "u1"}), 1_000, "o1").await;
    assert_eq!((accrued(&world, &maria).await, accrued(&world, &noah).await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_responds_to_preflights_and_to_unknown_clicks_as_to_known_ones() {
    let (world, ..) = visited().await;
    let preflight = Request::options(PATH).header("origin", "https://shop.acme.example");
    let preflight = preflight.header("access-control-request-method", "POST").body(bytes::Bytes::new()).unwrap();
    let answer = world.send(preflight).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["access-control-allow-methods"]),
        (204, &"POST".parse().unwrap())
    );
    for click in ["clk_01KA0000000000000000000003", "x", ""] {
        let answer = world.post("/attribution/identify", json!({"userId": "u1", "clickId": click})).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({"ok": true})));
    }
    for body in [json!({"userId": "", "clickId": "x"}), json!({"userId": "u"}), json!({"clickId": "x"})] {
        assert_eq!(world.post("/attribution/identify", body).await.status, 400);
    }
}
