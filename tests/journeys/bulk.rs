//! M12 and B5: imports of many people as a background job.

use serde_json::{Value, json};

use crate::{
    importing::{codes, crowd, sample},
    support::{Browser, World},
};

#[tokio::test(flavor = "multi_thread")]
async fn m12_a_csv_invites_every_row() {
    let world = World::new().await;
    let id = world.import(sample("plain.csv"), "fileName=plain.csv").await;
    let done = world.import_state(&id).await;
    assert_eq!((&done["state"], &done["fileName"]), (&json!("completed"), &json!("plain.csv")), "{done}");
    assert_eq!((&done["rows"], &done["rowsDone"]), (&json!(2), &json!(2)));
    assert_eq!(done["outcomes"], json!({"invited": 2}));
    assert_eq!(codes(&world.report(&id).await), [(2, "invited"), (3, "invited")]);

    // It is an invitation like any other: its email activates them, with the programs that were open when the job
    // began.
    let browser = Browser::default();
    let answer = browser.press(&world, &world.link_to("ada@example.com")).await;
    assert_eq!(answer.location(), "/t/acme");
    let page = browser.get(&world, "/t/acme").await.body;
    assert!(page.contains("Ada Lovelace") && page.contains("Spring launch") && page.contains("Creators"), "{page}");
    let partner = world.read("/partners?email=ada@example.com").await["partners"][0].clone();
    assert!(partner["grants"].as_array().unwrap().iter().all(|grant| grant["source"] == "import"), "{partner}");
}

