//! `network-connection`.

use http::Method;
use serde_json::{Value, json};
use shared::egress::BlockedUrl;

use crate::network::{Network, TOKEN, URL};

const PATH: &str = "/api/t/acme/network";

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_shown_once_and_stored_encrypted() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    let read = admin.get(world, PATH).await;
    assert!(!read.body.contains(&network.secret) && !read.body.contains(TOKEN), "{}", read.body);
    assert_eq!(read.json()["webhookUrl"], "http://localhost:9000/webhooks/network/acme");
    // A change of the URL shows no secret, and preserves both.
    let moved = admin.json(world, Method::PUT, PATH, json!({"url": "https://network.example/v2/"})).await.json();
    assert_eq!((&moved["url"], &moved["signingSecret"]), (&json!("https://network.example/v2"), &Value::Null));
    // Another host is another Network, which must not receive this one's token.
    let other = admin.json(world, Method::PUT, PATH, json!({"url": "https://other.example"})).await;
    assert_eq!((other.refusal().1.as_str(), &other.json()["detail"]["field"]), ("invalid_value", &json!("url")));
    let items = json!(world.local.items()).to_string();
    assert!(!items.contains(TOKEN) && !items.contains(&network.secret[6..]));
    // A repetition with the same idempotency key returns the error that the secret was already shown.
    let key = [("idempotency-key", "k")];
    let path = format!("{PATH}/rotate");
    assert_eq!(admin.json_with(world, Method::POST, &path, json!({}), &key).await.status, 200);
    let again = admin.json_with(world, Method::POST, &path, json!({}), &key).await;
    assert_eq!(again.refusal(), (409, "secret_shown_once".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forbidden_url_is_rejected_when_it_is_saved() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    network
        .others
        .resolve(|url| if url.host_str() == Some("inside.example") { Err(BlockedUrl::Private) } else { Ok(()) });
    for url in [
        "http://network.example",
        "https://network.example:8443",
        "https://a:b@network.example",
        "https://127.0.0.1",
        "https://[::1]/",
        "https://localhost",
        "https://inside.example",
        "ftp://network.example",
        "network",
    ] {
        let answer = admin.json(world, Method::PUT, PATH, json!({"url": url})).await;
        assert_eq!(answer.refusal(), (400, "invalid_url".to_owned()), "{url}: {}", answer.body);
        assert_eq!(answer.json()["detail"]["field"], "url");
    }
    for token in [json!(""), json!("a b"), json!("ä"), json!("x".repeat(2_001))] {
        let answer = admin.json(world, Method::PUT, PATH, json!({"url": URL, "token": token})).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    assert_eq!(admin.get(world, PATH).await.json()["url"], URL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ended_sends_and_receives_nothing() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    let data = network.application("app_1", "Nina Vogel", "Creators").await;
    let nina = network.approve(data).await.json()["partnerId"].as_str().unwrap().to_owned();
    assert_eq!(admin.json(world, Method::DELETE, PATH, Value::Null).await.status, 200);
    let twice = admin.json(world, Method::DELETE, PATH, Value::Null).await;
    assert_eq!(twice.refusal(), (409, "not_connected".to_owned()));
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    world.local.settled().await;
    assert_eq!((network.others.calls().len(), world.local.messages("pushes").len()), (0, 0));
    let told = network.approve(network.application("app_2", "Nora", "Creators").await).await;
    assert_eq!(told.refusal(), (401, "not_signed".to_owned()));
    for path in ["/network/requests", "/network/approvals"] {
        let answer = world.api(Method::GET, &format!("/api/t/acme{path}"), Value::Null).await;
        assert!(matches!(answer.status.as_u16(), 200 | 409), "{}", answer.body);
    }
    assert_eq!(world.post("/network/backfill", json!({})).await.refusal(), (409, "not_connected".to_owned()));
}

/// Networks know different partners: another one receives only those that an admin chose to sync.
#[tokio::test(flavor = "multi_thread")]
async fn another_network_knows_no_partner_yet() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    let nina = network.approve(network.application("app_1", "Nina Vogel", "Creators").await).await.json();
    let nina = nina["partnerId"].as_str().unwrap();
    let count = async |told: bool| {
        let begun = network.call(Method::POST, "/backfill", json!({"dryRun": !told})).await.json();
        network.catch_up().await;
        let path = format!("/backfill/{}", begun["id"].as_str().unwrap());
        network.call(Method::GET, &path, Value::Null).await.json()["counts"]["byState"]["active"].clone()
    };
    let connect = async |url: &str| {
        admin.json(world, Method::DELETE, PATH, Value::Null).await;
        let connected = admin.json(world, Method::PUT, PATH, json!({"url": url, "token": TOKEN})).await;
        assert_eq!(connected.status, 200, "{}", connected.body);
    };
    assert_eq!(count(false).await, json!({"new": 0, "changed": 0, "known": 1}));

    connect("https://other.example/api").await;
    world.api(Method::PATCH, &format!("/api/t/acme/partners/{nina}"), json!({"name": "Nina V."})).await;
    network.catch_up().await;
    assert_eq!(network.known(nina), None, "a push went to a Network that never heard of her");
    assert_eq!(count(false).await, json!({"new": 1, "changed": 0, "known": 0}));
    assert_eq!(count(true).await, json!({"new": 1, "changed": 0, "known": 0}));
    assert_eq!(count(false).await, json!({"new": 0, "changed": 0, "known": 1}));
    let page = admin.get(world, &format!("/t/acme/admin/partners/{nina}")).await.body;
    assert!(page.contains(&format!("net_{nina}")) && !page.contains("cre_nina-vogel"));

    // The brand is connected with the first one again, to which no one synced her since.
    connect(URL).await;
    assert_eq!(count(false).await, json!({"new": 1, "changed": 0, "known": 0}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_calls_in_each_direction_are_listed_with_their_outcome() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    let data = network.application("app_1", "Nina Vogel", "Creators").await;
    let nina = network.approve(data.clone()).await.json()["partnerId"].clone();
    world.local.clock.advance(1);
    let mut nameless = data;
    nameless["applicationId"] = json!("app_2");
    nameless["creator"]["name"] = json!("");
    assert_eq!(network.approve(nameless).await.status, 400);
    world.local.clock.advance(1);
    world.post(&format!("/partners/{}/revoke", nina.as_str().unwrap()), json!({"notify": false})).await;
    network.catch_up().await;
    let calls = admin.get(world, PATH).await.json()["calls"].clone();
    let told: Vec<_> =
        calls.as_array().unwrap().iter().map(|call| [&call["way"], &call["good"], &call["partnerId"]]).collect();
    let (good, none) = (json!(true), Value::Null);
    let (into, out) = (json!("in"), json!("out"));
    assert_eq!(told, [[&out, &good, &nina], [&into, &json!(false), &none], [&into, &good, &nina]], "{calls}");
    let html = admin.get(world, "/t/acme/admin/network").await.body;
    assert!(html.contains("Accepted.") && html.contains("data.creator.name"), "{html}");
}
