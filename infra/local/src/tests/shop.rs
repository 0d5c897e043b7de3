//! The simulated shop: a purchase there is recorded, and only once.

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use crate::{Local, Options};

async fn send(local: &Local, request: http::request::Builder, body: &Value) -> Response<Bytes> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    local.http(request.body(body.into()).unwrap()).await
}

async fn post(local: &Local, path: &str, key: Option<&str>, body: Value) -> Value {
    let request = Request::builder().method(Method::POST).uri(path).header("content-type", "application/json");
    let request = match key {
        Some(key) => request.header("authorization", format!("Bearer {key}")),
        None => request,
    };
    let answer = send(local, request, &body).await;
    assert!(answer.status().is_success(), "{path}: {:?}", answer.body());
    serde_json::from_slice(answer.body()).unwrap()
}

/// Starts an instance with a partner who has the link `maria`.
async fn with_link(shop: bool) -> Local {
    let local = Local::start(Options { seed: true, shop, ..Options::for_tests() }).await.unwrap();
    let key = local.seeded().unwrap().api_key;
    let partner = json!({"name": "Maria", "email": "maria@example.org", "sendInvite": false});
    let partner = post(&local, "/api/t/acme/partners", Some(&key), partner).await;
    let listed = Request::get("/api/t/acme/programs").header("authorization", format!("Bearer {key}"));
    let programs: Value = serde_json::from_slice(send(&local, listed, &Value::Null).await.body()).unwrap();
    let programs = programs["programs"].as_array().unwrap();
    let spring = programs.iter().find(|program| program["name"] == "Spring launch").unwrap();
    let link = json!({"linkKey": "maria", "programId": spring["id"]});
    let path = format!("/api/t/acme/partners/{}/links", partner["id"].as_str().unwrap());
    post(&local, &path, Some(&key), link).await;
    local
}

fn location(answer: &Response<Bytes>) -> String {
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn share_links_lead_to_the_simulated_shop_only_when_developers_run_it() {
    let follow = async |local: &Local| location(&send(local, Request::get("/r/acme/maria"), &Value::Null).await);
    let real = follow(&with_link(false).await).await;
    assert!(real.starts_with("https://shop.acme.example/spring?cref=clk_"), "{real}");
    let pretend = follow(&with_link(true).await).await;
    assert!(pretend.starts_with("/_local/shop/acme/shop.acme.example/spring?cref=clk_"), "{pretend}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purchase_in_the_simulated_shop_is_recorded_once() {
    let local = with_link(true).await;
    let there = location(&send(&local, Request::get("/r/acme/maria"), &Value::Null).await);
    let page = send(&local, Request::get(&there), &Value::Null).await;
    let cookie = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let click = cookie.strip_prefix("shop_cref=").unwrap();
    let text = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(text.contains(&format!("https://shop.acme.example/spring?cref={click}")), "{text}");
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';") && !text.contains("<script>"), "{policy}");
    let later = send(&local, Request::get("/_local/shop/acme").header("cookie", &cookie), &Value::Null).await;
    assert!(String::from_utf8(later.body().to_vec()).unwrap().contains(click), "the shop remembers");

    // As its script does.
    let vouched = post(&local, "/_local/shop/acme/vouch", None, json!({"userId": "carla"})).await;
    let identify = json!({"userId": "carla", "clickId": click, "userHash": vouched["userHash"]});
    post(&local, "/api/t/acme/attribution/identify", None, identify).await;
    for _ in 0..2 {
        let purchase = json!({"userId": "carla", "product": 0, "order": "order-1"});
        let sold = post(&local, "/_local/shop/acme/buy", None, purchase).await;
        assert_eq!(sold["booked"].as_array().unwrap().len(), 1, "{sold}");
        assert_eq!(
            (&sold["booked"][0]["amount"], &sold["booked"][0]["partner"]),
            (&json!("EUR 12.90"), &json!("Maria"))
        );
        assert!(!sold.to_string().contains("pik_"), "the key stays with the shop's server");
    }
    let stranger = json!({"userId": "nobody", "product": 0, "order": "order-2"});
    assert_eq!(post(&local, "/_local/shop/acme/buy", None, stranger).await["booked"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_sites_cannot_submit_purchases() {
    let local = with_link(true).await;
    let vouch = Request::post("/_local/shop/acme/vouch").header("origin", "https://evil.example");
    assert_eq!(send(&local, vouch, &json!({"userId": "carla"})).await.status(), 403);
    assert_eq!(send(&local, Request::get("/_local/shop/nobody"), &Value::Null).await.status(), 404);
    let unreadable = Request::post("/_local/shop/acme/buy");
    assert_eq!(send(&local, unreadable, &json!({"product": "x"})).await.status(), 400);
}
