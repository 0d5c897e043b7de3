//! Importing a file in the browser: an admin drops it, checks the dry run, and starts it.

use std::{fmt::Write, path::Path, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    chromium::{Chromium, Screen},
    world,
};
use crate::{importing::crowd, support::World};

/// Returns thirty valid rows, and one of each invalid kind.
fn creators() -> String {
    let mut file = "Email,Name,Programs\n".to_owned();
    for number in 1..=30 {
        writeln!(file, "creator{number}@example.com,Creator {number},").unwrap();
    }
    file.push_str("maria@example.com,Maria Lopez,\nsomebody,Some Body,\ncreator1@example.com,Again,\n");
    file.push_str("eve@example.com,Eve,Nowhere|Creators\n=1+1,\"<b>Bold</b>\",\n");
    file
}

/// Opens the page of imports with an admin signed in.
async fn desk(world: &World, screen: Screen) -> Chromium {
    let chromium = Chromium::open(world, screen).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium
}

/// Chooses a file, as a user does in the file dialog of their system.
async fn choose(chromium: &Chromium, file: &Path) {
    let field = chromium.find("#import-file").await;
    field.send_keys(file.to_str().unwrap()).await.unwrap();
}

fn kept(folder: &TempDir, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

async fn imports(world: &World) -> Vec<Value> {
    world.read("/imports").await["imports"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_checked_and_then_its_people_are_invited() {
    let world = world().await;
    let folder = tempfile::tempdir().unwrap();
    let chromium = desk(&world, Screen::Desktop).await;
    chromium.picture("admin-partners-none").await;
    chromium.press("Import CSV").await;
    chromium.at("/t/acme/admin/imports").await;
    chromium.sees("No imports yet.").await;
    chromium.picture("admin-imports-empty").await;
    world.joined("Maria Lopez", "maria@example.com").await;

    choose(&chromium, &kept(&folder, "creators.csv", &creators())).await;
    chromium.sees("creators.csv").await;
    chromium.click("input[name=everything]").await;
    chromium.sees("For rows without their own programs.").await;
    chromium.picture("admin-import-programs").await;
    chromium.press("Check file").await;
    chromium.sees("Select at least one program.").await;
    assert!(imports(&world).await.is_empty());
    chromium.click("input[name=everything]").await;
    chromium.picture("admin-import-chosen").await;
    chromium.press("Check file").await;
    chromium.sees("Nothing has been sent yet").await;
    chromium.sees("Download report").await;
    chromium.picture("admin-import-checked").await;
    assert!(world.mails_to("creator1@example.com").is_empty());
    let text = chromium.text().await;
    for words in ["=1+1", "somebody", "No active program named “Nowhere”.", "Duplicate of row 2."] {
        assert!(text.contains(words), "{words}: {text}");
    }

    chromium.driver.execute("document.getElementById('problems').scrollIntoView()", Vec::new()).await.unwrap();
    chromium.picture("admin-import-problems").await;
    chromium.dark().await;
    // Colours change with a transition.
    tokio::time::sleep(Duration::from_millis(400)).await;
    chromium.picture("dark-import-problems").await;
    chromium.driver.execute("scrollTo(0, 0)", Vec::new()).await.unwrap();
    chromium.picture("dark-import-checked").await;

    chromium.press("Invite 30 people").await;
    chromium.sees("each gets an email").await;
    chromium.picture("dark-import-invite").await;
    chromium.light().await;
    chromium.picture("admin-import-invite").await;
    chromium.click("#invite-import [type=submit]").await;
    chromium.sees("Import complete. Some rows").await;
    chromium.sees("Download report").await;
    chromium.sees("Earlier import").await;
    chromium.picture("admin-import-done").await;
    world.local.settled().await;
    assert_eq!(world.mails_to("creator1@example.com").len(), 1);
    chromium.press("Download report").await;
    let name = format!("import-acme-{}-report.csv", world.local.clock.now().strftime("%Y-%m-%d"));
    let report = chromium.saved(&name).await;
    assert_eq!(report.lines().count(), 36, "{report}");
    assert!(report.contains("creator30@example.com") && report.contains("'=1+1"), "{report}");

    chromium.go("/t/acme/admin/imports").await;
    chromium.sees("30 invited, 1 already partners, 4 errors").await;
    chromium.picture("admin-imports").await;
    chromium.dark().await;
    chromium.go("/t/acme/admin/imports").await;
    chromium.picture("dark-imports").await;
    chromium.light().await;
    chromium.driver.execute("scrollTo(0, document.body.scrollHeight)", Vec::new()).await.unwrap();
    chromium.picture("admin-imports-list").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_file_is_uploaded_again_after_an_interruption() {
    let world = world().await;
    let chromium = desk(&world, Screen::Desktop).await;
    chromium.go("/t/acme/admin/imports").await;
    // Dropped anywhere on the page, one file at a time.
    let drag = |what: &str, files: usize| {
        format!(
            "const held = new DataTransfer();
             for (let file = 0; file < {files}; file++) held.items.add(new File(['email\\nada@example.com'], 'dropped.csv'));
             document.querySelector('h1').dispatchEvent(
                 new DragEvent('{what}', {{ bubbles: true, cancelable: true, dataTransfer: held }}));"
        )
    };
    chromium.driver.execute(drag("dragover", 2), Vec::new()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    chromium.picture("admin-import-over").await;
    chromium.driver.execute(drag("drop", 2), Vec::new()).await.unwrap();
    chromium.sees("Choose one file at a time.").await;
    chromium.driver.execute(drag("drop", 1), Vec::new()).await.unwrap();
    chromium.sees("dropped.csv").await;
    chromium.misses("Choose one file at a time").await;

    // An upload that is interrupted is retried with everything still chosen, and is one import all the same.
    let script = "window.reached = XMLHttpRequest.prototype.open; \
                  XMLHttpRequest.prototype.open = function (method) { reached.call(this, method, 'https://closed.example/'); }";
    chromium.driver.execute(script, Vec::new()).await.unwrap();
    chromium.press("Check file").await;
    chromium.sees("The upload was interrupted. Please try again").await;
    chromium.picture("admin-import-broke-off").await;
    chromium.driver.execute("XMLHttpRequest.prototype.open = reached", Vec::new()).await.unwrap();
    chromium.press("Check file").await;
    chromium.sees("Invite 1 person").await;
    assert_eq!(imports(&world).await.len(), 1);
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_shows_its_progress_and_can_be_chosen_by_keyboard() {
    let world = world().await;
    let folder = tempfile::tempdir().unwrap();
    let chromium = desk(&world, Screen::Desktop).await;
    chromium.go("/t/acme/admin/imports").await;
    // With a column that isn't imported, so that the upload takes a while.
    let (names, note) = (crowd(1_200), format!(",{}\n", "x".repeat(8_000)));
    choose(&chromium, &kept(&folder, "crowd.csv", &names.replace('\n', &note))).await;
    chromium.tab_to("file").await;
    chromium.picture("admin-import-focus").await;
    chromium.tab_to("sendInvite").await;
    chromium.keys(" ").await;
    chromium.sees("Partners are active immediately; no email is sent.").await;
    chromium.tab_to("Check file").await;
    chromium.slow(2_000_000).await;
    chromium.keys(thirtyfour::Key::Enter).await;
    chromium.sees("Uploading the file").await;
    chromium.picture("admin-import-sending").await;
    chromium.slow(-1).await;
    chromium.sees("Nothing has been sent yet").await;
    chromium.press("Add 1,200 people").await;
    chromium.click("#invite-import [type=submit]").await;
    chromium.sees("of 1,200 rows").await;
    chromium.sees("Added, active immediately").await;
    chromium.picture("admin-import-running").await;
    chromium.go("/t/acme/admin/imports").await;
    chromium.sees("crowd.csv").await;
    chromium.driver.execute("scrollTo(0, document.body.scrollHeight)", Vec::new()).await.unwrap();
    chromium.picture("admin-imports-running").await;
    // The row updates automatically until it is done, and then stops.
    world.local.settled().await;
    chromium.sees("1,200 added").await;
    chromium.misses("Running").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_csv_is_reported_and_an_import_is_cancelled_on_a_phone() {
    let world = world().await;
    let folder = tempfile::tempdir().unwrap();
    let chromium = desk(&world, Screen::Phone).await;
    chromium.go("/t/acme/admin/imports").await;
    chromium.picture("phone-imports-empty").await;
    chromium.press("Check file").await;
    chromium.sees("Choose a file first.").await;
    choose(&chromium, &kept(&folder, "empty.csv", "")).await;
    chromium.press("Check file").await;
    chromium.sees("This file is empty.").await;
    chromium.picture("phone-import-empty-file").await;
    assert!(imports(&world).await.is_empty());
    choose(&chromium, &Path::new(env!("CARGO_MANIFEST_DIR")).join("csv/not-a-csv.png")).await;
    chromium.press("Check file").await;
    chromium.sees("Failed").await;
    chromium.sees("picture").await;
    chromium.picture("phone-import-failed").await;

    // Two people per day, and five to invite.
    let limited = json!({
        "brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example", "dailyInvites": 2},
        "admins": [],
    });
    world.local.invoke("create-brand", limited).await.unwrap();
    chromium.go("/t/acme/admin/imports").await;
    choose(&chromium, &kept(&folder, "five.csv", &format!("{}nobody,\n", crowd(5)))).await;
    chromium.press("Check file").await;
    chromium.sees("Download report").await;
    chromium.picture("phone-import-checked").await;
    chromium.press("Invite 5 people").await;
    chromium.sees("about 3 days").await;
    chromium.picture("phone-import-invite").await;
    chromium.click("#invite-import [type=submit]").await;
    chromium.sees("2 of 6 rows").await;
    chromium.picture("phone-import-running").await;
    // The remaining limit of the day is checked once more.
    world.local.clock.advance(30);
    chromium
        .sees("The brand’s daily limit is 2 invitations, and all brands share the email service’s daily quota. About 2 more days.")
        .await;
    chromium.picture("phone-import-paused").await;
    chromium.press("Cancel import").await;
    chromium.sees("People already invited stay invited").await;
    chromium.picture("phone-import-cancel").await;
    chromium.click("#cancel-import [type=submit]").await;
    chromium.sees("2 people had already been invited or added; that stays.").await;
    // A worker that claimed it a moment ago releases it, or its lease expires; then it is checked once more.
    for _ in 0..5 {
        world.local.clock.advance(150);
        world.local.settled().await;
    }
    chromium.sees("Invite the rest").await;
    chromium.picture("phone-import-cancelled").await;
    chromium.press("Invite the rest").await;
    chromium.picture("phone-import-retry").await;
    chromium.click("#retry-import [type=submit]").await;
    chromium.sees("0 of 3 rows").await;
    chromium.sees("Paused").await;
    assert_eq!(imports(&world).await.len(), 4);
    chromium.go("/t/acme/admin/imports").await;
    chromium.sees("five.csv").await;
    chromium.driver.execute("scrollTo(0, document.body.scrollHeight)", Vec::new()).await.unwrap();
    chromium.picture("phone-imports").await;
    chromium.go("/t/acme/admin/partners").await;
    chromium.picture("phone-partners-import").await;
    chromium.close().await;
}
