//! Snapshots of what callers match on: the table of errors, and the text of every email.

use insta::assert_snapshot;

use crate::{
    declining::switch_reminders,
    network::Network,
    outside::says,
    support::{ADMIN, Browser, World, token_of},
};

#[test]
fn every_error_has_its_status_and_code() {
    let errors = shared::Error::one_of_each();
    let lines = errors.iter().map(|error| {
        let (status, code) = error.status_and_code();
        format!("{} {code}: {error}", status.as_u16())
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

/// Returns the text of an email, without the only part of it that differs each time.
fn words(mail: &local::Mail) -> String {
    let lines = mail.text.lines().map(|line| if line.contains("/login?token=") { "(the link)" } else { line });
    let lines = lines.map(|line| if line.len() == 9 && line.contains('-') { "(the code)" } else { line });
    format!("From: {}\nSubject: {}\n\n{}", mail.from, mail.subject, lines.collect::<Vec<_>>().join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_says_what_it_says() {
    let world = World::new().await;
    assert_snapshot!("welcome", words(&world.last_mail_to(ADMIN)));
    world.invite("Maria Lopez", "maria@example.com").await;
    assert_snapshot!("invitation", words(&world.last_mail_to("maria@example.com")));
    let token = token_of(&world.link_to("maria@example.com"));
    let browser = Browser::default();
    browser.post(&world, "/t/acme/login/fresh", &[("token", &token)]).await;
    world.local.settled().await;
    assert_snapshot!("fresh_link", words(&world.last_mail_to("maria@example.com")));
    browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    assert_snapshot!("sign_in", words(&world.last_mail_to("maria@example.com")));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_mails_of_an_invitation_that_ends_say_what_they_say() {
    let world = World::new().await;
    switch_reminders(&world, true).await;
    world.invite("Maria Lopez", "maria@example.com").await;
    world.local.clock.advance(28 * 86_400);
    world.local.settled().await;
    assert_snapshot!("reminder", words(&world.last_mail_to("maria@example.com")));
    world.local.clock.advance(3 * 86_400);
    Browser::default().post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    assert_snapshot!("ended", words(&world.last_mail_to("maria@example.com")));
}

#[tokio::test(flavor = "multi_thread")]
async fn both_mails_about_another_address_say_what_they_say() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let asked = serde_json::json!({"email": "new@example.com"});
    browser.json(&world, http::Method::PUT, "/api/t/acme/email", asked).await;
    world.local.settled().await;
    let mail = world.last_mail_to("new@example.com");
    let link = mail.text.split_whitespace().find_map(|word| word.split_once("/address?link=")).unwrap().1.to_owned();
    assert_snapshot!("address_asked", words(&mail).replace(&link, "(the link)"));
    browser.post(&world, "/t/acme/address", &[("link", &link)]).await;
    world.local.settled().await;
    assert_snapshot!("address_moved", words(&world.last_mail_to("maria@example.com")));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_about_what_others_decided_says_what_it_says() {
    let network = Network::new().await;
    let world = &network.world;
    let mut data = network.application("app_1", "Nina Vogel", "Creators").await;
    data["sendInvite"] = true.into();
    let nina = network.approve(data).await.json()["partnerId"].as_str().unwrap().to_owned();
    world.local.settled().await;
    assert_snapshot!("approval", words(&world.last_mail_to("nina-vogel@example.com")));
    world.post(&format!("/partners/{nina}/sign-in-link"), serde_json::json!({})).await;
    world.local.settled().await;
    assert_snapshot!("sent_link", words(&world.last_mail_to("nina-vogel@example.com")));
    let told = serde_json::json!({"notify": true, "reason": "The season is over."});
    world.post(&format!("/partners/{nina}/revoke"), told).await;
    network.catch_up().await;
    assert_snapshot!("revocation", words(&world.last_mail_to("nina-vogel@example.com")));
    world.hook(&network.admin, "https://gone.example/hook").await;
    network.others.answer(|_| says(410, "gone"));
    world.post(&format!("/partners/{nina}/reinstate"), serde_json::json!({})).await;
    world.local.settled().await;
    assert_snapshot!("webhook_off", words(&world.last_mail_to(ADMIN)));
    world.colleague("Max Meier", "max@acme.example", "manager").await;
    assert_snapshot!("team_changed", words(&world.last_mail_to(ADMIN)));
}
