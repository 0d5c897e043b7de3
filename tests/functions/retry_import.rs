//! `retry-import`. A journey shows that it invites cancelled rows.

use serde_json::json;

use crate::{importing::crowd, support::World};

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_requires_failed_rows_and_a_report() {
    let world = World::new().await;
    let id = world.import("email\nnobody\n", "").await;
    assert_eq!(world.with_import(&id, "retry").await.refusal(), (409, "nothing_to_retry".to_owned()));
    world.local.hold("report-import");
    let id = world.cancelled_import().await;
    assert_eq!(world.with_import(&id, "retry").await.refusal(), (409, "no_report".to_owned()));
    world.local.release("report-import");
    world.local.settled().await;
    let retried = world.with_import(&id, "retry").await;
    assert_eq!((retried.status.as_u16(), &retried.json()["repeats"]), (202, &json!(id)));
    world.local.settled().await;
    let unknown = world.with_import("imp_00000000000000000000000000", "retry").await;
    assert_eq!(unknown.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_failed_rows_are_retried() {
    let world = World::new().await;
    world.local.wire.on_call(|call| {
        let poison =
            call.operation == "TransactWriteItems" && call.request.to_string().contains("EMAIL#acme#p1@example.com");
        if poison { local::Fault::error(400, "ValidationException") } else { local::Fault::Pass }
    });
    let id = world.import(crowd(3), "").await;
    for _ in 0..6 {
        world.local.clock.advance(120);
        world.local.settled().await;
    }
    let failed = world.import_state(&id).await;
    assert_eq!(failed["outcomes"], json!({"invited": 2, "failed": 1}), "{failed}");
    assert_eq!((&failed["state"], &failed["retryable"]), (&json!("completed_with_errors"), &json!(1)));
    assert_eq!(failed["problems"][0]["message"], "Something went wrong on our end. Try again.");
    assert!(world.local.dead_letters("rows-to-import").is_empty(), "it was worked off");
    world.local.wire.repair();
    let retried = world.with_import(&id, "retry").await.json()["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    let done = world.import_state(&retried).await;
    assert_eq!((&done["rows"], &done["outcomes"]), (&json!(1), &json!({"invited": 1})));
    assert_eq!(world.report(&retried).await.into_keys().collect::<Vec<_>>(), [3]);
    assert_eq!(world.mails_to("p1@example.com").len(), 1);
}
