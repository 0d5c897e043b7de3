//! `import-csv` and `report-import` when the connection to a file breaks while it is read.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use local::Fault;
use serde_json::json;

use crate::{importing::crowd, support::World};

/// S3 drops connections: the reader continues after the last byte that arrived, however much each connection delivers.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_connection_breaks_again_and_again_is_read_once() {
    let world = World::new().await;
    let broken = Arc::new(AtomicUsize::new(0));
    let breaks = Arc::clone(&broken);
    world.local.wire.on_call(move |call| {
        if call.operation == "GetObject" {
            breaks.fetch_add(1, Ordering::SeqCst);
            Fault::BreakBody(7_001)
        } else {
            Fault::Pass
        }
    });
    let file = crowd(1_500);
    assert!(file.len() > 30_000);
    let id = world.import(file, "dryRun=true").await;
    world.local.wire.repair();
    let done = world.import_state(&id).await;
    assert_eq!((&done["state"], &done["outcomes"]), (&json!("completed"), &json!({"invited": 1_500})), "{done}");
    assert!(broken.load(Ordering::SeqCst) >= 12, "it broke while it was counted, sent out and reported on");
    let report = world.report(&id).await;
    assert_eq!(report.len(), 1_500);
    assert!(report.values().all(|(outcome, _)| outcome == "invited"));
}

/// The rest of a replaced file must not be read as the rest of the original.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_replaced_while_its_connection_is_broken_is_not_resumed() {
    let world = Arc::new(World::new().await);
    let (there, replaced) = (Arc::clone(&world), AtomicUsize::new(0));
    world.local.wire.on_call(move |call| {
        if call.operation != "GetObject" || call.function != "import-csv" {
            return Fault::Pass;
        }
        if replaced.fetch_add(1, Ordering::SeqCst) == 1 {
            let key = call.path.trim_start_matches('/').split_once('/').unwrap().1.to_owned();
            let there = Arc::clone(&there);
            tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(async move {
                    let operator = aws_sdk_s3::config::Builder::from(&there.local.sdk("operator"));
                    #[expect(clippy::disallowed_types, reason = "an operator is none of our functions")]
                    let client = aws_sdk_s3::Client::from_conf(operator.force_path_style(true).build());
                    let put = client
                        .put_object()
                        .bucket("bucket")
                        .key(key)
                        .body(crowd(1_500).replace('P', "Q").into_bytes().into());
                    put.send().await.unwrap();
                });
            });
        }
        Fault::BreakBody(7_001)
    });
    let answer = world.send_csv(crowd(1_500), "dryRun=true").await;
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    world.local.wire.repair();
    let failed = world.import_state(&id).await;
    assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!("file_replaced")), "{failed}");
}
