//! Webhooks in the browser: an admin adds an endpoint, reads its deliveries, and removes it.

use std::sync::Arc;

use local::ClockStart;

use super::chromium::{Chromium, Screen};
use crate::{
    outside::{Others, says},
    support::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_added_tested_and_deleted() {
    for screen in [Screen::Phone, Screen::Desktop] {
        let prefix = if screen == Screen::Phone { "phone" } else { "desktop" };
        let others = Others::new();
        let outside = Arc::clone(&others);
        let world = World::with(|options| {
            options.listen = true;
            options.port = 0;
            options.clock = ClockStart::Real;
            options.outside = Some(outside);
        })
        .await;
        let chromium = Chromium::open(&world, screen).await;
        chromium.go(&world.admin_link().await).await;
        chromium.press("Sign in to Acme").await;
        chromium.at("/t/acme/admin/partners").await;
        chromium.go("/t/acme/admin/webhooks").await;
        chromium.sees("No endpoints yet.").await;
        chromium.press("New endpoint").await;
        chromium.find("#webhook-url").await.send_keys("http://10.0.0.1/hooks").await.unwrap();
        chromium.press("Add endpoint").await;
        chromium.sees("https").await;
        let field = chromium.find("#webhook-url").await;
        field.clear().await.unwrap();
        field.send_keys("https://shop.acme.example/hooks").await.unwrap();
        chromium.picture(&format!("{prefix}-webhook-new")).await;
        chromium.press("Add endpoint").await;
        chromium.sees("You won’t see it again.").await;
        let secret = chromium.find("[data-says=secret]").await.text().await.unwrap();
        assert!(secret.starts_with("whsec_"), "{secret}");
        chromium.press("Done").await;
        // The page removes it a moment after its dialog is closed.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(!chromium.driver.source().await.unwrap().contains(&secret), "it is shown once");
        chromium.picture(&format!("{prefix}-webhooks")).await;

        chromium.click("a[href*='/webhooks/whk_']").await;
        chromium.sees("No deliveries yet.").await;
        world.joined("Maria", "maria@example.com").await;
        others.answer(|_| says(500, "out of order"));
        chromium.press("Send test event").await;
        chromium.sees("Test event sent").await;
        world.local.settled().await;
        chromium.driver.refresh().await.unwrap();
        chromium.sees("partner.added").await;
        chromium.sees("Next attempt").await;
        chromium.picture(&format!("{prefix}-webhook-log")).await;
        chromium.dark().await;
        chromium.picture(&format!("{prefix}-webhook-log-dark")).await;
        chromium.light().await;
        chromium.press("Edit").await;
        let field = chromium.find("#change-webhook [name=url]").await;
        assert_eq!(field.value().await.unwrap().as_deref(), Some("https://shop.acme.example/hooks"));
        field.clear().await.unwrap();
        field.send_keys("https://shop.acme.example/hooks/v2").await.unwrap();
        chromium.click("#change-webhook [value='partner.revoked']").await;
        chromium.picture(&format!("{prefix}-webhook-change")).await;
        chromium.press("Save").await;
        chromium.sees("https://shop.acme.example/hooks/v2").await;
        chromium.sees("Events: partner.revoked").await;
        chromium.press("Disable").await;
        chromium.sees("Endpoint disabled. Events from now on").await;
        chromium.sees("Events that happen while it’s disabled").await;
        chromium.press("Delete").await;
        chromium.picture(&format!("{prefix}-webhook-delete")).await;
        chromium.press("Delete endpoint").await;
        chromium.sees("No endpoints yet.").await;
        chromium.picture(&format!("{prefix}-webhook-deleted")).await;
        chromium.close().await;
    }
}
