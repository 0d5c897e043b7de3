//! `confirm-address`: a change of email address is confirmed from the new one, and the old one is notified.

use futures::future::join_all;
use http::Method;
use serde_json::json;

use crate::support::{Answer, Browser, World, link_in, path_of};

const OLD: &str = "maria@example.com";
const NEW: &str = "maria.new@example.com";

/// Returns the confirmation link in the last email to an email address.
fn link_to(world: &World, address: &str) -> String {
    let text = world.last_mail_to(address).text;
    path_of(text.split_whitespace().find(|word| word.contains("/address?link=")).unwrap())
}

async fn ask(world: &World, browser: &Browser, email: &str) -> Answer {
    let answer = browser.json(world, Method::PUT, "/api/t/acme/email", json!({"email": email})).await;
    world.local.settled().await;
    answer
}

async fn press(world: &World, browser: &Browser, link: &str) -> Answer {
    let answer = browser.post(world, "/t/acme/address", &[("link", link.split_once("link=").unwrap().1)]).await;
    world.local.settled().await;
    answer
}

async fn address(world: &World) -> String {
    world.read("/partners").await["partners"][0]["email"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_confirms_while_signed_in_and_all_other_sessions_end() {
    let world = World::new().await;
    let browser = world.partner_browser(OLD).await;
    let other = Browser::default();
    world.sign_in(&other, "/t/acme", OLD).await;
    let sign_in = world.link_to(OLD);
    assert_eq!(ask(&world, &browser, NEW).await.status, 202);
    let link = link_to(&world, NEW);
    assert!(world.last_mail_to(NEW).text.contains("You asked us to send"));

    let before = world.local.items();
    let page = browser.get(&world, &link).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("m•••@example.com") && page.body.contains("<button"), "{}", page.body);
    let stranger = Browser::default();
    let elsewhere = stranger.get(&world, &link).await;
    assert!(
        elsewhere.body.contains("Please sign in first") && !elsewhere.body.contains("/address\""),
        "{}",
        elsewhere.body
    );
    assert!(press(&world, &stranger, &link).await.body.contains("Please sign in first"));
    assert_eq!(world.local.items(), before);

    assert_eq!(press(&world, &browser, &link).await.location(), link);
    assert_eq!(address(&world).await, NEW);
    assert!(browser.get(&world, &link).await.body.contains("Your email address has been changed"));
    // This session continues; the other one, and links in emails to the old email address, stop working.
    assert_eq!(browser.get(&world, "/t/acme").await.status, 200);
    assert_eq!(other.get(&world, "/t/acme").await.location(), "/t/acme/login");
    assert_eq!(Browser::default().get(&world, &sign_in).await.status, 410);
    let told = world.last_mail_to(OLD);
    assert_eq!(told.subject, "Your Acme email address was changed");
    for part in [&told.text, &told.html] {
        assert!(part.contains("m•••@example.com") && !part.contains(NEW), "{part}");
    }
    // From now on the new email address signs in, and the old one is free.
    world.sign_in(&Browser::default(), "/t/acme", NEW).await;
    world.invite("Another Maria", OLD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_requests_it_for_a_lost_mailbox_and_only_the_new_one_confirms() {
    let world = World::new().await;
    let browser = world.partner_browser(OLD).await;
    let id = world.read("/partners").await["partners"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/t/acme/partners/{id}/email");
    let admin = world.admin().await;
    let answer = admin.json(&world, Method::PUT, &path, json!({"email": NEW})).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["email"]), (202, &json!(OLD)));
    world.local.settled().await;
    let page = admin.get(&world, &format!("/t/acme/admin/partners/{id}")).await;
    assert!(page.body.contains("Pending email address") && page.body.contains(NEW));
    let somewhere = Browser::default();
    let link = link_to(&world, NEW);
    assert_eq!(press(&world, &somewhere, &link).await.status, 303);
    assert_eq!(address(&world).await, NEW);
    let done = somewhere.get(&world, &link).await;
    assert!(
        done.body.contains("Your email address has been changed") && done.body.contains("/t/acme/login"),
        "{}",
        done.body
    );
    assert_eq!(browser.get(&world, "/t/acme").await.location(), "/t/acme/login");
    let page = admin.get(&world, &format!("/t/acme/admin/partners/{id}")).await;
    assert!(page.body.contains("Email address changed") && !page.body.contains("Pending email address"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_last_request_counts_and_for_a_day() {
    let world = World::new().await;
    let browser = world.partner_browser(OLD).await;
    ask(&world, &browser, "slip@example.com").await;
    ask(&world, &browser, NEW).await;
    assert_eq!(press(&world, &browser, &link_to(&world, "slip@example.com")).await.status, 410);
    let link = link_to(&world, NEW);
    world.local.clock.advance(24 * 3_600);
    assert_eq!(browser.get(&world, &link).await.status, 410);
    assert_eq!(press(&world, &browser, &link).await.status, 410);
    let forged = link.replace(".evt_", ".evt_0").replacen('0', "", 1);
    assert_eq!(browser.get(&world, &forged).await.status, 410);
    assert_eq!(browser.get(&world, "/t/acme/address").await.status, 410);
    assert_eq!(address(&world).await, OLD);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_and_every_new_epoch_end_it() {
    let world = World::new().await;
    let browser = world.partner_browser(OLD).await;
    ask(&world, &browser, NEW).await;
    let link = link_to(&world, NEW);
    let id = world.read("/partners").await["partners"][0]["id"].as_str().unwrap().to_owned();
    world.post(&format!("/partners/{id}/revoke"), json!({"notify": false})).await;
    assert_eq!(press(&world, &browser, &link).await.status, 410);
    world.post(&format!("/partners/{id}/reinstate"), json!(null)).await;
    let again = Browser::default();
    world.sign_in(&again, "/t/acme", OLD).await;
    assert_eq!(press(&world, &again, &link).await.status, 410);
    assert_eq!(address(&world).await, OLD);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_learn_that_an_email_address_is_taken() {
    let world = World::new().await;
    world.invite("Noah", "noah@example.com").await;
    let browser = world.partner_browser(OLD).await;
    let mails = world.mails_to("noah@example.com").len();
    let (taken, free) = (ask(&world, &browser, "noah@example.com").await, ask(&world, &browser, NEW).await);
    assert_eq!((taken.status, taken.body), (free.status, free.body));
    assert_eq!(world.mails_to("noah@example.com").len(), mails);
    let maria = world.read("/partners?email=maria@example.com").await["partners"][0]["id"].clone();
    let path = format!("/api/t/acme/partners/{}/email", maria.as_str().unwrap());
    let told = world.api(Method::PUT, &path, json!({"email": "noah@example.com"})).await;
    assert_eq!(told.refusal(), (409, "email_taken".to_owned()));

    // Taken after the request: the recipient of emails to that address may know this.
    let link = link_to(&world, NEW);
    world.invite("Zoe", NEW).await;
    let refused = press(&world, &browser, &link).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("already in use"), "{}", refused.body);
    assert_eq!(browser.get(&world, "/t/acme").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_email_addresses_and_the_sixth_request_of_a_day_are_rejected() {
    let world = World::new().await;
    let browser = world.partner_browser(OLD).await;
    assert_eq!(ask(&world, &browser, "nonsense").await.refusal(), (400, "invalid_email".to_owned()));
    assert_eq!(ask(&world, &browser, OLD).await.refusal(), (400, "invalid_value".to_owned()));
    for number in 0..5 {
        assert_eq!(ask(&world, &browser, &format!("m{number}@example.com")).await.status, 202);
    }
    assert_eq!(ask(&world, &browser, NEW).await.refusal(), (429, "too_many_requests".to_owned()));
    assert!(world.mails_to(NEW).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_clicks_change_it_once() {
    let world = World::new().await;
    let browser = world.partner_browser(OLD).await;
    ask(&world, &browser, NEW).await;
    let link = link_to(&world, NEW);
    let fields = [("link", link.split_once("link=").unwrap().1)];
    let answers = join_all((0..100).map(|_| browser.post(&world, "/t/acme/address", &fields))).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 303 || answer.body.contains("Your email address has been changed"))
    );
    world.local.settled().await;
    assert_eq!(browser.get(&world, "/t/acme").await.status, 200);
    let told = world.mails_to(OLD).iter().filter(|mail| mail.subject.contains("was changed")).count();
    assert_eq!((address(&world).await.as_str(), told), (NEW, 1));
    // Sign-in links issued afterwards have the new epoch.
    assert!(link_in(&world.mails_to(OLD)[0].text).contains(".0."));
}
