//! The pages in a real Chromium. A screenshot of each is saved in `target/screenshots`, for review.

mod chromium;
mod ends;
mod erasure;
mod face;
mod imports;
mod life;
mod many;
mod network;
mod overview;
mod team;
mod throttled;
mod webhooks;

use std::time::Duration;

use http::Method;
use local::ClockStart;
use serde_json::{Value, json};
use thirtyfour::{Key, prelude::*};

use self::chromium::{Chromium, Screen};
use crate::support::{World, code_in, link_in};

/// Creates a world with a port that a browser can reach.
async fn world() -> World {
    World::with(|options| {
        options.listen = true;
        options.port = 0;
        options.clock = ClockStart::Real;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_invites_and_sees_the_email_being_sent() {
    let world = world().await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.admin_link().await).await;
    chromium.picture("admin-confirm").await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium.picture("admin-partners-empty").await;

    chromium.press("Invite partner").await;
    chromium.find("#invite-name").await.send_keys("Maria Lopez").await.unwrap();
    chromium.find("#invite-email").await.send_keys("maria@example.com").await.unwrap();
    chromium.picture("admin-invite").await;
    // Nothing is selected: the form shows an error and sends nothing.
    chromium.find("input[name=everything]").await.click().await.unwrap();
    chromium.press("Send invitation").await;
    chromium.sees("Select at least one program.").await;
    chromium.picture("admin-invite-none-picked").await;
    assert!(!world.local.items().iter().any(|item| item["kind"] == "partner"));

    world.local.pause_sources();
    let creators = world.program_id("Creators").await;
    chromium.find(&format!("input[value='{creators}']")).await.click().await.unwrap();
    chromium.press("Send invitation").await;
    chromium.sees("maria@example.com").await;
    chromium.sees("Queued").await;
    chromium.picture("admin-partners-queued").await;
    world.local.resume_sources();
    chromium.sees("Sent").await;
    chromium.picture("admin-partners-sent").await;
    let partner = world.local.items().into_iter().find(|item| item["kind"] == "partner").unwrap();
    assert_eq!(partner["grants"].as_object().unwrap().keys().collect::<Vec<_>>(), [&creators]);

    // The same email address again: the form says which partner has it.
    chromium.press("Invite partner").await;
    for (field, value) in [("#invite-name", "Somebody"), ("#invite-email", "MARIA@example.com")] {
        let field = chromium.find(field).await;
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }
    chromium.press("Send invitation").await;
    chromium.sees("A partner with this email address already exists.").await;
    chromium.picture("admin-invite-taken").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_invited_person_signs_in_with_one_click_or_two() {
    let world = world().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    let link = world.link_to("maria@example.com");
    chromium.go(&link).await;
    chromium.sees("m•••@example.com").await;
    chromium.picture("partner-confirm").await;
    // A scanner that renders the page and runs its script, repeatedly, changes nothing.
    let before = world.local.items();
    for _ in 0..3 {
        chromium.go(&link).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(world.local.items(), before);
    let button = chromium.button("Sign in to Acme").await;
    chromium.driver.action_chain().double_click_element(&button).perform().await.unwrap();
    chromium.at("/t/acme").await;
    chromium.sees("Maria").await;
    chromium.sees("Spring launch").await;
    chromium.picture("partner-dashboard").await;
    assert_eq!(world.local.items().iter().filter(|item| item["kind"] == "session").count(), 1);

    world.invite("Noah", "noah@example.com").await;
    chromium.go(&world.link_to("noah@example.com")).await;
    chromium.sees("Stay signed in as").await;
    chromium.picture("partner-somebody-else").await;
    chromium.press("Stay signed in as Maria Lopez").await;
    chromium.at("/t/acme").await;
    chromium.press("Sign out").await;
    chromium.sees("You’ve been signed out.").await;
    chromium.picture("partner-signed-out").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_link_leads_to_a_new_one_and_a_code() {
    let world = world().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    world.local.clock.advance(15 * 60);
    chromium.go(&world.link_to("maria@example.com")).await;
    chromium.sees("This link has expired").await;
    chromium.picture("partner-dead-link").await;
    chromium.press("Send me a new link").await;
    chromium.at("/t/acme/login/code").await;
    chromium.picture("partner-check-mail").await;
    world.local.settled().await;
    let mail = world.last_mail_to("maria@example.com");
    let field = chromium.find("#code").await;
    field.send_keys("2222-2222").await.unwrap();
    chromium.press("Sign in").await;
    chromium.sees("4 attempts left").await;
    chromium.picture("partner-wrong-code").await;
    let field = chromium.find("#code").await;
    field.clear().await.unwrap();
    field.send_keys(code_in(&mail.text).to_lowercase()).await.unwrap();
    chromium.press("Sign in").await;
    chromium.at("/t/acme").await;
    // The link in the same email stopped working with it; if the reader is signed in, it redirects to the same page as
    // before.
    chromium.go(&link_in(&mail.text)).await;
    chromium.at("/t/acme").await;
    chromium.go("/t/acme/login?token=made-up").await;
    chromium.sees("This link has expired").await;
    chromium.picture("partner-made-up-link").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_done_by_keyboard() {
    let world = world().await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go("/t/acme/admin/login").await;
    chromium.tab_to("email").await;
    chromium.keys("ada@acme.example").await;
    chromium.keys(Key::Enter).await;
    chromium.at("/t/acme/admin/login/code").await;
    world.local.settled().await;
    let code = code_in(&world.last_mail_to("ada@acme.example").text);
    chromium.tab_to("code").await;
    chromium.keys(code.as_str()).await;
    chromium.keys(Key::Enter).await;
    chromium.at("/t/acme/admin/partners").await;

    chromium.tab_to("Invite partner").await;
    chromium.picture("admin-keyboard-focus").await;
    chromium.keys(Key::Enter).await;
    chromium.keys("Maria Lopez").await;
    chromium.tab_to("email").await;
    chromium.keys("maria@example.com").await;
    chromium.keys(Key::Enter).await;
    chromium.sees("maria@example.com").await;
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
    // Escape closes a dialog.
    chromium.tab_to("Invite partner").await;
    chromium.keys(Key::Enter).await;
    chromium.keys(Key::Escape).await;
    assert!(!chromium.find("#invite").await.is_displayed().await.unwrap());
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_created_changed_and_archived() {
    let world = world().await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium.go("/t/acme/admin/programs").await;
    chromium.sees("Spring launch").await;
    chromium.picture("admin-programs").await;
    chromium.press("New program").await;
    for (field, value) in
        [("name", "Summer"), ("destination", "https://shop.acme.example/summer"), ("commission.value", "12.5")]
    {
        let css = format!("dialog[open] [name='{field}'], dialog[open] [name='commission.basisPoints']");
        let field = if field.starts_with("commission") {
            chromium.find(&css).await
        } else {
            chromium.find(&format!("dialog[open] [name='{field}']")).await
        };
        field.send_keys(value).await.unwrap();
    }
    chromium.picture("admin-program-new").await;
    chromium.press("Create program").await;
    chromium.sees("12.5% per sale").await;
    let id = world.program_id("Summer").await;
    let row = chromium.find(&format!("[id='{id}']")).await;
    let archive = row.find_all(By::Css("button")).await.unwrap();
    for button in archive {
        if button.text().await.unwrap().starts_with("Archive") {
            button.click().await.unwrap();
        }
    }
    chromium.sees("Existing links keep working and earning").await;
    chromium.picture("admin-program-archive").await;
    chromium.find("dialog[open] button[type=submit]").await.click().await.unwrap();
    chromium.sees("Restore").await;
    chromium.picture("admin-programs-archived").await;
    let programs = world.programs().await;
    assert!(programs.iter().any(|program| program["id"] == json!(id) && program["archived"] == json!(true)));
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_a_phone() {
    let world = world().await;
    for (name, email) in [
        ("Maria Lopez", "maria@example.com"),
        ("Somebody With A Rather Long Name Indeed", "somebody.with.a.rather.long.address@subdomain.example.com"),
    ] {
        world.invite(name, email).await;
    }
    let chromium = Chromium::open(&world, Screen::Phone).await;
    for (path, name) in [
        ("/t/acme/login", "phone-login"),
        ("/t/acme/login?token=x", "phone-dead-link"),
        ("/t/nobody", "phone-not-found"),
        ("/api/docs", "phone-api"),
    ] {
        chromium.go(path).await;
        chromium.picture(name).await;
    }
    chromium.go(&world.link_to("maria@example.com")).await;
    chromium.picture("phone-confirm").await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme").await;
    chromium.picture("phone-dashboard").await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium.picture("phone-partners").await;
    chromium.press("Invite partner").await;
    chromium.picture("phone-invite").await;
    chromium.go("/t/acme/admin/programs").await;
    chromium.picture("phone-programs").await;
    chromium.go("/_local/mail").await;
    chromium.picture("phone-outbox").await;
    let answer = world.api(Method::GET, "/api/t/acme/partners", Value::Null).await;
    assert_eq!(answer.status, 200);
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rows_menu_works_by_keyboard() {
    let world = world().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium.sees("Sent").await;
    chromium.tab_to("Actions for Maria Lopez").await;
    chromium.keys(Key::Down).await;
    chromium.sees("Resend invitation").await;
    chromium.picture("admin-row-menu").await;
    // Up from the first entry moves to the last one.
    chromium.keys(Key::Up).await;
    chromium.keys(Key::Enter).await;
    chromium.sees("Revoke Maria Lopez’s access?").await;
    // Escape closes the dialog and returns the focus to where it was.
    chromium.keys(Key::Escape).await;
    let script =
        "return [document.querySelectorAll('details[open], dialog[open]').length, document.activeElement.ariaLabel]";
    let left = chromium.driver.execute(script, Vec::new()).await.unwrap();
    assert_eq!(*left.json(), json!([0, "Actions for Maria Lopez"]));
    chromium.keys(Key::Enter).await;
    chromium.sees("Correct email address…").await;
    chromium.keys(Key::Escape).await;
    chromium.misses("Correct email address…").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_revoked_with_a_reason_and_reinstated_with_a_click() {
    let world = world().await;
    world.invite_with(json!({"name": "Noor Haddad", "email": "noor@example.com", "sendInvite": false})).await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    // By default, a partner who never signed in isn't notified, and one who did is.
    for (row, name, told) in [(1, "Maria Lopez", false), (2, "Noor Haddad", true)] {
        chromium.click(&format!("#rows tr:nth-child({row}) summary")).await;
        chromium.click(&format!("#rows tr:nth-child({row}) [data-opens=revoke]")).await;
        chromium.sees(&format!("Revoke {name}’s access?")).await;
        let notify = chromium.find("dialog[open] input[name=notify]").await;
        assert_eq!(notify.is_selected().await.unwrap(), told, "{name}");
        if told {
            let reason = chromium.find("#revoke-reason").await;
            reason.send_keys("The campaign is over. Thank you!").await.unwrap();
            chromium.picture("admin-revoke").await;
        }
        chromium.press("Revoke access").await;
        chromium.sees(&format!("{name}’s access has been revoked")).await;
    }
    world.local.settled().await;
    assert!(world.last_mail_to("noor@example.com").text.contains("The campaign is over. Thank you!"));
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
    chromium.sees("Sent").await;
    chromium.picture("admin-partners-revoked").await;
    chromium.click("#rows tr:nth-child(2) summary").await;
    chromium.press("Reinstate").await;
    chromium.sees("Noor Haddad has been reinstated").await;
    chromium.picture("admin-partners-reinstated").await;
    let noor = world.api(Method::GET, "/api/t/acme/partners?email=noor@example.com", Value::Null).await.json();
    assert_eq!(noor["partners"][0]["state"], "active");
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_started_and_its_file_downloaded() {
    let world = world().await;
    world.invite("=1+1", "maria@example.com").await;
    world.joined("Noah", "noah@example.com").await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    for (query, counted, who) in
        [("", "Partners: 2.", vec!["Noah,", "'=1+1,"]), ("?state=active", "Partners: 1.", vec!["Noah,"])]
    {
        chromium.go(&format!("/t/acme/admin/partners{query}")).await;
        chromium.press("Export").await;
        chromium.picture("admin-export").await;
        world.local.pause_sources();
        chromium.click("#export [type=submit]").await;
        chromium.sees("Collecting partners.").await;
        chromium.picture("admin-export-running").await;
        world.local.resume_sources();
        chromium.sees(counted).await;
        chromium.picture("admin-export-ready").await;
        // The page stays open, and the browser saves the file under its name.
        chromium.click("#export [data-progress] a").await;
        let file = chromium.saved(&format!("partners-acme-{}.csv", world.local.clock.now().strftime("%Y-%m-%d"))).await;
        assert_eq!(file.lines().count(), who.len() + 1, "{file}");
        assert!(who.iter().all(|name| file.contains(name)), "{file}");
        chromium.sees(counted).await;
    }
    chromium.close().await;
}
