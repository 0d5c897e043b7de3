//! Invitations that expire or are declined, as the invited people and admins see them.

use super::{
    chromium::{Chromium, Screen},
    world,
};
use crate::declining::way_out_of;

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_declined_and_the_roster_shows_it() {
    for screen in [Screen::Desktop, Screen::Phone] {
        let world = world().await;
        let name = if screen == Screen::Phone { "phone" } else { "desktop" };
        let noah = world.invite("Noah Okafor", "noah@example.com").await["id"].as_str().unwrap().to_owned();
        world.local.clock.advance(31 * 86_400);
        let maria = world.invite("Maria Lopez", "maria@example.com").await["id"].as_str().unwrap().to_owned();
        let chromium = Chromium::open(&world, screen).await;
        chromium.go(&world.link_to("maria@example.com")).await;
        chromium.sees("Not interested?").await;
        chromium.picture(&format!("confirm-not-interested-{name}")).await;
        chromium.go(&way_out_of(&world.last_mail_to("maria@example.com"))).await;
        chromium.sees("m•••@example.com").await;
        chromium.picture(&format!("not-interested-{name}")).await;
        chromium.press("Decline invitation").await;
        chromium.sees("Invitation declined").await;
        chromium.picture(&format!("declined-{name}")).await;
        chromium.click(".aside a").await;
        chromium.at("/t/acme/login").await;

        chromium.go(&world.admin_link().await).await;
        chromium.press("Sign in to Acme").await;
        chromium.at("/t/acme/admin/partners").await;
        chromium.sees("Invitation expired").await;
        chromium.picture(&format!("admin-partners-ended-{name}")).await;
        chromium.go("/t/acme/admin/partners?state=declined").await;
        chromium.sees("Maria Lopez").await;
        chromium.click(&format!("#{maria} .menu summary")).await;
        chromium.sees("They declined. If they change their mind").await;
        chromium.picture(&format!("admin-partners-declined-{name}")).await;

        // An expired invitation can be resent where it is listed.
        chromium.go("/t/acme/admin/partners?state=expired").await;
        chromium.sees("Noah Okafor").await;
        chromium.click(&format!("#{noah} .menu summary")).await;
        chromium.press("Resend invitation").await;
        chromium.sees("Invitation resent to Noah Okafor").await;
        world.local.settled().await;
        assert_eq!(world.mails_to("noah@example.com").len(), 2);

        // Reminders are off until an owner switches them on.
        chromium.go("/t/acme/admin/settings").await;
        chromium.sees("Invitation reminder").await;
        chromium.picture(&format!("admin-settings-reminders-{name}")).await;
        chromium.click("#invitations button").await;
        chromium.sees("Reminders turned on").await;
        let brand = world.local.items().into_iter().find(|item| item["kind"] == "brand" && item["slug"] == "acme");
        assert_eq!(brand.unwrap()["reminders"], true);
        chromium.close().await;
    }
}
