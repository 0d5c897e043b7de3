//! The budget of an import row up to its email, with everything included.

use std::{collections::BTreeMap, fmt::Write};

use local::{Call, Service};

use crate::{importing::crowd, support::World};

const ROWS: u32 = 1_000;

/// The maximum number of AWS calls per row, from the file to SES's confirmation.
const CALLS_MAX: f64 = 5.2;

/// The maximum number of write units per row, including those of the indexes.
const WRITE_UNITS_MAX: f64 = 12.5;

/// Workers behind a queue or the stream are held back until there is a full batch, as there would be under load;
/// otherwise the counts would depend on timing.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_row_stays_within_budget_up_to_the_email() {
    let world = World::new().await;
    let recording = world.local.wire.record();
    for function in ["relay-events", "send-mail"] {
        world.local.hold(function);
    }
    // With a note, which adds nothing to the budget of a row.
    let note = "Welcome%20to%20our%20spring%20list%21%20".repeat(15);
    let answer = world.send_csv(crowd(1_000), &format!("note={note}")).await;
    world.local.settled().await;
    for function in ["relay-events", "send-mail"] {
        world.local.release(function);
        world.local.settled().await;
    }
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let calls = recording.calls().0;
    drop(recording);
    assert_eq!(world.import_state(&id).await["outcomes"]["invited"], ROWS);
    assert_eq!(world.local.mails().len(), 1_001);

    let (table, calls, units) = table(&calls);
    #[expect(clippy::print_stdout, reason = "with --nocapture it is a table to look at")]
    {
        println!("{table}");
    }
    assert!(calls <= CALLS_MAX, "{calls:.3} calls a row\n{table}");
    assert!(units <= WRITE_UNITS_MAX, "{units:.3} write units a row\n{table}");
}

/// Returns a table of the calls per row, and the totals.
fn table(calls: &[Call]) -> (String, f64, f64) {
    let mut by_call: BTreeMap<(String, &str, String), (u32, f64)> = BTreeMap::new();
    for call in calls {
        let service = match call.service {
            Service::DynamoDb => "DynamoDB",
            Service::Sqs => "SQS",
            Service::Ses => "SES",
            Service::S3 => "S3",
        };
        let (count, units) = by_call.entry((call.function.clone(), service, call.operation.clone())).or_default();
        *count += 1;
        *units += call.write_units;
    }
    let rows = f64::from(ROWS);
    let mut table =
        format!("{:16} {:9} {:22} {:>11} {:>17}\n", "function", "service", "call", "calls a row", "write units a row");
    let (mut all, mut all_units) = (0.0, 0.0);
    for ((function, service, operation), (count, units)) in by_call {
        let (count, units) = (f64::from(count) / rows, units / rows);
        (all, all_units) = (all + count, all_units + units);
        writeln!(table, "{function:16} {service:9} {operation:22} {count:11.3} {units:17.3}").unwrap();
    }
    writeln!(table, "{:16} {:9} {:22} {all:11.3} {all_units:17.3}", "in all", "", "").unwrap();
    (table, all, all_units)
}
