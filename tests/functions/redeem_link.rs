//! `redeem-link`.

use crate::support::{Browser, World, token_of};

#[tokio::test(flavor = "multi_thread")]
async fn clicking_twice_gives_the_same_session_and_another_browser_none() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let link = world.link_to("maria@example.com");
    let browser = Browser::default();
    browser.press(&world, &link).await;
    let session = browser.cookie("partner-acme").unwrap();
    // The response was lost: the browser has no session yet, and the partner clicks again.
    browser.forget("partner-acme");
    assert_eq!(browser.redeem(&world, &link).await.status, 303);
    assert_eq!(browser.cookie("partner-acme"), Some(session));

    let other = Browser::default();
    assert_eq!(other.get(&world, &link).await.status, 410);
    assert_eq!(other.redeem(&world, &link).await.status, 410);
    assert_eq!(other.cookie("partner-acme"), None);
    world.local.clock.advance(60);
    assert_eq!(browser.redeem(&world, &link).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_until_it_expires() {
    let world = World::new().await;
    for (name, seconds, status) in [("a", 15 * 60 - 1, 303), ("b", 15 * 60, 410)] {
        let email = format!("{name}@example.com");
        world.invite("Maria", &email).await;
        let browser = Browser::default();
        let link = world.link_to(&email);
        assert_eq!(browser.get(&world, &link).await.status, 200);
        world.local.clock.advance(seconds);
        assert_eq!(browser.redeem(&world, &link).await.status, status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signs_in_only_to_its_own_portal() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let brand = serde_json::json!({"brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"}});
    world.local.invoke("create-brand", brand).await.unwrap();
    let token = token_of(&world.link_to("maria@example.com"));
    let browser = Browser::default();
    for door in ["/t/globex/login", "/t/acme/admin/login"] {
        browser.get(&world, door).await;
        let page = browser.get(&world, &format!("{door}?token={token}")).await;
        assert_eq!(page.status, 410, "{door}");
        assert!(!page.body.contains("Send me a new link"), "{}", page.body);
        assert_eq!(browser.post(&world, &format!("{door}/redeem"), &[("token", &token)]).await.status, 410, "{door}");
    }
    // With a changed recipient or epoch, the token is invalid.
    for forged in
        [token.replace(".0.", ".1."), format!("{}A", &token[..token.len() - 1]), "x".to_owned(), String::new()]
    {
        let answer = browser.post(&world, "/t/acme/login/redeem", &[("token", &forged)]).await;
        assert_eq!(answer.status, 410, "{forged}");
    }
    // The purpose is only an assumption made when the email was sent: the partner's status decides.
    let guessed = token.replace(".join.", ".in.");
    assert_eq!(browser.post(&world, "/t/acme/login/redeem", &[("token", &guessed)]).await.status, 303);
    assert_eq!(world.local.items().iter().filter(|item| item["type"] == "partner.activated").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_signed_in_user_is_named_and_signed_out_after_confirmation() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let before = browser.cookie("partner-acme").unwrap();
    world.invite("Noah", "noah@example.com").await;
    let link = world.link_to("noah@example.com");
    let page = browser.get(&world, &link).await;
    assert!(page.body.contains("Maria Lopez") && page.body.contains("n•••@example.com"), "{}", page.body);
    assert!(page.body.contains("Stay signed in as Maria Lopez"), "{}", page.body);
    assert!(browser.get(&world, "/t/acme/login").await.body.contains("Continue as Maria Lopez"));
    assert!(browser.get(&world, "/t/acme").await.body.contains("Maria Lopez"));
    browser.redeem(&world, &link).await;
    assert!(browser.get(&world, "/t/acme").await.body.contains("Noah"));
    let old = Browser::default();
    old.restore("partner-acme", &before);
    assert_eq!(old.get(&world, "/t/acme").await.location(), "/t/acme/login");
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_the_link_again_redirects_to_the_dashboard() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let answer = browser.get(&world, &world.link_to("maria@example.com")).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_cookies_the_page_says_so() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let answer = Browser::default().redeem(&world, &world.link_to("maria@example.com")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("cookies"), "{}", answer.body);
}
