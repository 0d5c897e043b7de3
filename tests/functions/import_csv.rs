//! `import-csv`: the files that it reads, and its errors for those that it can't read.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use local::Fault;
use serde_json::{Value, json};

use crate::{
    importing::{codes, crowd, sample},
    support::World,
};

/// Every file of the corpus, with the outcome of each of its rows.
const CORPUS: [(&str, &[(u64, &str)]); 14] = [
    ("plain.csv", &[(2, "invited"), (3, "invited")]),
    (
        "excel-german.csv",
        &[
            (2, "unknown_program"),
            (3, "invited"),
            (4, "invited"),
            (5, "invalid_email"),
            (6, "invalid_email"),
            (7, "invalid_email"),
        ],
    ),
    ("excel-unicode-text.txt", &[(2, "invited"), (3, "invited")]),
    ("utf8-bom.csv", &[(2, "invited")]),
    ("one-column.txt", &[(1, "invited"), (2, "invited"), (4, "duplicate_in_file"), (5, "invalid_email")]),
    ("quoted-newlines.csv", &[(2, "invited"), (3, "invalid_name")]),
    ("google-contacts.csv", &[(2, "invited"), (3, "invited")]),
    ("mailchimp.csv", &[(2, "invited")]),
    ("formulas.csv", &[(2, "invalid_email"), (3, "invited"), (4, "invited"), (5, "invited")]),
    ("ragged.csv", &[(2, "unknown_program"), (3, "invited"), (4, "unknown_program"), (7, "invited")]),
    ("excel-mac-cr.csv", &[(2, "invited"), (3, "invited")]),
    ("sep-line.csv", &[(3, "invited"), (4, "invited")]),
    ("mixed-encodings.csv", &[(2, "invited"), (3, "invited"), (4, "invited")]),
    ("open-quote.csv", &[(2, "invited"), (3, "invalid_email"), (4, "invited")]),
];

