//! The simulated Network: its responses, its webhooks, and that its data is durable.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use shared::{
    crypto::webhook_signature::{self, Signed},
    egress::{OutboundError, OutboundRequest},
};

use super::{invite, seeded, seeded_in};
use crate::{Local, Options, folder::Temporary};

async fn send(local: &Local, (method, path): (Method, &str), token: Option<&str>, body: &Value) -> Response<Bytes> {
    let request = Request::builder().method(method).uri(path).header("accept", "application/json");
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    let body = if body.is_null() { String::new() } else { body.to_string() };
    local.http(request.body(body.into()).unwrap()).await
}

/// Makes a call of the product.
async fn api(local: &Local, method: Method, path: &str, body: Value) -> (u16, Value) {
    let token = local.seeded().unwrap().network.token;
    let answer = send(local, (method, &format!("/_local/network/api{path}")), Some(&token), &body).await;
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
}

/// Clicks a button on the page.
async fn press(local: &Local, action: &str, body: Value) -> Value {
    let answer = send(local, (Method::POST, &format!("/_local/network/acme/{action}")), None, &body).await;
    assert_eq!(answer.status(), 200, "{action}: {:?}", answer.body());
    serde_json::from_slice(answer.body()).unwrap()
}

async fn state(local: &Local) -> Value {
    let answer = send(local, (Method::GET, "/_local/network/acme"), None, &Value::Null).await;
    serde_json::from_slice(answer.body()).unwrap()
}

/// Returns an application of `creator` to the first offering.
async fn wish(local: &Local, creator: &str) -> Value {
    let offerings = state(local).await["offerings"].clone();
    assert_eq!(offerings.as_array().unwrap().len(), 3, "the open programs");
    json!({"creator": creator, "offering": offerings[0]["id"], "sendInvite": true})
}

