//! `renew-link`.

use crate::support::{Answer, Browser, World, token_of};

async fn renew(world: &World, browser: &Browser, token: &str) -> Answer {
    let answer = browser.post(world, "/t/acme/login/fresh", &[("token", token)]).await;
    world.local.settled().await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn three_new_links_a_day_then_the_email_address_is_required() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let token = token_of(&world.link_to("maria@example.com"));
    world.local.clock.advance(3_600);
    for sent in 2..=4 {
        assert_eq!(renew(&world, &Browser::default(), &token).await.location(), "/t/acme/login/code");
        assert_eq!(world.mails_to("maria@example.com").len(), sent);
    }
    let answer = renew(&world, &Browser::default(), &token).await;
    assert_eq!(answer.status, 410);
    assert!(answer.body.contains("maximum of three new links"), "{}", answer.body);
    assert!(!answer.body.contains("Send me a new link") && answer.body.contains("name=\"email\""), "{}", answer.body);
    assert_eq!(world.mails_to("maria@example.com").len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_link_sends_no_email() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let token = token_of(&world.link_to("maria@example.com"));
    let forged = format!("{}{}", &token[..token.len() - 2], "AA");
    for made_up in [forged.as_str(), "x", ""] {
        let answer = renew(&world, &Browser::default(), made_up).await;
        assert_eq!(answer.status, 410);
        assert!(!answer.body.contains("maria@") && !answer.body.contains("m•••"), "{}", answer.body);
    }
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_link_of_an_active_partner_can_be_renewed_too() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let link = world.link_to("maria@example.com");
    Browser::default().press(&world, &link).await;
    let browser = Browser::default();
    let page = browser.get(&world, &link).await;
    assert!(page.status == 410 && page.body.contains("Send me a new link"), "{}", page.body);
    renew(&world, &browser, &token_of(&link)).await;
    assert_eq!(browser.press(&world, &world.link_to("maria@example.com")).await.location(), "/t/acme");
}
