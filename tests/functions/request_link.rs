//! `request-link`.

use shared::domain::Session;

use crate::support::{ADMIN, Browser, World, code_in, link_in};

#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_email_addresses_get_the_same_response_for_the_same_work() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let mut answers = Vec::new();
    for email in ["maria@example.com", "nobody@example.com"] {
        let browser = Browser::default();
        let recording = world.local.wire.record();
        let answer = browser.post(&world, "/t/acme/login", &[("email", email)]).await;
        let calls = recording.of("request-link");
        let work: Vec<_> = calls.0.iter().map(|call| call.operation.clone()).collect();
        let page = browser.get(&world, "/t/acme/login/code").await;
        answers.push((answer.status, answer.location().to_owned(), work, page.body.replace(email, "…")));
    }
    assert_eq!(answers[0], answers[1]);
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 2);
    assert!(world.mails_to("nobody@example.com").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_email_says_when_and_where_it_was_requested() {
    let world = World::new().await;
    let browser = Browser::default();
    browser.post(&world, "/t/acme/admin/login", &[("email", ADMIN)]).await;
    world.local.settled().await;
    let mail = world.last_mail_to(ADMIN);
    for part in [&mail.text, &mail.html] {
        for said in ["Firefox on Windows", "1 January 2026", "15 minutes", &code_in(&mail.text)] {
            assert!(part.contains(said), "{said} is missing in {part}");
        }
    }
    assert!(link_in(&mail.text).starts_with("/t/acme/admin/login?token=adm_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_and_a_partner_are_signed_in_at_the_same_time() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    world.sign_in(&browser, "/t/acme/admin", ADMIN).await;
    assert_eq!(browser.get(&world, "/t/acme").await.status, 200);
    assert_eq!(browser.get(&world, "/t/acme/admin/partners").await.status, 200);
    // An admin's email address doesn't sign in to the partners' portal, and vice versa.
    browser.post(&world, "/t/acme/login", &[("email", ADMIN)]).await;
    browser.post(&world, "/t/acme/admin/login", &[("email", "maria@example.com")]).await;
    let before = world.local.mails().len();
    world.local.settled().await;
    assert_eq!(world.local.mails().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_address_gets_three_emails_an_hour_and_earlier_links_still_work() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let ask = async || {
        let browser = Browser::default();
        let answer = browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme/login/code"));
        world.local.settled().await;
    };
    for _ in 0..5 {
        ask().await;
    }
    assert_eq!(world.mails_to("maria@example.com").len(), 1 + 3);
    assert_eq!(Browser::default().press(&world, &world.link_to("maria@example.com")).await.status, 303);
    world.local.clock.advance(3_600);
    ask().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 1 + 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_one_uses_up_the_limit_of_someone_else() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let ask_from = async |ip: &str| {
        let path = format!("{}/../events/request-link.json", env!("CARGO_MANIFEST_DIR"));
        let mut event: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        event["requestContext"]["http"]["sourceIp"] = ip.into();
        let answer = world.local.invoke("request-link", event).await.unwrap();
        world.local.settled().await;
        answer["statusCode"].as_u64().unwrap()
    };
    let mails = || world.mails_to("maria@example.com").len() - 1;
    for _ in 0..20 {
        ask_from("2001:db8:1:1::1").await;
        ask_from("2001:db8:1:1::2").await;
    }
    assert_eq!(mails(), 3);
    assert_eq!(ask_from("192.0.2.7").await, 303);
    assert_eq!(mails(), 4);
    // A network that requests links for too many email addresses doesn't use up anyone's limit either.
    world.local.clock.advance(3_600);
    for number in 0..60 {
        let browser = Browser::default();
        browser.post(&world, "/t/acme/login", &[("email", &format!("p{number}@example.com"))]).await;
    }
    for _ in 0..5 {
        let browser = Browser::default();
        assert_eq!(browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await.status, 429);
    }
    world.local.clock.advance(600);
    let browser = Browser::default();
    assert_eq!(browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await.status, 303);
    world.local.settled().await;
    assert_eq!(mails(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_from_one_client_network_are_limited() {
    let world = World::new().await;
    let browser = Browser::default();
    for number in 0..60 {
        let answer = browser.post(&world, "/t/acme/login", &[("email", &format!("p{number}@example.com"))]).await;
        assert_eq!(answer.status, 303, "{number}");
    }
    let answer = browser.post(&world, "/t/acme/login", &[("email", "p60@example.com")]).await;
    assert_eq!(answer.status, 429);
    world.local.clock.advance(600);
    assert_eq!(browser.post(&world, "/t/acme/login", &[("email", "p60@example.com")]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_email_address_is_an_error_and_an_unknown_brand_returns_404() {
    let world = World::new().await;
    let browser = Browser::default();
    let answer = browser.post(&world, "/t/acme/login", &[("email", "<b>maria")]).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("valid email address") && !answer.body.contains("<b>maria"), "{}", answer.body);
    assert_eq!(browser.post(&world, "/t/nobody/login", &[("email", "maria@example.com")]).await.status, 404);
    let large = "x".repeat(65 * 1024);
    assert_eq!(browser.post(&world, "/t/acme/login", &[("email", &large)]).await.status, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_signs_in_again_and_returns_to_the_same_page() {
    let world = World::new().await;
    let admin = world.admin().await;
    let back = "/t/acme/admin/partners?q=ma";
    let recent = async || admin.get(&world, "/api/t/acme/attribution").await.status == 200;
    let wait = || world.local.clock.advance(Session::RECENT.as_secs());
    let ask = async |back: &str| {
        let answer = admin.post(&world, "/t/acme/admin/login/again", &[("back", back)]).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme/admin/login/code"));
        world.local.settled().await;
        link_in(&world.last_mail_to(ADMIN).text)
    };
    // With the link, opened in another tab of this browser.
    wait();
    assert!(!recent().await);
    let link = ask(back).await;
    assert!(!link.contains("partners"), "what a mail holds says nothing of where they were");
    let page = admin.get(&world, &link).await.body;
    assert!(page.contains("Sign in again") && page.contains(&format!("name=\"back\" value=\"{back}\"")), "{page}");
    let token = crate::support::token_of(&link);
    let answer = admin.post(&world, "/t/acme/admin/login/redeem", &[("token", &token), ("back", back)]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, back));
    assert!(recent().await);
    assert_eq!(admin.get(&world, &link).await.location(), back, "the mail, opened once more");
    // With the code.
    wait();
    ask(back).await;
    let code = code_in(&world.last_mail_to(ADMIN).text);
    let page = admin.get(&world, "/t/acme/admin/login/code").await.body;
    assert!(!page.contains("sign you in as the person it was sent to"), "{page}");
    let answer = admin.post(&world, "/t/acme/admin/login/code", &[("code", &code)]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, back));
    // A redirect to any other destination is not possible.
    for elsewhere in ["https://evil.example/", "//evil.example", "/t/globex/admin", "/t/acme/admin/../../../x", ""] {
        let link = ask(elsewhere).await;
        let token = crate::support::token_of(&link);
        admin.get(&world, &link).await;
        let fields = [("token", token.as_str()), ("back", elsewhere)];
        let answer = admin.post(&world, "/t/acme/admin/login/redeem", &fields).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme/admin"), "{elsewhere}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_out_admin_is_redirected_to_sign_in_and_emails_are_limited() {
    let world = World::new().await;
    let stranger = Browser::default();
    let answer = stranger.post(&world, "/t/acme/admin/login/again", &[("back", "/t/acme/admin")]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme/admin/login"));
    let admin = world.admin().await;
    let before = world.mails_to(ADMIN).len();
    for _ in 0..15 {
        admin.post(&world, "/t/acme/admin/login/again", &[("back", "/t/acme/admin")]).await;
    }
    world.local.settled().await;
    assert_eq!(world.mails_to(ADMIN).len(), before + 12);
}
