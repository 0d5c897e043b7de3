//! `report-import`: the report of an import.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use local::Fault;
use serde_json::json;

use crate::{
    importing::{crowd, sample},
    support::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn it_has_the_columns_of_the_file_and_the_outcome_of_each_row() {
    let world = World::new().await;
    let id = world.upload(sample("ragged.csv"), json!({})).await;
    let file = world.report_file(&id).await;
    let expected = [
        "\u{feff}email,name,programs,import_row,import_outcome,import_message",
        "a1@example.com,A One,Starter,2,unknown_program,No active program named “Starter”.",
        "a2@example.com,,,3,invited,Invited.",
        "a3@example.com,A Three,Starter,4,unknown_program,No active program named “Starter”.,surplus,cells",
        "a4@example.com,\"A \"\"Four\"\"\",,7,invited,Invited.",
    ];
    assert_eq!(file.split("\r\n").filter(|line| !line.is_empty()).collect::<Vec<_>>(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_becomes_a_formula() {
    let world = World::new().await;
    let id = world.upload(sample("formulas.csv"), json!({})).await;
    let begins = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t']);
    for row in world.report_rows(&id).await {
        assert!(!row.iter().any(|cell| begins(cell)), "{row:?}");
    }
    assert_eq!(world.read("/partners?email=f4@example.com").await["partners"][0]["name"], "-2+3");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_created_once_and_complete_wherever_its_worker_crashes() {
    for number in 0..6 {
        let world = World::new().await;
        let count = Arc::new(AtomicUsize::new(0));
        world.local.wire.on_call(move |call| {
            let dies = call.function == "report-import" && count.fetch_add(1, Ordering::SeqCst) >= number;
            if dies { Fault::error(400, "ValidationException") } else { Fault::Pass }
        });
        let id = world.import(crowd(3), "").await;
        world.local.wire.repair();
        world.local.clock.advance(360);
        world.local.settled().await;
        assert_eq!(world.report(&id).await.len(), 3, "at call {number}");
        assert!(world.local.messages("imports-to-report").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_has_no_report() {
    let world = World::new().await;
    world.local.hold("report-import");
    let id = world.import(crowd(3), "").await;
    let messages = world.local.messages("imports-to-report");
    world.put_object(&format!("imports/acme/{id}.csv"), "email\nother@example.com\n", &[]).await;
    world.local.release("report-import");
    world.local.settled().await;
    assert_eq!(messages.len(), 1);
    let state = world.import_state(&id).await;
    assert_eq!((&state["state"], &state["hasReport"]), (&json!("completed"), &json!(false)));
    assert_eq!(
        world.mails_to("other@example.com").len(),
        0,
        "that content was announced for an import that has another"
    );
}