#[tokio::test(flavor = "multi_thread")]
async fn any_usual_csv_is_read() {
    for (name, expected) in CORPUS {
        let world = World::new().await;
        let id = world.upload(sample(name), json!({"fileName": name})).await;
        assert_eq!(codes(&world.report(&id).await), expected, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_decoded_correctly() {
    let world = World::new().await;
    for name in
        ["excel-german.csv", "excel-unicode-text.txt", "google-contacts.csv", "one-column.txt", "mixed-encodings.csv"]
    {
        world.upload(sample(name), json!({})).await;
    }
    for (email, name) in [
        ("soren@example.dk", "Søren Ångström"),
        ("info@xn--mnchen-3ya.example", "Büro München"),
        ("mai@example.jp", "麻衣"),
        ("alan@example.org", "Alan Mathison Turing"),
        ("grace@example.com", "grace"),
        ("utf8@example.com", "Zoë"),
        ("windows@example.com", "Jürgen"),
    ] {
        let found = world.read(&format!("/partners?email={email}")).await;
        assert_eq!(found["partners"][0]["name"], name, "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_csv_is_reported_in_one_sentence_and_invites_no_one() {
    let world = World::new().await;
    let long = format!("email\n{}", "x".repeat(1_200_000));
    for (file, code, words) in [
        (sample("not-a-csv.png"), "not_a_csv", "picture"),
        (b"PK\x03\x04......[Content_Types].xml......xl/workbook.xml".to_vec(), "not_a_csv", "Excel"),
        (b" \r\n\n".to_vec(), "empty_file", ""),
        (b"email,name\n".to_vec(), "empty_file", "no rows"),
        (b"Vorname;Nachname\nAda;Lovelace\n".to_vec(), "no_email_column", "Vorname, Nachname"),
        (long.into_bytes(), "row_too_long", "Row 2"),
        (format!("email{}\na@b.example\n", ",x".repeat(500)).into_bytes(), "too_many_columns", "501 columns"),
    ] {
        let id = world.upload(file, json!({})).await;
        let failed = world.import_state(&id).await;
        assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!(code)), "{failed}");
        let message = failed["error"]["message"].as_str().unwrap();
        assert!(message.contains(words) && message.ends_with('.'), "{message}");
        assert_eq!(world.with_import(&id, "cancel").await.refusal(), (409, "import_over".to_owned()));
    }
    assert_eq!(world.local.mails().len(), 1, "only the admin's");
    let types: Vec<_> = world.local.items().into_iter().filter(|item| item["type"] == "import.failed").collect();
    assert_eq!(types.len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_row_limit_no_one_is_invited() {
    let world = World::new().await;
    let file = format!("email\n{}", "a@b.example\n".repeat(1_000_001));
    let id = world.upload(file, json!({})).await;
    let failed = world.import_state(&id).await;
    assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!("too_many_rows")), "{failed}");
    assert_eq!((world.local.mails().len(), &failed["rowsDone"]), (1, &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_object_carries_its_options() {
    let world = World::new().await;
    let creators = world.program_id("Creators").await;
    let said = [("dry-run", "true"), ("program-ids", creators.as_str()), ("mtime", "1767261600")];
    world.put_object("imports/acme/a.csv", "email\na@example.com\n", &said).await;
    world.put_object("imports/acme/b.csv", "email\nb@example.com\n", &[("send_invite", "no")]).await;
    // A misspelt option must not send emails.
    world.put_object("imports/acme/c.csv", "email\nc@example.com\n", &[("DryRun", "maybe")]).await;
    world.put_object("imports/acme/d.csv", "email\nd@example.com\n", &[("programids", "Creators")]).await;
    world.put_object("imports/acme/folder/", "", &[]).await;
    let listed = world.read("/imports").await["imports"].as_array().cloned().unwrap();
    let by_name = |name: &str| listed.iter().find(|import| import["fileName"] == name).unwrap().clone();
    assert_eq!(listed.len(), 4);
    let a = by_name("a.csv");
    let told = (&a["dryRun"], &a["programIds"], &a["outcomes"]);
    assert_eq!(told, (&json!(true), &json!([creators]), &json!({"invited": 1})));
    assert_eq!(by_name("b.csv")["outcomes"], json!({"added": 1}));
    for name in ["c.csv", "d.csv"] {
        let failed = by_name(name);
        assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!("invalid_options")));
    }
    assert_eq!(world.local.mails().len(), 1, "only the admin's");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_for_an_unknown_brand_has_no_effect() {
    let world = World::new().await;
    let before = world.local.items();
    for key in ["imports/nobody/a.csv", "imports/ACME/a.csv", "imports/x.csv", "imports//a.csv", "other/acme/a.csv"] {
        world.put_object(key, "email\na@example.com\n", &[]).await;
    }
    assert_eq!(world.local.items(), before);
    assert!(
        world.local.messages("files-to-import").is_empty() && world.local.dead_letters("files-to-import").is_empty()
    );
}

/// Returns the events of objects that are in the queue.
async fn events_of(world: &World, key: &str, file: &str) -> Vec<String> {
    world.local.hold("import-csv");
    world.put_object(key, file.to_owned(), &[]).await;
    world.local.messages("files-to-import")
}

async fn hand_over(world: &World, message: &str) -> Value {
    let receipt = format!("r{}", message.len());
    let record = json!({"messageId": "m", "receiptHandle": receipt, "body": message, "attributes": {}});
    world.local.invoke("import-csv", json!({"Records": [record]})).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_twice_is_one_import_and_another_upload_is_another() {
    let world = World::new().await;
    let [event] = events_of(&world, "imports/acme/a.csv", &crowd(5)).await.try_into().unwrap();
    let twice = futures::future::join_all([hand_over(&world, &event), hand_over(&world, &event)]).await;
    assert!(twice.iter().all(|answer| *answer == json!({"batchItemFailures": []})), "{twice:?}");
    world.local.release("import-csv");
    world.local.settled().await;
    hand_over(&world, &event).await;
    world.local.clock.advance(120);
    world.local.settled().await;
    let listed = world.read("/imports").await["imports"].as_array().cloned().unwrap();
    assert_eq!((listed.len(), &listed[0]["outcomes"]), (1, &json!({"invited": 5})));
    world.put_object("imports/acme/a.csv", crowd(5), &[]).await;
    let listed = world.read("/imports").await["imports"].as_array().cloned().unwrap();
    assert_eq!((listed.len(), &listed[0]["outcomes"]), (2, &json!({"already_invited": 5})));
    assert_eq!(world.local.mails().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn content_that_differs_from_the_announced_is_not_read() {
    let world = World::new().await;
    let first = events_of(&world, "imports/acme/a.csv", "email\nfirst@example.com\n").await.remove(0);
    world.put_object("imports/acme/a.csv", "email\nsecond@example.com\n", &[]).await;
    hand_over(&world, &first).await;
    let failed = world.read("/imports").await["imports"][0].clone();
    assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!("file_replaced")));
    world.local.release("import-csv");
    world.local.settled().await;
    assert_eq!(world.mails_to("first@example.com").len(), 0);
    assert_eq!(world.mails_to("second@example.com").len(), 1, "the second upload was announced too");
}

#[tokio::test(flavor = "multi_thread")]
async fn before_it_times_out_it_continues_in_another_invocation() {
    let world = Arc::new(World::new().await);
    let clock = world.local.clock.clone();
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    world.local.wire.on_call(move |call| {
        if call.function == "import-csv" && call.request.to_string().contains("rows-to-import") {
            count.fetch_add(1, Ordering::SeqCst);
            clock.advance(81);
        }
        Fault::Pass
    });
    world.local.hold("import-rows");
    let id = world.import(crowd(2_100), "").await;
    assert_eq!(sent.load(Ordering::SeqCst), 3, "nothing went out twice");
    world.local.release("import-rows");
    world.local.wire.repair();
    world.local.settled().await;
    let done = world.import_state(&id).await;
    assert_eq!((&done["state"], &done["outcomes"]), (&json!("completed"), &json!({"invited": 2_100})), "{done}");
}

/// An import that stands still can be cancelled. Rows that were dispatched, recorded or not, are counted once all the
/// same.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_cancelled_after_its_reader_crashed_accounts_for_every_row() {
    for (number, works_meanwhile) in (3..12).flat_map(|number| [(number, false), (number, true)]) {
        let world = World::new().await;
        let count = Arc::new(AtomicUsize::new(0));
        world.local.wire.on_call(move |call| {
            if call.function != "import-csv" {
                return Fault::Pass;
            }
            match count.fetch_add(1, Ordering::SeqCst) {
                before if before < number => Fault::Pass,
                here if here == number => Fault::FailAfter,
                _later => Fault::error(400, "ValidationException"),
            }
        });
        if !works_meanwhile {
            world.local.hold("import-rows");
        }
        let id = world.import(crowd(1_250), "dryRun=true").await;
        world.local.wire.repair();
        world.with_import(&id, "cancel").await;
        world.local.release("import-rows");
        for _ in 0..3 {
            world.local.clock.advance(330);
            world.local.settled().await;
        }
        let over = world.import_state(&id).await;
        let place = format!("at call {number}, {works_meanwhile}: {over}");
        assert!(over["state"] == "cancelled" || over["state"] == "completed", "{place}");
        assert_eq!(over["rowsDone"], 1_250, "{place}");
        let report = world.report(&id).await;
        let told = |code: &str| report.values().filter(|(outcome, _)| outcome == code).count();
        let counted = |code: &str| usize::try_from(over["outcomes"][code].as_u64().unwrap_or(0)).unwrap();
        for code in ["invited", "cancelled"] {
            assert_eq!(told(code), counted(code), "{code} {place}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_fails_midway_accounts_for_every_row_and_can_be_retried() {
    for unnoted in [false, true] {
        let world = World::new().await;
        let (count, calls) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        world.local.wire.on_call(move |call| {
            if call.function != "import-csv" {
                return Fault::Pass;
            }
            let rows = call.request.to_string().contains("rows-to-import");
            if rows && count.fetch_add(1, Ordering::SeqCst) >= usize::from(!unnoted) {
                // The dispatch of rows isn't recorded, and from then on nothing is read.
                calls.fetch_add(1, Ordering::SeqCst);
                return Fault::FailAfter;
            }
            let read = call.operation == "GetObject" && calls.load(Ordering::SeqCst) > 0;
            if read { Fault::error(403, "AccessDenied") } else { Fault::Pass }
        });
        let id = world.import(crowd(2_300), "").await;
        for _ in 0..7 {
            world.local.clock.advance(360);
            world.local.settled().await;
        }
        world.local.wire.repair();
        world.local.clock.advance(360);
        world.local.settled().await;
        let failed = world.import_state(&id).await;
        assert_eq!((&failed["state"], &failed["rowsDone"]), (&json!("failed"), &json!(2_300)), "{failed}");
        let invited = failed["outcomes"]["invited"].as_u64().unwrap();
        assert_eq!(failed["outcomes"]["failed"], 2_300 - invited, "{failed}");
        let report = world.report(&id).await;
        let told = report.values().filter(|(outcome, _)| outcome == "invited").count();
        assert_eq!((report.len(), u64::try_from(told).unwrap()), (2_300, invited));
        let retried = world.with_import(&id, "retry").await.json()["id"].as_str().unwrap().to_owned();
        world.local.settled().await;
        assert_eq!(world.import_state(&retried).await["outcomes"], json!({"invited": 2_300 - invited}));
        assert_eq!(world.local.mails().len(), 2_301);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_would_outlast_the_retention_of_its_file_is_rejected() {
    let world = World::new().await;
    let brand =
        json!({"brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example", "dailyInvites": 4}});
    world.local.invoke("create-brand", brand).await.unwrap();
    let id = world.import(crowd(101), "").await;
    let failed = world.import_state(&id).await;
    assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!("too_many_days")));
    let dry = world.import(crowd(101), "dryRun=true").await;
    assert_eq!(world.import_state(&dry).await["outcomes"], json!({"invited": 101}));
}

/// It crashes at its n-th call, before or after that took effect, for every possible n, and another worker takes over.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_it_crashes_every_row_is_accounted_for_once() {
    let mut died = std::collections::BTreeSet::new();
    for (number, after) in (0..18).flat_map(|number| [(number, false), (number, true)]) {
        let world = World::new().await;
        let (count, place) = (Arc::new(AtomicUsize::new(0)), Arc::new(std::sync::Mutex::new(None)));
        let (calls, died_at) = (Arc::clone(&count), Arc::clone(&place));
        world.local.wire.on_call(move |call| {
            if call.function != "import-csv" {
                return Fault::Pass;
            }
            match calls.fetch_add(1, Ordering::SeqCst) {
                before if before < number => Fault::Pass,
                here if here == number => {
                    *died_at.lock().unwrap() = Some(call.operation.clone());
                    if after { Fault::FailAfter } else { Fault::error(400, "ValidationException") }
                }
                // All calls of a crashed process fail.
                _later => Fault::error(400, "ValidationException"),
            }
        });
        let id = world.import(crowd(120), "").await;
        world.local.wire.repair();
        died.extend(place.lock().unwrap().clone());
        for _ in 0..3 {
            world.local.clock.advance(330);
            world.local.settled().await;
        }
        let done = world.import_state(&id).await;
        let expected = (&json!("completed"), &json!({"invited": 120}));
        assert_eq!((&done["state"], &done["outcomes"]), expected, "at call {number}, after: {after}");
        assert_eq!(world.local.mails().len(), 121, "at call {number}, after: {after}");
        assert_eq!(world.report(&id).await.len(), 120);
        assert!(world.local.messages("files-to-import").is_empty());
    }
    let all = ["BatchGetItem", "GetObject", "Query", "SendMessageBatch", "TransactWriteItems", "UpdateItem"];
    assert_eq!(died, all.map(str::to_owned).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_can_never_be_read_fails_in_the_end() {
    let world = World::new().await;
    world
        .local
        .wire
        .on_call(|call| if call.operation == "GetObject" { Fault::error(403, "AccessDenied") } else { Fault::Pass });
    let id = world.import(crowd(3), "").await;
    for _ in 0..6 {
        assert_ne!(world.import_state(&id).await["state"], "failed");
        world.local.clock.advance(330);
        world.local.settled().await;
        if world.import_state(&id).await["state"] == "failed" {
            break;
        }
    }
    let failed = world.import_state(&id).await;
    assert_eq!((&failed["state"], &failed["error"]["code"]), (&json!("failed"), &json!("unreadable")), "{failed}");
    assert!(world.local.dead_letters("files-to-import").is_empty(), "it was worked off");
}
