//! The process crashes in the middle of an import, again and again, and restarts without any visible effect.

use std::{collections::BTreeMap, time::Duration};

use local::{Data, Options};
use serde_json::{Value, json};

use crate::{importing::crowd, support::World};

const ROWS: usize = 10_000;

/// Returns the number of rows with an outcome so far, read from the table: the page isn't available while the process
/// is down.
fn counted(world: &World) -> u64 {
    let import = world.local.items().into_iter().find(|item| item["kind"] == "import");
    let counts = import.as_ref().and_then(Value::as_object).into_iter().flatten();
    counts.filter(|(name, _)| name.starts_with("n_")).filter_map(|(_, rows)| rows.as_u64()).sum()
}

async fn world(folder: &std::path::Path) -> World {
    World::with(|options: &mut Options| options.data = Data::Dir(folder.to_owned())).await
}

/// Ten thousand rows, of which some are invalid and some are duplicates; kills happen while rows are read and
/// processed, and while emails are sent.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_ten_thousand_rows_survives_every_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = crowd(ROWS - 20);
    file.push_str(&"Twice,p7@example.com\n".repeat(10));
    file.push_str(&"Nobody,nobody\n".repeat(10));
    let first = world(folder.path()).await;
    let id = first.send_csv(file, "").await.json()["id"].as_str().unwrap().to_owned();
    let mut running = first;
    for part in 1..=6_u64 {
        // The process is killed after every 1,550 rows, whatever it is doing. The reader of the file is at most four
        // thousand rows ahead, so it crashes four times: after five crashes its message would go to the dead-letter
        // queue.
        let enough = part * 1_550;
        for _ in 0..30_000 {
            if counted(&running) >= enough {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(running);
        running = world(folder.path()).await;
        // Messages that the killed process had received return after their visibility timeout.
        running.local.clock.advance(330);
    }
    running.local.settled().await;
    for _ in 0..4 {
        running.local.clock.advance(400);
        running.local.settled().await;
    }
    let done = running.import_state(&id).await;
    let outcomes = json!({"invited": ROWS - 20, "duplicate_in_file": 10, "invalid_email": 10});
    assert_eq!((&done["state"], &done["outcomes"]), (&json!("completed_with_errors"), &outcomes), "{done}");
    let report = running.report(&id).await;
    assert_eq!((report.len(), report.keys().min(), report.keys().max()), (ROWS, Some(&2), Some(&10_001)));
    let mut partners: BTreeMap<String, usize> = BTreeMap::new();
    for item in running.local.items() {
        if item["kind"] == "partner" {
            *partners.entry(item["email"].as_str().unwrap().to_owned()).or_default() += 1;
            assert_eq!(item["mail"]["state"], "sent", "{item}");
        }
    }
    assert_eq!((partners.len(), partners.values().max()), (ROWS - 20, Some(&1)));
    let mut mailed: BTreeMap<String, usize> = BTreeMap::new();
    for mail in running.local.mails() {
        *mailed.entry(mail.to[0].clone()).or_default() += 1;
    }
    // A worker killed between SES's response and its record in the table sent a second email: at most those in
    // progress.
    let doubled = mailed.values().filter(|count| **count > 1).count();
    assert!(partners.keys().all(|email| mailed.contains_key(email)), "somebody got no mail");
    assert!(doubled <= 6 * 2 * 20, "{doubled} got a second mail");
    for queue in ["files-to-import", "rows-to-import", "imports-to-report", "mail-bulk"] {
        assert!(running.local.messages(queue).is_empty() && running.local.dead_letters(queue).is_empty(), "{queue}");
    }
}
