//! Which requests the port accepts, and what it serves.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{invite, seeded};
use crate::Local;

async fn send(local: &Local, request: http::request::Builder) -> Response<Bytes> {
    local.http(request.body(Bytes::new()).unwrap()).await
}

fn json(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_for_other_host_names_are_rejected() {
    let local = seeded().await;
    let status =
        async |host: &str| send(&local, Request::get("/t/acme/login").header("host", host)).await.status().as_u16();
    assert_eq!(status("localhost:9000").await, 200);
    assert_eq!(status("127.0.0.1:9000").await, 200);
    for host in ["evil.example", "localhost:9001", "localhost", "localhost.evil.example:9000"] {
        assert_eq!(status(host).await, 421, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_sites_cannot_submit_our_forms() {
    let local = seeded().await;
    let status = async |name: &str, value: &str| {
        send(&local, Request::post("/_local/sign-in").header("host", "localhost:9000").header(name, value))
            .await
            .status()
            .as_u16()
    };
    assert_eq!(status("origin", "http://localhost:9000").await, 303);
    assert_eq!(status("sec-fetch-site", "same-origin").await, 303);
    assert_eq!(status("origin", "https://evil.example").await, 403);
    assert_eq!(status("origin", "null").await, 403);
    assert_eq!(status("sec-fetch-site", "cross-site").await, 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn routes_come_from_the_template() {
    let local = seeded().await;
    let unknown = send(&local, Request::get("/nothing")).await;
    assert_eq!((unknown.status().as_u16(), json(&unknown)), (404, serde_json::json!({"message": "Not Found"})));
    assert_eq!(send(&local, Request::put("/api/t/acme/partners")).await.status(), 404, "a method without a route");
    let refused = send(&local, Request::put("/t/acme/login")).await;
    assert_eq!((refused.status().as_u16(), refused.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
    let head = send(&local, Request::head("/t/acme/login")).await;
    assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
    let home = send(&local, Request::get("/")).await;
    assert_eq!(home.headers().get("location").unwrap(), "/_local");

    let large = Request::post("/api/t/acme/partners").body(Bytes::from(vec![b' '; 10 * 1024 * 1024 + 1])).unwrap();
    assert_eq!(local.http(large).await.status(), 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_show_the_state_of_the_instance() {
    let local = seeded().await;
    invite(&local, "bo@example.org").await;
    local.settled().await;
    let as_json = |path: &str| Request::get(path).header("accept", "application/json");

    let home = json(&send(&local, as_json("/_local")).await);
    assert_eq!(home["brand"], "acme");
    assert_eq!(home["portal"], "http://localhost:9000/t/acme");
    assert!(home["adminLink"].as_str().unwrap().starts_with("http://localhost:9000/t/acme/admin/login?token="));

    let mails = json(&send(&local, as_json("/_local/mail")).await);
    assert_eq!(mails[0]["to"], serde_json::json!(["bo@example.org"]));
    assert!(!mails[0]["html"].as_str().unwrap().is_empty() && !mails[0]["text"].as_str().unwrap().is_empty());
    assert_eq!(json(&send(&local, as_json("/_local/mail/2")).await), mails[0], "the first is the admin's own");

    for path in ["/_local", "/_local/mail", "/_local/mail/1", "/_local/style.css"] {
        let page = send(&local, Request::get(path)).await;
        assert_eq!(page.status(), 200, "{path}");
    }
    let page = send(&local, Request::get("/_local/mail/1")).await;
    let page = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(!page.contains("srcdoc=\"<") && !page.contains("<table role"), "the mail's own markup is escaped");
    assert_eq!(send(&local, Request::get("/_local/mail/3")).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_moves_the_clock() {
    let local = seeded().await;
    let before = local.clock.now();
    let request = Request::post("/_local/clock").body(Bytes::from_static(br#"{"advanceSeconds": 90}"#)).unwrap();
    assert_eq!(local.http(request).await.status(), 200);
    assert_eq!(local.clock.now().duration_since(before).as_secs(), 90);
    assert_eq!(send(&local, Request::post("/_local/clock")).await.status(), 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_deletes_expired_rows() {
    let local = seeded().await;
    let tokens = || local.items().iter().filter(|item| item["sk"] == "TOKEN").count();
    let before = tokens();
    local.admin_link().await.unwrap();
    assert_eq!((tokens(), local.sweep_ttl()), (before + 1, 0));
    local.clock.advance(365 * 86_400);
    assert!(local.sweep_ttl() > 0);
    assert_eq!(tokens(), 0);
}