fn partner(id: &str, email: &str, status: &str) -> Value {
    json!({
        "vendorPartnerId": id, "email": email, "name": "Bo", "joinedVendorAt": "2026-01-01T10:00:00Z",
        "status": status, "metadata": {"source": "api"},
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partners_are_stored_individually_and_in_batches() {
    let local = seeded().await;
    let (status, first) =
        api(&local, Method::POST, "/partners/upsert", partner("ptr_1", "bo@example.org", "active")).await;
    assert_eq!((status, &first["alreadyExisted"]), (200, &json!(false)), "{first}");
    let affiliation =
        json!({"vendorId": "vendor_acme", "vendorPartnerId": "ptr_1", "status": "active", "displayName": "Acme"});
    assert_eq!(first["affiliations"], json!([affiliation]));
    assert!(first.get("vendorPartnerId").is_none());

    let (_, again) = api(&local, Method::POST, "/partners/upsert", partner("ptr_1", "Bo@example.org", "revoked")).await;
    assert_eq!((&again["networkCreatorId"], &again["alreadyExisted"]), (&first["networkCreatorId"], &json!(true)));
    assert_eq!(again["affiliations"][0]["status"], "revoked");

    let many = [partner("ptr_1", "bo@example.org", "active"), partner("ptr_2", "mara@creators.example", "pending")];
    let (status, noted) = api(&local, Method::POST, "/vendors/backfill-partners", json!({"partners": many})).await;
    assert_eq!(status, 200, "{noted}");
    let ids: Vec<_> = noted["partners"].as_array().unwrap().iter().map(|one| &one["vendorPartnerId"]).collect();
    assert_eq!(ids, ["ptr_1", "ptr_2"]);
    assert_eq!(noted["partners"][1]["networkCreatorId"], "cre_mara", "a creator who is here");
    assert_eq!(noted["partners"][1]["alreadyExisted"], true);

    let (_, moved) = api(&local, Method::POST, "/partners/upsert", partner("ptr_2", "new@example.org", "active")).await;
    assert_ne!(moved["networkCreatorId"], "cre_mara", "another address is somebody else");
    let shown = state(&local).await;
    assert_eq!((&shown["partnerCount"], &shown["partners"][0]["vendorPartnerId"]), (&json!(2), &json!("ptr_2")));
    let past = |place: usize, what: &str| -> Vec<String> {
        let history = shown["partners"][place]["history"].as_array().unwrap();
        history.iter().map(|past| past[what].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(past(1, "by"), ["push", "push", "backfill"]);
    assert_eq!(past(1, "status"), ["active", "revoked", "active"]);
    assert_eq!(past(0, "email"), ["mara@creators.example", "new@example.org"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_and_unknown_requests_are_rejected() {
    let local = seeded().await;
    let upsert = (Method::POST, "/_local/network/api/partners/upsert");
    for token in [None, Some("net_wrong"), Some("")] {
        let answer = send(&local, upsert.clone(), token, &partner("ptr_1", "bo@example.org", "active")).await;
        assert_eq!(answer.status(), 401, "{token:?}");
    }
    let too_many: Vec<_> = (0..501).map(|n| partner(&format!("ptr_{n}"), "bo@example.org", "active")).collect();
    let (status, _) = api(&local, Method::POST, "/vendors/backfill-partners", json!({"partners": too_many})).await;
    assert_eq!(status, 400);
    for unreadable in [partner("ptr_1", "bo@example.org", "gone"), json!({"email": "bo@example.org"}), json!([])] {
        assert_eq!(api(&local, Method::POST, "/partners/upsert", unreadable).await.0, 400);
    }
    assert_eq!(api(&local, Method::GET, "/partners/upsert", Value::Null).await.0, 404);
    assert_eq!(state(&local).await["partnerCount"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_is_pending_until_the_product_decides_once() {
    let local = seeded().await;
    for creator in ["cre_mara", "cre_jonas", "cre_priya"] {
        let mut wish = wish(&local, creator).await;
        wish["message"] = json!("I like tents.");
        press(&local, "apply", wish).await;
    }
    let again = press(&local, "apply", wish(&local, "cre_mara").await).await;
    let (status, page) = api(&local, Method::GET, "/vendors/me/requests", Value::Null).await;
    let requests = page["requests"].as_array().unwrap();
    assert_eq!((status, requests.len(), &page["nextCursor"]), (200, 3, &Value::Null), "{page}");
    let first = &requests[0];
    assert_eq!(first["id"], again["application"]["id"], "who applies again changes what waits");
    assert_eq!((&first["creator"]["name"], &first["preferredSlug"]), (&json!("Mara Okafor"), &json!("mara")));
    assert!(first["offering"]["programId"].as_str().unwrap().starts_with("prg_"), "{first}");
    assert!(first["createdAt"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());

    let path = |request: &Value, what: &str| format!("/vendors/me/requests/{}/{what}", request["id"].as_str().unwrap());
    let (status, approved) = api(&local, Method::POST, &path(first, "approve"), json!({"note": "Welcome"})).await;
    assert_eq!((status, &approved), (200, &json!({"id": first["id"], "status": "approved"})));
    let (status, refused) = api(&local, Method::POST, &path(first, "reject"), Value::Null).await;
    assert_eq!((status, refused), (409, json!({"error": "not_pending"})));
    assert_eq!(api(&local, Method::POST, &path(&requests[1], "reject"), json!({})).await.0, 200);
    press(&local, "withdraw", json!({"application": requests[2]["id"]})).await;
    assert_eq!(api(&local, Method::POST, &path(&requests[2], "approve"), json!({})).await.0, 409);
    let unknown = api(&local, Method::POST, "/vendors/me/requests/app_none/approve", json!({})).await;
    assert_eq!(unknown.0, 404);
    let (_, page) = api(&local, Method::GET, "/vendors/me/requests", Value::Null).await;
    assert_eq!(page["requests"], json!([]));

    local.settled().await;
    let decided = state(&local).await["decided"].clone();
    let mara = decided.as_array().unwrap().iter().find(|one| one["application"]["id"] == first["id"]).unwrap();
    assert_eq!(mara["application"]["deliveries"].as_array().unwrap().len(), 1, "one webhook was sent");
    assert_eq!(mara["application"]["note"], "Welcome");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn applications_are_paged() {
    let local = seeded().await;
    let offerings = state(&local).await["offerings"].clone();
    let mut applied = 0;
    for offering in offerings.as_array().unwrap() {
        for creator in ["cre_mara", "cre_jonas", "cre_priya", "cre_tomas", "cre_aiko", "cre_sam"] {
            press(&local, "apply", json!({"creator": creator, "offering": offering["id"]})).await;
            applied += 1;
        }
    }
    let (_, page) = api(&local, Method::GET, "/vendors/me/requests", Value::Null).await;
    let requests = page["requests"].as_array().unwrap();
    assert_eq!(requests.len(), applied);
    let path = format!("/vendors/me/requests?cursor={}", requests[9]["id"].as_str().unwrap());
    let (_, rest) = api(&local, Method::GET, &path, Value::Null).await;
    assert_eq!(rest["requests"].as_array().unwrap().as_slice(), &requests[10..]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_is_sent_by_a_signed_webhook_and_can_be_resent() {
    let local = seeded().await;
    let mut asked = wish(&local, "cre_mara").await;
    asked["preferredSlug"] = json!("mara-outside");
    let approved = press(&local, "approve", asked).await;
    let id = &approved["application"]["id"];
    assert!(approved["outcome"]["what"].is_string(), "{approved}");
    let again = press(&local, "send", json!({"application": id})).await;
    assert_eq!(again["application"]["deliveries"].as_array().unwrap().len(), 2);

    let calls = state(&local).await["calls"].clone();
    let webhooks: Vec<_> = calls.as_array().unwrap().iter().filter(|call| call["ours"] == true).collect();
    assert_eq!(webhooks.len(), 2, "{calls}");
    assert_eq!(webhooks[0]["what"], "POST /webhooks/network/acme");
    assert_eq!(webhooks[0]["sent"], webhooks[1]["sent"], "word for word");
    let sent: Value = serde_json::from_str(webhooks[0]["sent"].as_str().unwrap()).unwrap();
    let offering = &approved["application"]["offering"];
    let expected = json!({
        "type": "application.approved",
        "timestamp": "2026-01-01T10:00:00Z",
        "data": {
            "applicationId": id,
            "creator":
                {"id": "cre_mara", "name": "Mara Okafor", "email": "mara@creators.example", "handle": "@mara.outside"},
            "offering": {"id": offering["id"], "programId": offering["programId"]},
            "preferredSlug": "mara-outside",
            "sendInvite": true,
        },
    });
    assert_eq!(sent, expected);
    // An application that isn't approved is not sent.
    let waiting = press(&local, "apply", wish(&local, "cre_sam").await).await;
    let path = (Method::POST, "/_local/network/acme/send");
    let refused = send(&local, path, None, &json!({"application": waiting["application"]["id"]})).await;
    assert_eq!(refused.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn webhooks_verify_with_the_configured_secret() {
    let local = seeded().await;
    let home = send(&local, (Method::GET, "/_local"), None, &Value::Null).await;
    let home: Value = serde_json::from_slice(home.body()).unwrap();
    assert_eq!(home["network"]["webhook"], "http://localhost:9000/webhooks/network/acme");
    let secret = home["network"]["signingSecret"].as_str().unwrap().to_owned();
    assert_eq!(secret, local.seeded().unwrap().network.signing_secret);

    let body = br#"{"type":"application.approved"}"#;
    let verifies = |secret: String| {
        let headers = local.network.sign("acme", "msg_app_1", body).unwrap();
        let header = |name: &str| headers.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        let timestamp = header(webhook_signature::TIMESTAMP).parse().unwrap();
        let (id, signatures) = (header(webhook_signature::ID), header(webhook_signature::SIGNATURE));
        let signed = Signed { id: &id, timestamp, signatures: &signatures };
        webhook_signature::is_signed(signed, body, &[secret], local.clock.now()).unwrap()
    };
    assert!(verifies(secret.clone()));
    let other = webhook_signature::secret_text([7; 32]);
    press(&local, "secret", json!({"secret": other})).await;
    assert!(verifies(other) && !verifies(secret.clone()));
    let path = (Method::POST, "/_local/network/acme/secret");
    assert_eq!(send(&local, path, None, &json!({"secret": "password"})).await.status(), 409);
    press(&local, "secret", json!({"secret": secret.clone()})).await;
    assert!(verifies(secret));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_reach_it_without_a_port_and_it_can_be_down_slow_or_rate_limited() {
    let local = seeded().await;
    let seed = local.seeded().unwrap().network;
    let app = local.operator();
    let call = |path: &str, patience_ms| {
        let url = format!("{}{path}", seed.url).parse().unwrap();
        let headers = vec![("authorization", format!("Bearer {}", seed.token))];
        let body = partner("ptr_1", "bo@example.org", "active").to_string().into_bytes();
        let patience = Duration::from_millis(patience_ms);
        app.outside().call(OutboundRequest { method: Method::POST, url, headers, body, patience })
    };
    app.outside().check(seed.url.parse().unwrap()).await.unwrap();
    let heard = call("/partners/upsert", 1_000).await.unwrap();
    assert_eq!((heard.status, heard.retry_after_s), (200, None));
    let body: Value = serde_json::from_slice(&heard.body).unwrap();
    assert!(body["affiliations"].is_array(), "{body}");
    assert_eq!(call("/nothing", 1_000).await.unwrap().status, 404);

    press(&local, "mode", json!({"mode": "down"})).await;
    assert_eq!(call("/partners/upsert", 1_000).await.unwrap().status, 503);
    press(&local, "mode", json!({"mode": "limited"})).await;
    let heard = call("/partners/upsert", 1_000).await.unwrap();
    assert_eq!((heard.status, heard.retry_after_s), (429, Some(5)));
    let upsert = (Method::POST, "/_local/network/api/partners/upsert");
    let over_http = send(&local, upsert, Some(&seed.token), &Value::Null).await;
    assert_eq!((over_http.status().as_u16(), &over_http.headers()["retry-after"]), (429, &"5".parse().unwrap()));

    press(&local, "mode", json!({"mode": "slow"})).await;
    let begun = Instant::now();
    assert_eq!(call("/partners/upsert", 50).await.unwrap_err(), OutboundError::TooSlow(0));
    assert!(begun.elapsed() < Duration::from_secs(4));
    assert_eq!(state(&local).await["partners"][0]["history"].as_array().unwrap().len(), 2, "done, but not heard");
    press(&local, "mode", json!({"mode": "up"})).await;
    assert_eq!(call("/partners/upsert", 1_000).await.unwrap().status, 200);
    assert_eq!(state(&local).await["calls"].as_array().unwrap().len(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_data_survives_a_restart() {
    let folder = Temporary::new().unwrap();
    let data = folder.path().join("data");
    let local = seeded_in(&data).await;
    api(&local, Method::POST, "/partners/upsert", partner("ptr_1", "bo@example.org", "active")).await;
    press(&local, "apply", wish(&local, "cre_mara").await).await;
    press(&local, "approve", wish(&local, "cre_sam").await).await;
    press(&local, "mode", json!({"mode": "down"})).await;
    let before = state(&local).await;
    assert_eq!((&before["partnerCount"], &before["mode"]), (&json!(1), &json!("down")));
    drop(local);

    let local = seeded_in(&data).await;
    assert_eq!(state(&local).await, before);
    drop(local);
    let fresh = folder.path().join("other");
    assert_ne!(state(&seeded_in(&fresh).await).await["token"], before["token"], "nobody else's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_page_works_without_a_script_and_rejects_other_sites() {
    let local = seeded().await;
    let form = |action: &str, body: String| {
        Request::post(format!("/_local/network/acme/{action}"))
            .header("origin", "http://localhost:9000")
            .body(body.into())
    };
    let offering = wish(&local, "cre_mara").await["offering"].as_str().unwrap().to_owned();
    let applied = form("apply", format!("creator=cre_mara&offering={offering}&preferredSlug=mara")).unwrap();
    let there = local.http(applied).await;
    assert_eq!(there.status(), 303);
    let there = there.headers()["location"].to_str().unwrap().to_owned();
    let page = local.http(Request::get(&there).body(Bytes::new()).unwrap()).await;
    let text = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(text.contains("Mara Okafor applied to ") && text.contains("no invitation"), "{text}");
    assert!(!text.contains("<script") && !text.contains(" style="), "{text}");
    let front = local.http(Request::get("/_local/network").body(Bytes::new()).unwrap()).await;
    assert_eq!(front.status(), 200);

    let foreign = Request::post("/_local/network/acme/approve").header("origin", "https://evil.example");
    assert_eq!(local.http(foreign.body(Bytes::new()).unwrap()).await.status(), 403);
    let path = (Method::GET, "/_local/network/nobody");
    assert_eq!(send(&local, path, None, &Value::Null).await.status(), 404);
    let path = (Method::POST, "/_local/network/acme/approve");
    assert_eq!(send(&local, path, None, &json!({"creator": "cre_nobody"})).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_and_the_product_use_the_same_protocol() {
    let local = Local::start(Options { seed: true, network: true, ..Options::for_tests() }).await.unwrap();
    let key = local.seeded().unwrap().api_key;
    let product = async |path: &str, body: Value| {
        let path = format!("/api/t/acme{path}");
        let answer = send(&local, (Method::POST, &path), Some(&key), &body).await;
        assert!(answer.status().is_success(), "{path}: {:?}", answer.body());
        serde_json::from_slice::<Value>(answer.body()).unwrap()
    };
    let approved = press(&local, "approve", wish(&local, "cre_mara").await).await;
    let outcome = &approved["outcome"];
    assert_eq!((&outcome["what"], &outcome["link"]), (&json!("taken"), &json!("http://localhost:9000/r/acme/mara")));
    let again = press(&local, "send", json!({"application": approved["application"]["id"]})).await;
    assert_eq!(&again["outcome"], outcome, "it has one effect");

    let waits = press(&local, "apply", wish(&local, "cre_sam").await).await;
    product("/network/requests/approve", json!({"ids": [waits["application"]["id"]], "note": "Welcome"})).await;
    local.settled().await;
    let decided = state(&local).await["decided"].clone();
    let sam = decided.as_array().unwrap().iter().find(|one| one["application"]["creator"]["id"] == "cre_sam").unwrap();
    assert_eq!(sam["outcome"]["what"], "taken", "{sam}");

    invite(&local, "bo@example.org").await;
    product("/network/backfill", json!({})).await;
    local.settled().await;
    let partners = state(&local).await["partners"].clone();
    assert_eq!(
        (partners.as_array().unwrap().len(), &partners[0]["email"]),
        (1, &json!("bo@example.org")),
        "the others are no news"
    );
    let partner = outcome["partnerId"].as_str().unwrap();
    product(&format!("/partners/{partner}/revoke"), json!({})).await;
    local.settled().await;
    let revoked = state(&local).await["partners"][0].clone();
    assert_eq!((&revoked["vendorPartnerId"], &revoked["status"]), (&json!(partner), &json!("revoked")));
    assert_eq!((&revoked["networkCreatorId"], &revoked["history"][0]["by"]), (&json!("cre_mara"), &json!("push")));
    let held = press(&local, "approve", wish(&local, "cre_mara").await).await;
    assert_eq!(held["outcome"]["what"], "held", "{held}");
}
