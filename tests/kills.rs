//! The process dies in the middle of an import, again and again, and is started anew: nobody notices.

use std::{collections::BTreeMap, time::Duration};

use local::{Data, Options};
use serde_json::{Value, json};

use crate::{importing::crowd, support::World};

const ROWS: usize = 10_000;

/// What has come of the rows so far, by the table itself: the page may not be asked while the process is dead.
fn counted(world: &World) -> u64 {
    let import = world.local.items().into_iter().find(|item| item["kind"] == "import");
    let counts = import.as_ref().and_then(Value::as_object).into_iter().flatten();
    counts.filter(|(name, _)| name.starts_with("n_")).filter_map(|(_, rows)| rows.as_u64()).sum()
}

async fn world(folder: &std::path::Path) -> World {
    World::with(|options: &mut Options| options.data = Data::Dir(folder.to_owned())).await
}

/// Ten thousand rows, of which some are wrong and some come twice; kills while rows are read and brought in, and while
/// mails go out.
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
        // A seventh of the rows later it is gone in the middle of whatever it does. Whoever reads the file is at most four
        // thousand rows ahead, so it dies four times: after five deaths its message would be a dead letter.
        let enough = part * 1_550;
        for _ in 0..30_000 {
            if counted(&running) >= enough {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(running);
        running = world(folder.path()).await;
        // What the dead had in their hands comes back when its time is over.
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
    // Who died between SES's yes and the note of it sent a second mail: at most those that were on their way.
    let doubled = mailed.values().filter(|count| **count > 1).count();
    assert!(partners.keys().all(|email| mailed.contains_key(email)), "somebody got no mail");
    assert!(doubled <= 6 * 2 * 20, "{doubled} got a second mail");
    for queue in ["files-to-import", "rows-to-import", "imports-to-report", "mail-bulk"] {
        assert!(running.local.messages(queue).is_empty() && running.local.dead_letters(queue).is_empty(), "{queue}");
    }
}
