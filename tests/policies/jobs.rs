//! Background jobs: exports, bulk jobs, and imports.

use http::Method;
use jiff::SignedDuration;
use local::Service;
use serde_json::json;
use shared::{
    domain::{BrandSlug, FileProgress, FunnelBuilder, UploadProgress},
    store::{Lease, keys},
};

use crate::support::{Browser, World, path_of};

/// Runs exports, of which one fails at first. Opening a file's URL uses the permission of the function that signed it.
pub(super) async fn exports(world: &World) -> bool {
    let admin = world.admin().await;
    world.local.wire.on_call(|call| {
        if call.service == Service::S3 { local::Fault::error(403, "AccessDenied") } else { local::Fault::Pass }
    });
    admin.json(world, Method::POST, "/api/t/acme/exports", json!({"q": "ol"})).await;
    world.local.settled().await;
    world.local.wire.repair();
    let admin = world.admin().await;
    world.local.clock.advance(11 * 60);
    let export = admin.json(world, Method::POST, "/api/t/acme/exports", json!({})).await.json();
    world.local.settled().await;
    world.local.clock.advance(11 * 60);
    let path = format!("/api/t/acme/exports/{}", export["id"].as_str().unwrap());
    let url = admin.get(world, &path).await.json()["url"].as_str().unwrap().to_owned();
    Browser::default().get(world, &path_of(&url)).await.status == 200
}

/// Runs bulk jobs, as every kind of caller with access; with IDs, with a filter and with a search, and with failures.
pub(super) async fn bulk(world: &World) {
    let admin = world.admin().await;
    let later = || world.local.clock.advance(11 * 60);
    let ids: Vec<_> = ["bulk-1@example.com", "bulk-2@example.com"].into_iter().collect();
    for email in &ids {
        world.invite("Bulk", email).await;
    }
    later();
    let program = world.programs().await[0]["id"].clone();
    for (number, body) in [
        json!({"action": "resend", "filter": {"q": "bulk"}}),
        json!({"action": "revoke", "filter": {"state": "invited", "q": ""}}),
        json!({"action": "reinstate", "filter": {"state": "revoked"}}),
        json!({"action": "ungrant", "programId": program, "filter": {"program": program}}),
        json!({"action": "grant", "programId": program, "filter": {}}),
    ]
    .into_iter()
    .enumerate()
    {
        later();
        let key = format!("bulk-{number}");
        let headers = [("idempotency-key", key.as_str())];
        for _ in 0..2 {
            admin.json_with(world, Method::POST, "/api/t/acme/bulk", body.clone(), &headers).await;
        }
        world.local.settled().await;
    }
    let chosen = world.read("/partners?email=bulk-1@example.com").await["partners"][0]["id"].clone();
    // The worker that starts it crashes, and the second one postpones it.
    let claimed = std::sync::atomic::AtomicBool::new(false);
    world.local.wire.on_call(move |call| {
        // After its claim, all of its calls fail.
        let of_it = call.function == "select-partners";
        let dies = of_it && claimed.swap(true, std::sync::atomic::Ordering::SeqCst);
        if dies { local::Fault::error(400, "ValidationException") } else { local::Fault::Pass }
    });
    let started = world.post("/bulk", json!({"action": "revoke", "partnerIds": [chosen], "notify": false})).await;
    world.local.settled().await;
    world.local.wire.repair();
    let job = json!({"brand": "acme", "import": started.json()["id"]});
    let record = json!({"messageId": "m", "receiptHandle": "r", "body": job.to_string(), "attributes": {}});
    world.local.invoke("select-partners", json!({"Records": [record]})).await.unwrap();
    for _ in 0..3 {
        world.local.clock.advance(140);
        world.local.settled().await;
    }
    // The partner it was meant for has another status by the time it begins.
    world.local.hold("select-partners");
    world.post("/bulk", json!({"action": "reinstate", "filter": {"state": "revoked", "q": "bulk"}})).await;
    world.local.settled().await;
    world.post(&format!("/partners/{}/reinstate", chosen.as_str().unwrap()), json!({})).await;
    world.local.settled().await;
    world.local.release("select-partners");
    world.local.settled().await;
}

