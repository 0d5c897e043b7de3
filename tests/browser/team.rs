//! The team, and signing in again before sensitive actions.

use http::Method;
use serde_json::json;

use super::{
    chromium::{Chromium, Screen},
    world,
};
use crate::support::{ADMIN, Browser, World, link_in};

const WINDOWS: [(Screen, &str); 2] = [(Screen::Phone, "phone"), (Screen::Desktop, "desktop")];

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_invites_changes_a_role_and_removes() {
    for (screen, prefix) in WINDOWS {
        let world = world().await;
        let chromium = Chromium::open(&world, screen).await;
        chromium.go(&world.admin_link().await).await;
        chromium.press("Sign in to Acme").await;
        chromium.at("/t/acme/admin/partners").await;
        chromium.go("/t/acme/admin/team").await;
        chromium.sees("Ada Admin").await;
        chromium.picture(&format!("{prefix}-team-alone")).await;
        chromium.press("Invite member").await;
        chromium.find("#admin-name").await.send_keys("Max Meier").await.unwrap();
        chromium.find("#admin-email").await.send_keys(ADMIN).await.unwrap();
        chromium.press("Send welcome email").await;
        chromium.sees("Someone with this email address is already on the team.").await;
        let field = chromium.find("#admin-email").await;
        field.clear().await.unwrap();
        field.send_keys("max@acme.example").await.unwrap();
        chromium.picture(&format!("{prefix}-team-invite")).await;
        chromium.press("Send welcome email").await;
        chromium.sees("max@acme.example").await;
        chromium.sees("Manager").await;
        world.local.settled().await;
        assert!(world.last_mail_to("max@acme.example").subject.starts_with("Welcome"));

        let menu = "tr:last-child details.menu summary";
        chromium.click(menu).await;
        chromium.picture(&format!("{prefix}-team-menu")).await;
        chromium.press("Change role…").await;
        chromium.sees("Change Max Meier’s role").await;
        chromium.click("#change-role [value=viewer]").await;
        chromium.picture(&format!("{prefix}-team-role")).await;
        chromium.press("Save role").await;
        chromium.sees("Max Meier’s role has been changed").await;
        chromium.sees("Viewer").await;
        chromium.click(menu).await;
        chromium.press("Remove…").await;
        chromium.sees("They created no API keys.").await;
        chromium.picture(&format!("{prefix}-team-remove")).await;
        chromium.press("Remove").await;
        chromium.sees("Max Meier removed").await;
        chromium.misses("max@acme.example").await;
        chromium.dark().await;
        chromium.picture(&format!("{prefix}-team-dark")).await;
        chromium.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sensitive_actions_require_a_recent_sign_in_and_preserve_input() {
    for (screen, prefix) in WINDOWS {
        let world = world().await;
        let chromium = Chromium::open(&world, screen).await;
        chromium.go(&world.admin_link().await).await;
        chromium.press("Sign in to Acme").await;
        chromium.at("/t/acme/admin/partners").await;
        chromium.go("/t/acme/admin/settings").await;
        world.local.clock.advance(15 * 60);
        chromium.press("New key").await;
        chromium.find("#key-label").await.send_keys("Shop").await.unwrap();
        chromium.click("#new-key [value='events:write']").await;
        chromium.press("Create key").await;
        chromium.sees("Confirm it’s you").await;
        chromium.picture(&format!("{prefix}-again")).await;
        let here = chromium.driver.window().await.unwrap();
        chromium.press("Email me a sign-in link").await;
        chromium.driver.switch_to_window(here.clone()).await.unwrap();
        chromium.sees("Check your inbox.").await;
        chromium.picture(&format!("{prefix}-again-mailed")).await;
        let link = again(&world).await;
        let other = chromium.driver.new_tab().await.unwrap();
        chromium.driver.switch_to_window(other).await.unwrap();
        chromium.go(&link).await;
        chromium.sees("Click below to confirm it’s you").await;
        chromium.picture(&format!("{prefix}-again-confirm")).await;
        chromium.press("Sign in again").await;
        chromium.at("/t/acme/admin/settings").await;
        chromium.driver.switch_to_window(here).await.unwrap();
        chromium.press("Try again").await;
        chromium.sees("You won’t see it again.").await;
        chromium.press("Done").await;
        // The secret for the shop is loaded into the page only when it is to be shown.
        let secret = chromium.find("#identify-secret").await;
        assert_eq!(secret.inner_html().await.unwrap(), "");
        chromium.press("Show").await;
        chromium.button("Hide").await;
        assert!(secret.text().await.unwrap().len() > 40);
        chromium.picture(&format!("{prefix}-settings-secret")).await;
        chromium.close().await;
    }
}

/// Returns the link in the requested sign-in email.
async fn again(world: &World) -> String {
    for _ in 0..100 {
        world.local.settled().await;
        if let Some(mail) = world.mails_to(ADMIN).into_iter().rev().find(|mail| mail.text.contains("/login?token=")) {
            return link_in(&mail.text);
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no mail came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_sees_everything_but_buttons_they_may_not_use() {
    for (screen, prefix) in WINDOWS {
        let world = world().await;
        world.invite("Maria Lopez", "maria@example.com").await;
        let owner = world.admin().await;
        let vera = json!({"name": "Vera Viewer", "email": "vera@acme.example", "role": "viewer"});
        assert_eq!(owner.json(&world, Method::POST, "/api/t/acme/team", vera).await.status, 201);
        world.local.settled().await;
        let chromium = Chromium::open(&world, screen).await;
        chromium.go(&world.link_to("vera@acme.example")).await;
        chromium.press("Sign in to Acme").await;
        chromium.at("/t/acme/admin/partners").await;
        chromium.sees("Maria Lopez").await;
        for words in ["Invite partner", "⋯", "Settings"] {
            chromium.misses(words).await;
        }
        chromium.picture(&format!("{prefix}-viewer-partners")).await;
        chromium.go("/t/acme/admin/programs").await;
        chromium.sees("Creators").await;
        chromium.misses("New program").await;
        chromium.picture(&format!("{prefix}-viewer-programs")).await;
        chromium.go("/t/acme/admin/settings").await;
        chromium.sees("Only owners can do this.").await;
        chromium.picture(&format!("{prefix}-viewer-settings")).await;
        chromium.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_see_their_sessions_and_end_them() {
    for (screen, prefix) in WINDOWS {
        let world = world().await;
        let elsewhere = world.partner_browser("maria@example.com").await;
        world.admin().await;
        let chromium = Chromium::open(&world, screen).await;
        let body = [("email", "maria@example.com")];
        Browser::default().post(&world, "/t/acme/login", &body).await;
        world.local.settled().await;
        chromium.go(&world.link_to("maria@example.com")).await;
        chromium.press("Sign in to Acme").await;
        chromium.at("/t/acme").await;
        chromium.go("/t/acme/account").await;
        chromium.sees("Firefox on Windows").await;
        chromium.sees("This device").await;
        chromium.picture(&format!("{prefix}-account")).await;
        chromium.find("#new-address").await.send_keys("maria.new@example.com").await.unwrap();
        chromium.press("Change email address").await;
        chromium.sees("Confirmation link sent to maria.new@example.com").await;
        chromium.sees("Nothing changes until you confirm it").await;
        chromium.picture(&format!("{prefix}-account-address")).await;
        chromium.press("Sign out all other sessions").await;
        chromium.sees("You’ve been signed out everywhere else.").await;
        chromium.misses("Firefox on Windows").await;
        assert_eq!(elsewhere.get(&world, "/t/acme").await.location(), "/t/acme/login");
        chromium.go(&world.admin_link().await).await;
        chromium.press("Sign in to Acme").await;
        chromium.at("/t/acme/admin/partners").await;
        chromium.click(".account a").await;
        chromium.at("/t/acme/admin/account").await;
        chromium.sees("Firefox on Windows").await;
        chromium.picture(&format!("{prefix}-admin-account")).await;
        chromium.dark().await;
        chromium.picture(&format!("{prefix}-admin-account-dark")).await;
        chromium.close().await;
    }
}
