//! What a row of an import costs on its way to the outbox, everything included.

use std::{collections::BTreeMap, fmt::Write};

use local::{Call, Service};

use crate::{importing::crowd, support::World};

const ROWS: u32 = 1_000;

/// Calls to AWS that one row takes, from the file to SES's yes.
const CALLS_MAX: f64 = 5.2;

/// Write units that one row takes, with those of the indexes.
const WRITE_UNITS_MAX: f64 = 12.5;

/// Whoever works behind a queue or the stream is held back until there is a full batch for it: under load there is, and
/// what was counted otherwise would depend on who was faster.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_an_import_keeps_its_budget_up_to_the_mail() {
    let world = World::new().await;
    let recording = world.local.wire.record();
    for function in ["relay-events", "send-mail"] {
        world.local.hold(function);
    }
    // With words of one's own, which cost no row anything.
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

/// What was called, per row: as a table, and in all.
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
