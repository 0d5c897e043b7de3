//! `redeem-code`.

use crate::support::{Answer, Browser, World, code_in};

async fn asked(world: &World, email: &str) -> Browser {
    let browser = Browser::default();
    browser.post(world, "/t/acme/login", &[("email", email)]).await;
    world.local.settled().await;
    browser
}

async fn type_code(world: &World, browser: &Browser, code: &str) -> Answer {
    browser.post(world, "/t/acme/login/code", &[("code", code)]).await
}

fn code(world: &World) -> String {
    code_in(&world.last_mail_to("maria@example.com").text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_only_in_the_browser_that_requested_it() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let browser = asked(&world, "maria@example.com").await;
    let elsewhere = asked(&world, "nobody@example.com").await;
    assert_eq!(type_code(&world, &elsewhere, &code(&world)).await.status, 400);
    assert_eq!(type_code(&world, &Browser::default(), &code(&world)).await.location(), "/t/acme/login");
    assert_eq!(type_code(&world, &browser, &code(&world)).await.location(), "/t/acme");
}

#[tokio::test(flavor = "multi_thread")]
async fn submitting_twice_gives_the_same_session_and_uses_up_the_link() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let browser = asked(&world, "maria@example.com").await;
    let attempt = browser.cookie("attempt-partner-acme").unwrap();
    type_code(&world, &browser, &code(&world)).await;
    let session = browser.cookie("partner-acme").unwrap();
    let lost = Browser::default();
    lost.restore("attempt-partner-acme", &attempt);
    assert_eq!(type_code(&world, &lost, &code(&world)).await.location(), "/t/acme");
    assert_eq!(lost.cookie("partner-acme"), Some(session));
    assert_eq!(Browser::default().get(&world, &world.link_to("maria@example.com")).await.status, 410);
    world.local.clock.advance(60);
    lost.restore("attempt-partner-acme", &attempt);
    assert_eq!(type_code(&world, &lost, &code(&world)).await.location(), "/t/acme/login");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_link_uses_up_its_code() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let browser = asked(&world, "maria@example.com").await;
    Browser::default().press(&world, &world.link_to("maria@example.com")).await;
    let answer = type_code(&world, &browser, &code(&world)).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("no longer works"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_codes_end_an_attempt_known_or_not() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    for email in ["maria@example.com", "nobody@example.com"] {
        let browser = asked(&world, email).await;
        for left in ["4 attempts left", "3 attempts left", "2 attempts left", "1 attempt left", "your last attempt"] {
            let answer = type_code(&world, &browser, "2222-2222").await;
            assert!(answer.status == 400 && answer.body.contains(left), "{left}: {}", answer.body);
        }
        let answer = type_code(&world, &browser, "2222-2222").await;
        assert!(answer.body.contains("Too many attempts"), "{}", answer.body);
    }
    let browser = asked(&world, "maria@example.com").await;
    // Text that can't be a code doesn't count as an attempt.
    for typed in ["", "123", "ABCD-EFG0"] {
        assert_eq!(type_code(&world, &browser, typed).await.status, 400);
    }
    assert_eq!(type_code(&world, &browser, &code(&world)).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_codes_a_day_leave_only_links() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    for _ in 0..2 {
        let browser = asked(&world, "maria@example.com").await;
        for _ in 0..5 {
            type_code(&world, &browser, "2222-2222").await;
        }
    }
    let browser = asked(&world, "maria@example.com").await;
    let answer = type_code(&world, &browser, &code(&world)).await;
    assert!(answer.status == 400 && answer.body.contains("Use the button in the email"), "{}", answer.body);
    assert_eq!(browser.press(&world, &world.link_to("maria@example.com")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_until_it_expires() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    for (seconds, status) in [(15 * 60 - 1, 303), (15 * 60, 400)] {
        let browser = asked(&world, "maria@example.com").await;
        world.local.clock.advance(seconds);
        assert_eq!(type_code(&world, &browser, &code(&world)).await.status, status);
    }
}
