//! Erasing a partner, as an owner does it in the browser.

use super::{
    chromium::{Chromium, Screen},
    world,
};

async fn erased_on(screen: Screen, name: &str) {
    let world = world().await;
    let maria = world.joined("Maria Lopez", "maria@example.com").await;
    world.link(&maria, "spring-pick", "Spring launch").await;
    let reason = serde_json::json!({"notify": false, "reason": "The campaign is over."});
    world.post(&format!("/partners/{maria}/revoke"), reason).await;
    let chromium = Chromium::open(&world, screen).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium.go(&format!("/t/acme/admin/partners/{maria}")).await;
    chromium.sees("The campaign is over.").await;
    chromium.click(&format!("#{maria} .menu summary")).await;
    chromium.press("Erase personal data…").await;
    chromium.sees("Erase Maria Lopez’s personal data?").await;
    chromium.picture(&format!("admin-erase-{name}")).await;
    // An accidental click erases no one.
    chromium.find("#erase-confirm").await.send_keys("Maria").await.unwrap();
    chromium.press("Erase permanently").await;
    chromium.sees("This doesn’t match the partner’s name.").await;
    chromium.find("#erase-confirm").await.send_keys(" Lopez").await.unwrap();
    chromium.press("Erase permanently").await;
    chromium.sees("Personal data erased").await;
    chromium.sees("Erasing…").await;
    chromium.picture(&format!("admin-erasing-{name}")).await;
    world.local.clock.advance(150);
    world.local.settled().await;
    chromium.go(&format!("/t/acme/admin/partners/{maria}")).await;
    chromium.sees("Erased person").await;
    chromium.sees("The personal data has been erased.").await;
    chromium.picture(&format!("admin-erased-{name}")).await;
    chromium.go("/t/acme/admin/partners?state=revoked").await;
    chromium.sees("Erased person").await;
    chromium.picture(&format!("admin-partners-erased-{name}")).await;

    // The person who had the email address is invited again only if the admin confirms that they asked for it.
    chromium.press("Invite partner").await;
    chromium.find("#invite-name").await.send_keys("Maria Lopez").await.unwrap();
    chromium.find("#invite-email").await.send_keys("maria@example.com").await.unwrap();
    chromium.press("Send invitation").await;
    chromium.sees("They asked to rejoin").await;
    chromium.picture(&format!("admin-invite-erased-{name}")).await;
    chromium.click("[name=readmit]").await;
    chromium.press("Send invitation").await;
    chromium.sees("Invitation sent to Maria Lopez").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_erased_on_desktop() {
    erased_on(Screen::Desktop, "desktop").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_erased_on_a_phone() {
    erased_on(Screen::Phone, "phone").await;
}
