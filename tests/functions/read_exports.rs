//! `read-exports`.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use shared::domain::Scope;

use super::export_partners::{export, fetch};
use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn anyone_with_its_url_can_download_a_finished_export() {
    let world = World::new().await;
    world.joined("Maria", "maria@example.com").await;
    let made = export(&world, json!({})).await;
    assert_eq!((&made["state"], &made["rows"]), (&json!("completed"), &json!(1)));
    let url = made["url"].as_str().unwrap();
    assert!(url.starts_with("http://localhost:9000/bucket/exports/acme/exp_"), "{url}");
    assert!(url.contains("X-Amz-Expires=300") && url.contains("X-Amz-SignedHeaders=host&"), "{url}");
    // A browser without a session.
    let file = fetch(&world, url).await;
    assert_eq!(file.status, 200, "{}", file.body);
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"partners-acme-2026-01-01.csv\"");
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(file.headers["cache-control"], "private, no-store");
    assert!(file.body.contains("maria@example.com"));
    // And with the same URL again and again.
    assert_eq!(fetch(&world, url).await.body, file.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_with_another_path_signature_or_host_gives_no_access() {
    let world = World::new().await;
    let url = export(&world, json!({})).await["url"].as_str().unwrap().to_owned();
    let bare = url.split_once('?').unwrap().0.to_owned();
    let other = url.replace("/exports/acme/", "/exports/globex/");
    let longer = url.replace("X-Amz-Expires=300", "X-Amz-Expires=3000");
    let forged = format!("{}{}", &url[..url.len() - 1], if url.ends_with('0') { '1' } else { '0' });
    for address in [&bare, &other, &longer, &forged] {
        let answer = fetch(&world, address).await;
        assert_eq!(answer.status, 403, "{address}: {}", answer.body);
    }
    // A URL presigned for reading can't write; and requests for other host names are rejected.
    let path = crate::support::path_of(&url);
    let put = Request::put(&path).body(Bytes::from_static(b"x")).unwrap();
    assert_eq!(world.send(put).await.status, 403);
    let elsewhere = Request::get(&path).header("host", "evil.example:9000").body(Bytes::new()).unwrap();
    assert_eq!(world.send(elsewhere).await.status, 421);
    let foreign = Request::put(&path).header("origin", "https://evil.example").body(Bytes::new()).unwrap();
    assert_eq!(world.send(foreign).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_export_has_no_url_and_one_without_a_worker_fails() {
    let world = World::new().await;
    world.local.pause_sources();
    let id = world.post("/exports", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    let read = async || world.read(&format!("/exports/{id}")).await;
    assert_eq!(read().await, json!({"id": id, "state": "running"}));
    world.local.clock.advance(86_400);
    let failed = json!({"id": id, "state": "failed", "error": "The file could not be created. Start another export."});
    assert_eq!(read().await, failed);
    // A worker that comes so late creates no file.
    world.local.resume_sources();
    world.local.settled().await;
    assert_eq!(read().await, failed);
    assert!(world.local.objects().is_empty());
    world.local.clock.advance(7 * 86_400);
    let gone = world.api(Method::GET, &format!("/api/t/acme/exports/{id}"), Value::Null).await;
    assert_eq!(gone.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_callers_cannot_read_an_export() {
    let mut world = World::new().await;
    let id = export(&world, json!({})).await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/t/acme/exports/{id}");
    assert_eq!(Browser::default().get(&world, &path).await.status, 401);
    for unknown in ["exp_00000000000000000000000000", "exp_x", "x"] {
        let answer = world.api(Method::GET, &format!("/api/t/acme/exports/{unknown}"), Value::Null).await;
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()));
    }
    let brand = json!({"brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"}});
    world.local.invoke("create-brand", brand).await.unwrap();
    let app = world.local.operator();
    let key = shared::operator::api_key(&app, "globex", "Test", [9; 32]).await.unwrap();
    let narrow = world.narrow_key(&[Scope::PartnersWrite]).await;
    world.key = key;
    let own = world.api(Method::GET, &format!("/api/t/globex/exports/{id}"), Value::Null).await;
    let foreign = world.api(Method::GET, &path, Value::Null).await;
    for answer in [own, foreign] {
        assert_eq!(answer.refusal(), (404, "not_found".to_owned()));
    }
    world.key = narrow;
    assert_eq!(world.api(Method::GET, &path, Value::Null).await.refusal(), (403, "scope_missing".to_owned()));
}