/// Runs imports in all three ways, of which one is paused, one is cancelled and one is retried, and some fail.
pub(super) async fn imports(world: &World) -> bool {
    let admin = world.admin().await;
    let later = || world.local.clock.advance(11 * 60);
    let call = async |method: Method, path: &str, body: serde_json::Value| {
        later();
        let answer = admin.json(world, method, &format!("/api/t/acme{path}"), body).await;
        world.local.settled().await;
        answer
    };
    let olga = world.read("/partners?email=olga@example.com").await["partners"][0].clone();
    world
        .api(
            Method::PUT,
            &format!("/api/t/acme/partners/{}/programs", olga["id"].as_str().unwrap()),
            json!({"programIds": [], "grantsVersion": olga["grantsVersion"]}),
        )
        .await;
    // SES is unavailable for its emails, and they return to the queue.
    world.local.wire.on_call(|call| {
        if call.service == Service::Ses {
            local::Fault::error(429, "TooManyRequestsException")
        } else {
            local::Fault::Pass
        }
    });
    world.import("email,programs\nolga@example.com,First\nnew@example.com,\n", "").await;
    world.local.wire.repair();
    let checked = world.import("email\nchecked@example.com\n", "dryRun=true").await;
    assert_eq!(call(Method::POST, "/imports", json!({"sameFileAs": checked})).await.status, 202);
    let upload = call(Method::POST, "/imports", json!({"size": 7})).await.json();
    let put = world.put(upload["upload"]["url"].as_str().unwrap(), "email\nx").await.status == 200;
    world.local.settled().await;
    world.put_object("imports/acme/operator.csv", "email\noperator@example.com\n", &[]).await;
    world.local.hold("import-rows");
    let id = world.import("email\nlate@example.com\n", "").await;
    call(Method::POST, &format!("/imports/{id}/cancel"), json!({})).await;
    world.local.release("import-rows");
    world.local.settled().await;
    call(Method::POST, &format!("/imports/{id}/retry"), json!({})).await;
    call(Method::GET, "/imports", json!(null)).await;
    call(Method::GET, &format!("/imports/{id}"), json!(null)).await;
    let link = call(Method::GET, &format!("/imports/{id}/report"), json!(null)).await.json();
    // If a file is read by two workers at the same time, the second one postpones it.
    let object = json!({"brand": "acme", "import": id});
    let record = json!({"messageId": "m", "receiptHandle": "r", "body": object.to_string(), "attributes": {}});
    world.local.invoke("import-csv", json!({"Records": [record]})).await.unwrap();
    let brand =
        json!({"brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example", "dailyInvites": 1}});
    world.local.invoke("create-brand", brand).await.unwrap();
    world.import("email\nlimit-1@example.com\nlimit-2@example.com\n", "").await;
    let got = Browser::default().get(world, &path_of(link["url"].as_str().unwrap())).await.status == 200;
    put && got
}

/// Exercises what workers do only for brands with many thousands of partners: they store a checkpoint, and return their
/// message.
pub(super) async fn long_reads(world: &World) {
    let brand: BrandSlug = "acme".parse().unwrap();
    let (overview, export) = (world.local.app("count-overview"), world.local.app("export-partners"));
    let report = world.local.app("report-import");
    let zone = overview.store.get(&keys::brand(&brand)).await.unwrap().unwrap().time_zone;
    let counting = FunnelBuilder::begin(overview.now(), &zone);
    overview.store.keep_sums(&brand, counting.sums()).await.unwrap();
    let progress = FileProgress {
        upload: UploadProgress::default(),
        after: None,
        rows: 0,
        expires_at: overview.now() + SignedDuration::from_hours(1),
    };
    let claim = Lease::of("receipt", SignedDuration::from_mins(5));
    export.store.keep_export_progress((&brand, &export.fresh()), &progress, &claim).await.unwrap();
    report.store.keep_report_progress((&brand, &report.fresh()), &progress).await.unwrap();
    for (app, queue) in [(&overview, &overview.config.overviews_queue), (&report, &report.config.import_reports_queue)]
    {
        // There is no such message; what matters is whether it may be returned.
        app.queues().unwrap().later(queue.as_ref().unwrap(), "receipt", 0).await.unwrap_err();
    }
}
