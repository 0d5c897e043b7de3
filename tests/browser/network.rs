//! The Network in the browser: an admin connects it, decides on applications, and backfills the roster.

use std::{sync::Arc, time::Duration};

use http::Method;
use local::ClockStart;
use serde_json::{Value, json};

use super::chromium::{Chromium, Screen};
use crate::{
    network::{Mood, Network, TOKEN, URL},
    outside::Others,
    support::World,
};

/// Creates a Network, and a world with a port.
async fn network() -> Network {
    let others = Others::new();
    let outside = Arc::clone(&others);
    let world = World::with(|options| {
        options.listen = true;
        options.port = 0;
        options.clock = ClockStart::Real;
        options.outside = Some(outside);
    })
    .await;
    Network::connect(world, others).await
}

/// Opens the admin pages with an admin signed in.
async fn desk(network: &Network, screen: Screen) -> Chromium {
    let chromium = Chromium::open(&network.world, screen).await;
    chromium.go(&network.world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium
}

/// Saves screenshots of the page's upper and lower end.
async fn pictures(chromium: &Chromium, name: &str) {
    chromium.picture(name).await;
    chromium.driver.execute("scrollTo(0, document.body.scrollHeight)", Vec::new()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    chromium.picture(&format!("{name}-below")).await;
    chromium.driver.execute("scrollTo(0, 0)", Vec::new()).await.unwrap();
}

fn waiting(id: &str, name: &str, program: &str) -> Value {
    let handle = name.to_lowercase().replace(' ', "-");
    json!({
        "id": id, "createdAt": "2026-01-01T00:00:00Z", "preferredSlug": handle,
        "message": "I make short films about slow food, and your oils are in every second one of them already.",
        "creator": {
            "id": "cre", "name": name, "handle": handle, "email": format!("{handle}@example.com"),
            "bio": "Cook, filmmaker, mother of two. 40,000 people watch what I cook on Sundays.",
        },
        "offering": {"id": "off", "name": "Creators", "programId": program},
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_is_connected_and_its_secret_shown_once() {
    let network = network().await;
    network.admin.json(&network.world, Method::DELETE, "/api/t/acme/network", Value::Null).await;
    let chromium = desk(&network, Screen::Desktop).await;
    chromium.go("/t/acme/admin/network").await;
    chromium.sees("What is a Network?").await;
    chromium.picture("network-none").await;
    chromium.find("#network-url").await.send_keys(URL).await.unwrap();
    chromium.press("Connect").await;
    chromium.sees("A token is required.").await;
    chromium.find("#network-token").await.send_keys(TOKEN).await.unwrap();
    chromium.press("Connect").await;
    chromium.sees("You won’t see it again.").await;
    let secret = chromium.find("[data-says=signingSecret]").await.text().await.unwrap();
    assert!(secret.len() > 20, "{secret}");
    chromium.picture("network-secret").await;
    chromium.press("Done").await;
    chromium.sees("Webhook URL").await;
    let page = chromium.driver.source().await.unwrap();
    assert!(!page.contains(&secret) && !page.contains(TOKEN));
    chromium.picture("network-connected").await;

    chromium.press("Replace secret").await;
    chromium.sees("The current secret keeps working for 24 hours").await;
    chromium.picture("network-replace").await;
    chromium.press("Generate new secret").await;
    chromium.sees("You won’t see it again.").await;
    let fresh = chromium.find("[data-says=signingSecret]").await.text().await.unwrap();
    assert_ne!(fresh, secret);
    chromium.press("Done").await;
    chromium.sees("The previous secret works until").await;
    chromium.press("Edit").await;
    chromium.picture("network-change").await;
    chromium.press("Save").await;
    chromium.sees("Connection updated").await;
    chromium.press("Disconnect").await;
    chromium.picture("network-disconnect").await;
    chromium.click("#end-network [type=submit]").await;
    chromium.sees("What is a Network?").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_are_decided_and_a_held_approval_is_accepted() {
    let network = network().await;
    let world = &network.world;
    let creators = world.program_id("Creators").await;
    let data = network.application("app_1", "Nina Vogel", "Creators").await;
    let nina = network.approve(data).await.json()["partnerId"].as_str().unwrap().to_owned();
    let chromium = desk(&network, Screen::Desktop).await;
    chromium.sees("via Network").await;
    chromium.picture("network-roster").await;
    chromium.go(&format!("/t/acme/admin/partners/{nina}")).await;
    chromium.sees("On the Network").await;
    chromium.sees("via Network").await;
    chromium.picture("network-partner").await;

    network.refuse("nina-vogel@example.com");
    world.post(&format!("/partners/{nina}/revoke"), json!({"notify": false})).await;
    network.catch_up().await;
    let mut data = network.application("app_2", "Nina Vogel", "Spring launch").await;
    data["note"] = json!("She asked for a second chance, and we think she earned it.");
    network.approve(data).await;
    chromium.go("/t/acme/admin/network").await;
    chromium.sees("while their access is revoked").await;
    chromium.sees("Sync failed").await;
    pictures(&chromium, "network-held").await;
    chromium.dark().await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    chromium.picture("dark-network-held").await;
    chromium.light().await;
    chromium.click("#failures [type=submit]").await;
    chromium.sees("Syncing Nina Vogel again").await;
    chromium.click("[data-opens=accept-approval]").await;
    chromium.sees("No email is sent.").await;
    chromium.picture("network-accept").await;
    chromium.click("#accept-approval [type=submit]").await;
    chromium.sees("Nina Vogel’s approval has been accepted").await;
    chromium.misses("while their access is revoked").await;
    assert_eq!(world.partner(&nina).await["grants"].as_array().unwrap().len(), 2);

    network.wait_with(
        ["Mara Lindt", "Noor Haddad", "Ida Falk"]
            .map(|name| waiting(&format!("app_{name}").replace(' ', "-"), name, &creators))
            .to_vec(),
    );
    chromium.click("a[href$='/network/requests']").await;
    chromium.sees("Mara Lindt").await;
    chromium.press("Approve").await;
    chromium.sees("Select at least one.").await;
    chromium.click("input[value='app_Mara-Lindt']").await;
    // Enter in a text box submits no decision.
    chromium.keys(thirtyfour::Key::Enter).await;
    chromium.find("#request-note").await.send_keys("Welcome!").await.unwrap();
    pictures(&chromium, "network-requests").await;
    chromium.press("Approve").await;
    chromium.sees("waiting for the approval from the Network").await;
    assert_eq!(network.decided().len(), 1);
    chromium.click("input[value='app_Ida-Falk']").await;
    chromium.press("Reject").await;
    chromium.sees("Rejected by").await;
    let data = network.application("app_Mara-Lindt", "Mara Lindt", "Creators").await;
    network.approve(data).await;
    chromium.sees("partner joined").await;
    pictures(&chromium, "network-decided").await;
    network.be(Mood::Down);
    chromium.go("/t/acme/admin/network/requests").await;
    chromium.sees("Applications couldn’t be loaded").await;
    chromium.picture("network-requests-down").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roster_is_backfilled_after_a_dry_run() {
    let network = network().await;
    let world = &network.world;
    for name in ["Nora", "Noah", "Zoe"] {
        world.joined(name, &format!("{}@example.com", name.to_lowercase())).await;
    }
    world.invite("Ines", "ines@example.com").await;
    network.refuse("zoe@example.com");
    for screen in [Screen::Phone, Screen::Desktop] {
        let prefix = if screen == Screen::Phone { "phone" } else { "desktop" };
        let chromium = desk(&network, screen).await;
        chromium.go("/t/acme/admin/network/backfill").await;
        pictures(&chromium, &format!("{prefix}-backfills")).await;
        chromium.find("#leave-out").await.send_keys("nobody@example.com").await.unwrap();
        chromium.press("Preview sync").await;
        chromium.sees("There is no partner “nobody@example.com”.").await;
        let field = chromium.find("#leave-out").await;
        field.clear().await.unwrap();
        field.send_keys("noah@example.com").await.unwrap();
        chromium.press("Preview sync").await;
        chromium.sees("Backfill preview").await;
        chromium.sees("Nothing has been shared yet").await;
        pictures(&chromium, &format!("{prefix}-backfill-looked")).await;
        let (all, few) =
            if screen == Screen::Phone { ("3 partners", "2 partners") } else { ("1 partner", "1 partner") };
        chromium.press(&format!("Sync {all}")).await;
        chromium.sees(&format!("Start syncing {all}")).await;
        if screen == Screen::Phone {
            chromium.click("#tell-network input[value=invited]").await;
            chromium.sees(&format!("Start syncing {few}")).await;
            chromium.click("#tell-network input[value=invited]").await;
        }
        chromium.picture(&format!("{prefix}-backfill-tell")).await;
        world.local.pause_sources();
        chromium.click("#tell-network [type=submit]").await;
        chromium.misses("Backfill preview").await;
        chromium.sees("Running").await;
        chromium.picture(&format!("{prefix}-backfill-running")).await;
        world.local.resume_sources();
        chromium.sees("Rejected by the Network").await;
        chromium.sees("Completed with errors").await;
        pictures(&chromium, &format!("{prefix}-backfill-told")).await;
        chromium.go("/t/acme/admin/network").await;
        pictures(&chromium, &format!("{prefix}-network")).await;
        chromium.go("/t/acme/admin/network/requests").await;
        chromium.picture(&format!("{prefix}-requests-none")).await;
        chromium.close().await;
    }
    assert!(network.counts().values().sum::<usize>() >= 2);
}
