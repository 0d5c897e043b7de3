//! `redeem-link`.

use crate::support::{Browser, World, token_of};

#[tokio::test(flavor = "multi_thread")]
async fn pressing_twice_gives_the_same_session_and_another_browser_none() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let link = world.link_to("maria@example.com");
    let browser = Browser::default();
    browser.press(&world, &link).await;
    let session = browser.cookie("partner-acme").unwrap();
    // The answer was lost: the browser has no session yet, and presses again.
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
async fn a_link_opens_only_the_door_it_was_made_for() {
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
        assert!(!page.body.contains("Email me a fresh link"), "{}", page.body);
        assert_eq!(
            browser.post(&world, &format!("{door}/redeem"), &[("token", &token)]).await.status,
            410,
            "{door}"
        );
    }
    // Changed in any part, it is made up.
    for forged in [
        token.replace(".0.", ".1."),
        token.replace(".join.", ".in."),
        "x".to_owned(),
        String::new(),
    ] {
        let answer = browser.post(&world, "/t/acme/login/redeem", &[("token", &forged)]).await;
        let works = forged.contains(".in.") && answer.status == 303;
        assert!(works || answer.status == 410, "{forged}: {}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_else_is_signed_in_is_said_and_asked_about() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    world.invite("Noah", "noah@example.com").await;
    let link = world.link_to("noah@example.com");
    let page = browser.get(&world, &link).await;
    assert!(
        page.body.contains("m•••@example.com") && page.body.contains("n•••@example.com"),
        "{}",
        page.body
    );
    assert!(page.body.contains("Stay signed in as"), "{}", page.body);
    assert!(browser.get(&world, "/t/acme").await.body.contains("Maria Lopez"));
    browser.redeem(&world, &link).await;
    assert!(browser.get(&world, "/t/acme").await.body.contains("Noah"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_cookies_the_page_says_so() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let answer = Browser::default().redeem(&world, &world.link_to("maria@example.com")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("cookies"), "{}", answer.body);
}
