//! `start-import`.

use http::{Method, Request};
use local::{Fault, Service};
use serde_json::{Value, json};

use crate::{importing::crowd, support::World};

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_returns_a_code_and_changes_nothing() {
    let world = World::new().await;
    let before = world.local.items();
    for (body, expected) in [
        (json!({}), (400, "missing_field")),
        (json!({"size": 0}), (400, "invalid_value")),
        (json!({"size": 524_288_001}), (400, "invalid_value")),
        (json!({"size": "10"}), (400, "invalid_type")),
        (json!({"size": 1, "sameFileAs": "imp_00000000000000000000000000"}), (400, "missing_field")),
        (json!({"sameFileAs": "imp_00000000000000000000000000"}), (404, "not_found")),
        (json!({"sameFileAs": "prg_00000000000000000000000000"}), (400, "invalid_id")),
        (json!({"size": 1, "dryrun": true}), (400, "unknown_field")),
        (json!({"size": 1, "programIds": ["prg_00000000000000000000000000"]}), (400, "unknown_program")),
    ] {
        let (status, code) = world.post("/imports", body.clone()).await.refusal();
        assert_eq!((status, code.as_str()), expected, "{body}");
    }
    for (query, expected) in [
        ("dryrun=true", (400, "unknown_field")),
        ("dryRun=perhaps", (400, "invalid_value")),
        ("sendInvite=1", (400, "invalid_value")),
        ("programIds=prg_00000000000000000000000000", (400, "unknown_program")),
    ] {
        let (status, code) = world.send_csv("email\na@example.com\n", query).await.refusal();
        assert_eq!((status, code.as_str()), expected, "{query}");
    }
    let large = world.send_csv("x".repeat(1024 * 1024 + 1), "").await.refusal();
    assert_eq!(large, (413, "too_large".to_owned()));
    // What API Gateway makes of bytes that aren't UTF-8.
    let mangled = world.send_csv("email,name\na@example.com,J\u{fffd}rgen\n", "").await.refusal();
    assert_eq!(mangled, (400, "invalid_value".to_owned()));
    let form = Request::post("/api/t/acme/imports").header("authorization", format!("Bearer {}", world.key));
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("email\na@b.example\n".into());
    assert_eq!(world.send(form.unwrap()).await.refusal(), (400, "invalid_value".to_owned()));
    assert_eq!(world.local.items(), before);
    assert!(world.local.objects().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_url_accepts_one_file_of_exactly_the_announced_size() {
    let world = World::new().await;
    let file = crowd(2);
    let made = world.post("/imports", json!({"size": file.len(), "fileName": " two\npeople.csv "})).await.json();
    assert_eq!((&made["state"], &made["fileName"]), (&json!("receiving"), &json!("two people.csv")));
    assert_eq!(
        (&made["upload"]["method"], &made["upload"]["expiresAt"]),
        (&json!("PUT"), &json!("2026-01-01T11:00:00Z"))
    );
    let url = made["upload"]["url"].as_str().unwrap();
    for wrong in ["", "email\n", &format!("{file} ")] {
        assert_eq!(world.put(url, wrong.to_owned()).await.status, 403, "{wrong:?}");
    }
    let elsewhere = url.replace(made["id"].as_str().unwrap(), "imp_00000000000000000000000000");
    assert_eq!(world.put(&elsewhere, file.clone()).await.status, 403);
    world.local.settled().await;
    assert!(world.local.objects().is_empty());
    assert_eq!(world.put(url, file).await.status, 200);
    world.local.settled().await;
    let done = world.import_state(made["id"].as_str().unwrap()).await;
    assert_eq!((&done["state"], &done["outcomes"]), (&json!("completed"), &json!({"invited": 2})));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_could_not_be_stored_is_stored_by_the_retry() {
    let world = World::new().await;
    world.local.wire.on_call(|call| {
        let puts = call.service == Service::S3 && call.operation == "PutObject";
        if puts { Fault::error(403, "AccessDenied") } else { Fault::Pass }
    });
    let headers = [("idempotency-key", "one")];
    let broken = world.send_csv_with(crowd(3), "", &headers).await;
    assert_eq!(broken.refusal(), (500, "internal".to_owned()));
    world.local.wire.repair();
    let again = world.send_csv_with(crowd(3), "", &headers).await;
    assert_eq!((again.status.as_u16(), &again.headers["idempotency-replayed"]), (202, &"true".parse().unwrap()));
    world.local.settled().await;
    let listed = world.read("/imports").await["imports"].as_array().cloned().unwrap();
    assert_eq!((listed.len(), &listed[0]["outcomes"]), (1, &json!({"invited": 3})));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_never_arrives_is_a_failure_with_a_message() {
    let world = World::new().await;
    let made = world.post("/imports", json!({"size": 10})).await.json();
    let id = made["id"].as_str().unwrap();
    world.local.clock.advance(7 * 3_600 - 1);
    assert_eq!(world.import_state(id).await["state"], "receiving");
    world.local.clock.advance(1);
    let failed = world.import_state(id).await;
    assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!("file_missing")));
    assert_eq!(failed["error"]["message"], "The file was not uploaded. Start another import.");
    assert_eq!(world.with_import(id, "cancel").await.refusal(), (409, "import_over".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_may_start_a_hundred_an_hour() {
    let world = World::new().await;
    for _ in 0..100 {
        assert_eq!(world.post("/imports", json!({"size": 10})).await.status, 202);
    }
    assert_eq!(world.post("/imports", json!({"size": 10})).await.refusal(), (429, "too_many_requests".to_owned()));
    world.local.clock.advance(3_600);
    assert_eq!(world.post("/imports", json!({"size": 10})).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_can_be_read_again_while_it_is_retained() {
    let world = World::new().await;
    let creators = world.program_id("Creators").await;
    let dry = world.upload(crowd(2), json!({"dryRun": true, "programIds": [creators], "sendInvite": false})).await;
    let real = world.post("/imports", json!({"sameFileAs": dry})).await.json();
    let as_before = (&real["dryRun"], &real["sendInvite"], &real["programIds"]);
    assert_eq!(as_before, (&json!(false), &json!(false), &json!([creators])));
    assert_eq!(real["upload"], Value::Null);
    world.local.settled().await;
    let done = world.import_state(real["id"].as_str().unwrap()).await;
    assert_eq!(done["outcomes"], json!({"added": 2}));
    // An import can't reuse a file that was never uploaded.
    let awaited = world.post("/imports", json!({"size": 10})).await.json();
    let again = json!({"sameFileAs": awaited["id"]});
    assert_eq!(world.post("/imports", again).await.refusal(), (409, "file_gone".to_owned()));
    world.local.clock.advance(30 * 86_400);
    assert_eq!(world.post("/imports", json!({"sameFileAs": dry})).await.refusal(), (409, "file_gone".to_owned()));
    let report = world.api(Method::GET, &format!("/api/t/acme/imports/{dry}/report"), Value::Null).await;
    assert_eq!(report.refusal(), (409, "no_report".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_rows_require_a_recent_sign_in() {
    let world = World::new().await;
    let path = "/api/t/acme/imports";
    let rows = |count: usize| {
        let rows = (0..count).map(|number| format!("p{number}@example.com\n"));
        format!("email\n{}", rows.collect::<String>())
    };
    let admin = world.admin().await;
    // The same request with a key, and with a recent sign-in.
    assert_eq!(world.post("/imports", json!({"size": 200_000})).await.status, 202);
    assert_eq!(admin.json(&world, Method::POST, path, json!({"size": 200_000})).await.status, 202);
    let dry = world.import(rows(1_001), "dryRun=true").await;
    world.local.clock.advance(15 * 60);

    let again = (403, "sign_in_again".to_owned());
    let start = async |body: Value| admin.json(&world, Method::POST, path, body).await;
    assert_eq!(start(json!({"size": 200_000})).await.refusal(), again, "too large for few rows");
    assert_eq!(start(json!({"sameFileAs": dry})).await.refusal(), again, "they were counted");
    assert_eq!(start(json!({"sameFileAs": dry, "dryRun": true})).await.status, 202, "who only looks");
    // The number of rows of a small file is known once it is read: then no one in it is invited.
    for (count, dry_run, state) in [(1_000, false, "completed"), (1_001, false, "failed"), (1_001, true, "completed")] {
        let file = rows(count);
        let made = start(json!({"size": file.len(), "dryRun": dry_run, "sendInvite": false})).await.json();
        assert_eq!(world.put(made["upload"]["url"].as_str().unwrap(), file).await.status, 200);
        world.local.settled().await;
        let import = world.read(&format!("/imports/{}", made["id"].as_str().unwrap())).await;
        assert_eq!(import["state"], state, "{count} {dry_run}: {import}");
        if state == "failed" {
            assert_eq!(import["error"]["code"], "sign_in_again");
        }
    }
    let sent = |count| {
        let request = Request::post(path).header("content-type", "text/csv").header("sec-fetch-site", "same-origin");
        let name = "admin-acme";
        let cookie = format!("{name}={}", admin.cookie(name).unwrap());
        world.send(request.header("cookie", cookie).body(rows(count).replace('\n', "\r\n").into()).unwrap())
    };
    assert_eq!(sent(1_001).await.refusal(), again);
    assert_eq!(sent(999).await.status, 202);
}