#[tokio::test(flavor = "multi_thread")]
async fn m12_files_are_imported_in_three_ways() {
    let world = World::new().await;
    let sent = world.import("email\nsent@example.com\n", "").await;
    let uploaded = world.upload("email\nuploaded@example.com\n", json!({})).await;
    world.put_object("imports/acme/by hand/list 1.csv", "email\nput@example.com\n", &[]).await;
    let listed = world.read("/imports").await["imports"].as_array().cloned().unwrap();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[0]["startedBy"]["kind"], "operator");
    assert_eq!(listed[0]["fileName"], "list 1.csv");
    assert!(listed.iter().all(|import| import["state"] == "completed"), "{listed:?}");
    assert!([&sent, &uploaded].iter().all(|id| listed.iter().any(|import| import["id"] == id.as_str())));
    for who in ["sent", "uploaded", "put"] {
        assert_eq!(world.mails_to(&format!("{who}@example.com")).len(), 1, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b05_a_dry_run_shows_every_outcome_and_changes_nothing() {
    let world = World::new().await;
    world.joined("Here", "here@example.com").await;
    let gone = world.joined("Gone", "gone@example.com").await;
    world.post(&format!("/partners/{gone}/revoke"), json!({"notify": false})).await;
    world.local.settled().await;
    let file = "email,name,programs\nnew@example.com,New,\nNEW@example.com,Twice,\nhere@example.com,Here,\n\
                gone@example.com,Gone,\nnobody,Nobody,\nx@example.com,http://evil.example,\ny@example.com,Y,Autumn\n";
    let people = |world: &World| {
        let kinds = ["partner", "email", "token", "event"];
        let items = world.local.items().into_iter().filter(|item| {
            let of_import = item["type"].as_str().is_some_and(|kind| kind.starts_with("import."));
            kinds.contains(&item["kind"].as_str().unwrap_or_default()) && !of_import
        });
        items.collect::<Vec<Value>>()
    };
    let (before, mails) = (people(&world), world.local.mails().len());
    let dry = world.import(file, "dryRun=true").await;
    assert_eq!((people(&world), world.local.mails().len()), (before, mails), "a dry run changed something");
    let told = world.import_state(&dry).await;
    assert_eq!((&told["state"], &told["dryRun"]), (&json!("completed_with_errors"), &json!(true)));

    let dry_report = world.report(&dry).await;
    let expected = [
        (2, "invited"),
        (3, "duplicate_in_file"),
        (4, "already_active"),
        (5, "revoked_partner"),
        (6, "invalid_email"),
        (7, "invalid_name"),
        (8, "unknown_program"),
    ];
    assert_eq!(codes(&dry_report), expected);
    // The real run has the same outcomes, and reads the same file without another upload.
    let real = world.post("/imports", json!({"sameFileAs": dry})).await;
    assert_eq!(real.status, 202, "{}", real.body);
    world.local.settled().await;
    let real = real.json()["id"].as_str().unwrap().to_owned();
    let report = world.report(&real).await;
    assert_eq!(codes(&report), codes(&dry_report));
    assert_eq!((dry_report[&2].1.as_str(), report[&2].1.as_str()), ("Would be invited.", "Invited."));
    assert_eq!(world.import_state(&real).await["repeats"], dry.as_str());
    assert_eq!(world.mails_to("new@example.com").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn b05_rows_name_their_programs() {
    let world = World::new().await;
    let (spring, creators) = (world.program_id("Spring launch").await, world.program_id("Creators").await);
    let file = format!(
        "email;programs\nby-name@example.com;spring LAUNCH | Creators\nby-id@example.com;{spring}\nnone@example.com;\n"
    );
    world.import(file, &format!("programIds={creators}")).await;
    let granted = async |who: &str| {
        let partner = world.read(&format!("/partners?email={who}@example.com")).await["partners"][0].clone();
        let ids =
            partner["grants"].as_array().unwrap().iter().map(|grant| grant["programId"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let mut both = vec![spring.clone(), creators.clone()];
    both.sort();
    assert_eq!(granted("by-name").await, both);
    assert_eq!(granted("by-id").await, [spring.as_str()]);
    assert_eq!(granted("none").await, [creators.as_str()], "who names none gets what the import says");

    // An existing partner gets the programs that the row names, keeps their own, and gets no email.
    let id = world.import("email,programs\nnone@example.com,Spring launch\nby-id@example.com,\n", "").await;
    assert_eq!(codes(&world.report(&id).await), [(2, "scope_added"), (3, "already_invited")]);
    assert_eq!(granted("none").await, both);
    assert_eq!(granted("by-id").await, [spring.as_str()], "all that are open is what nobody named");
    assert_eq!(world.mails_to("none@example.com").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn b05_the_report_can_be_uploaded_again_and_failed_rows_retried() {
    let world = World::new().await;
    let file = "name,email,note\n=1+1,f@example.com,\"a\nb\"\nMaria,maria@,x\nNoah,noah@example.com\n";
    let first = world.import(file, "").await;
    assert_eq!(codes(&world.report(&first).await), [(2, "invited"), (3, "invalid_email"), (4, "invited")]);
    let report = world.report_file(&first).await;
    assert!(
        report.starts_with("\u{feff}name,email,note,import_row,import_outcome,import_message\r\n'=1+1,"),
        "{report}"
    );
    // The email address in the report is corrected, and the file uploaded as it is.
    let corrected = report.replace("maria@,", "maria@example.com,");
    let second = world.upload(corrected, json!({})).await;
    let expected = [(2, "already_invited"), (3, "invited"), (4, "already_invited")];
    assert_eq!(codes(&world.report(&second).await), expected);
    let rows = world.report_rows(&second).await;
    assert_eq!(rows[0], ["name", "email", "note", "import_row", "import_outcome", "import_message"]);
    assert_eq!(rows[1][..3], ["'=1+1", "f@example.com", "a\nb"], "the cells are what they were");
    assert_eq!(world.read("/partners?email=f@example.com").await["partners"][0]["name"], "=1+1");

    // Neither an invalid email address nor an existing partner is a reason to retry.
    assert_eq!(world.with_import(&first, "retry").await.refusal(), (409, "nothing_to_retry".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn b05_cancelling_stops_what_is_not_yet_invited_and_the_rest_can_be_retried() {
    let world = World::with(|options| options.concurrency_max = Some(1)).await;
    world.local.hold("import-rows");
    let id = world.import(crowd(350), "").await;
    let state = world.import_state(&id).await;
    assert_eq!((&state["state"], &state["rows"], &state["rowsDone"]), (&json!("running"), &json!(350), &json!(0)));
    // One chunk is processed before the import is cancelled.
    let message = world.local.messages("rows-to-import").remove(0);
    let record = json!({"messageId": "m", "receiptHandle": "r", "body": message, "attributes": {}});
    world.local.invoke("import-rows", json!({"Records": [record]})).await.unwrap();
    let cancelled = world.with_import(&id, "cancel").await;
    assert_eq!((cancelled.status.as_u16(), &cancelled.json()["state"]), (200, &json!("cancelled")));
    assert_eq!(world.with_import(&id, "cancel").await.refusal(), (409, "import_over".to_owned()));
    world.local.release("import-rows");
    world.local.settled().await;
    let over = world.import_state(&id).await;
    assert_eq!(over["outcomes"], json!({"invited": 100, "cancelled": 250}), "{over}");
    assert!(!over["endedAt"].is_null() && over["retryable"] == 250);
    assert_eq!(world.local.mails().len(), 100 + welcome_mails());

    let retried = world.with_import(&id, "retry").await;
    assert_eq!(retried.status, 202, "{}", retried.body);
    world.local.settled().await;
    let retried = retried.json()["id"].as_str().unwrap().to_owned();
    let done = world.import_state(&retried).await;
    assert_eq!((&done["state"], &done["outcomes"]), (&json!("completed"), &json!({"invited": 250})), "{done}");
    let report = world.report(&retried).await;
    assert_eq!((*report.first_key_value().unwrap().0, *report.last_key_value().unwrap().0), (102, 351), "numbers stay");
    assert_eq!(world.local.mails().len(), 350 + welcome_mails());
}

/// The number of emails sent while a world is seeded.
fn welcome_mails() -> usize {
    1
}

#[tokio::test(flavor = "multi_thread")]
async fn b05_over_the_daily_limit_a_job_pauses_and_continues_the_next_day() {
    let world = World::new().await;
    let brand =
        json!({"brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example", "dailyInvites": 120}});
    world.local.invoke("create-brand", brand).await.unwrap();
    world.joined("P7", "p7@example.com").await;
    let id = world.import(crowd(301), "").await;
    // An existing partner doesn't use up the limit; a chunk that doesn't fit into the day's limit waits for the next
    // day.
    world.local.clock.advance(20);
    world.local.settled().await;
    let paused = world.import_state(&id).await;
    assert_eq!((&paused["state"], &paused["rowsDone"]), (&json!("paused"), &json!(120)), "{paused}");
    assert_eq!(paused["outcomes"], json!({"already_active": 1, "invited": 119}));
    assert_eq!((&paused["resumesAt"], &paused["daysLeft"]), (&json!("2026-01-02T00:00:00Z"), &json!(2)));
    // The day has 86,400 seconds, and the job survives the wait.
    let mut states = Vec::new();
    for _ in 0..4 {
        world.local.clock.advance(12 * 3_600);
        world.local.settled().await;
        for _ in 0..3 {
            world.local.clock.advance(900);
            world.local.settled().await;
        }
        let state = world.import_state(&id).await;
        states.push((state["state"].as_str().unwrap().to_owned(), state["rowsDone"].as_u64().unwrap()));
    }
    let expected = [("paused", 120), ("paused", 240), ("completed", 301), ("completed", 301)];
    assert_eq!(states.iter().map(|(state, rows)| (state.as_str(), *rows)).collect::<Vec<_>>(), expected);
    let done = world.import_state(&id).await;
    assert_eq!(done["outcomes"], json!({"already_active": 1, "invited": 300}));
    assert_eq!(done["resumesAt"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn b05_a_retried_call_is_one_import() {
    let world = World::new().await;
    let headers = [("idempotency-key", "spring")];
    let first = world.send_csv_with("email\na@example.com\n", "", &headers).await;
    let again = world.send_csv_with("email\na@example.com\n", "", &headers).await;
    assert_eq!((first.status, again.status, first.body == again.body), (again.status, first.status, true));
    let other = world.send_csv_with("email\na@example.com\n", "dryRun=true", &headers).await;
    assert_eq!(other.refusal(), (422, "idempotency_key_reused".to_owned()), "other options are another request");
    world.local.settled().await;
    let listed = world.read("/imports").await;
    assert_eq!(listed["imports"].as_array().unwrap().len(), 1);
    assert_eq!(world.mails_to("a@example.com").len(), 1);
}
