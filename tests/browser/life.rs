//! The life of a partner, as admins and partners click through it.

use serde_json::{Value, json};

use super::{
    chromium::{Chromium, Screen},
    world,
};
use crate::support::World;

/// Opens the admin pages, signed in, with the active partner Maria, who has a link and a commission.
async fn desk() -> (World, Chromium, String) {
    let world = world().await;
    let maria = world.joined("Maria Lopez", "maria@example.com").await;
    world.link(&maria, "maria", "Spring launch").await;
    let cref = world.click("maria").await.unwrap();
    for (order, value) in [("order-1", 12_500), ("order-2", 4_990)] {
        world.buy(json!({"clickId": cref}), value, order).await;
    }
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    (world, chromium, maria)
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_changed_on_a_row_and_a_concurrent_change_is_reported() {
    let (world, chromium, maria) = desk().await;
    chromium.go(&format!("/t/acme/admin/partners/{maria}")).await;
    chromium.sees("Activity").await;
    chromium.picture("admin-partner").await;
    chromium.press("Manage programs").await;
    let creators = world.program_id("Creators").await;
    chromium.click(&format!("#set-programs input[value='{creators}']")).await;
    chromium.picture("admin-programs-of-partner").await;
    // Another admin's change comes first.
    let body = json!({"programIds": [creators], "grantsVersion": 1});
    let path = format!("/api/t/acme/partners/{maria}/programs");
    assert_eq!(world.api(http::Method::PUT, &path, body).await.status, 200);
    chromium.press("Save programs").await;
    chromium.sees("Someone else changed this in the meantime").await;
    chromium.picture("admin-programs-changed-meanwhile").await;
    chromium.press("Save programs").await;
    chromium.sees("Programs updated").await;
    let now = world.partner(&maria).await;
    assert_eq!((&now["grantsVersion"], &now["grants"]), (&json!(3), &json!([])));
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_address_that_bounced_is_corrected_on_its_row() {
    let (world, chromium, _) = desk().await;
    let noah = world.invite("Noah", "noahh@example.com").await["id"].as_str().unwrap().to_owned();
    world.local.feedback(world.last_mail_to("noahh@example.com").id, local::Feedback::Bounce).await;
    world.local.settled().await;
    chromium.go("/t/acme/admin/partners?mail=bounced").await;
    chromium.sees("Bounced").await;
    chromium.click(&format!("#{noah} .menu summary")).await;
    chromium.sees("Correct it, or try it again").await;
    chromium.picture("admin-bounced").await;
    chromium.press("Correct email address…").await;
    let address = chromium.find("#correct-email").await;
    address.clear().await.unwrap();
    address.send_keys("noah@example.com").await.unwrap();
    chromium.press("Save and resend").await;
    chromium.sees("Invitation sent to noah@example.com").await;
    world.local.settled().await;
    assert_eq!(world.mails_to("noah@example.com").len(), 1);
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_found_and_revoked_after_a_summary_of_what_stays() {
    let (world, chromium, maria) = desk().await;
    chromium.find("input[name=q]").await.send_keys("mari\n").await.unwrap();
    chromium.sees("Maria Lopez").await;
    chromium.picture("admin-partners-found").await;
    chromium.click(&format!("#{maria} .menu summary")).await;
    chromium.press("Revoke access…").await;
    chromium.sees("17.49 EUR").await;
    chromium.picture("admin-revoke-what-stays").await;
    chromium.press("Revoke access").await;
    chromium.sees("Revoked").await;
    world.local.settled().await;
    assert_eq!(world.partner(&maria).await["state"], "revoked");
    assert_eq!(world.mails_to("maria@example.com").len(), 1, "who had joined is told");
    chromium.go("/t/acme/admin/partners?q=nobody").await;
    chromium.picture("admin-partners-nobody").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commissions_are_settled_and_api_keys_are_created_and_deleted() {
    let (world, chromium, _) = desk().await;
    chromium.go("/t/acme/admin/commissions").await;
    chromium.sees("12.50 EUR").await;
    chromium.picture("admin-commissions").await;
    chromium.click("[data-opens=pay-commission]").await;
    chromium.click("#pay-commission [type=submit]").await;
    chromium.sees("Marked as paid").await;
    chromium.click("[data-opens=reverse-commission]").await;
    chromium.press("Reverse commission").await;
    chromium.sees("Commission reversed").await;
    chromium.picture("admin-commissions-settled").await;
    let states = world.read("/commissions").await["commissions"].as_array().unwrap().clone();
    assert_eq!(states.iter().map(|one| one["state"].clone()).collect::<Vec<_>>(), ["paid", "reversed"]);

    chromium.go("/t/acme/admin/settings").await;
    chromium.picture("admin-settings").await;
    chromium.press("New key").await;
    chromium.find("#new-key input[name=label]").await.send_keys("Shop").await.unwrap();
    chromium.click("#new-key input[value='events:write']").await;
    chromium.picture("admin-new-key").await;
    chromium.press("Create key").await;
    chromium.sees("pik_").await;
    chromium.picture("admin-made-key").await;
    chromium.press("Done").await;
    chromium.click("[data-opens=delete-key]").await;
    chromium.press("Delete key").await;
    chromium.sees("Key deleted").await;
    let shop = |item: &Value| item["kind"] == "api_key" && item["label"] == "Shop";
    assert!(!world.local.items().iter().any(shop));
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_creates_a_link_sees_its_earnings_and_deletes_it() {
    let world = world().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let chromium = Chromium::open(&world, Screen::Phone).await;
    chromium.go(&world.link_to("maria@example.com")).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme").await;
    chromium.go("/t/acme/links").await;
    chromium.sees("Create your first link").await;
    chromium.picture("phone-links-empty").await;
    chromium.press("Create link").await;
    let key = chromium.find("#link-key").await;
    key.clear().await.unwrap();
    key.send_keys("a b").await.unwrap();
    chromium.click("#new-link [type=submit]").await;
    chromium.sees("3–64 letters, digits").await;
    key.clear().await.unwrap();
    key.send_keys("maria").await.unwrap();
    chromium.picture("phone-new-link").await;
    chromium.click("#new-link [type=submit]").await;
    // The preview shows the URL while it is typed; this message appears once the link is created.
    chromium.sees("Link created").await;
    let cref = world.click("maria").await.unwrap();
    world.buy(json!({"clickId": cref}), 12_500, "order").await;
    chromium.go("/t/acme/links").await;
    chromium.sees("12.50 EUR").await;
    chromium.picture("phone-links").await;
    chromium.go("/t/acme/earnings").await;
    chromium.sees("12.50 EUR").await;
    chromium.picture("phone-earnings").await;
    chromium.go("/t/acme").await;
    chromium.picture("phone-dashboard").await;
    chromium.go("/t/acme/links").await;
    chromium.click("[data-opens=delete-link]").await;
    chromium.press("Delete link").await;
    chromium.sees("Create your first link").await;
    assert_eq!(world.follow("maria").await.status, 410);
    chromium.go("/r/acme/maria").await;
    chromium.sees("has been deleted").await;
    chromium.picture("phone-link-deleted").await;
    chromium.close().await;
}
