//! `request-link`.

use crate::support::{ADMIN, Browser, World, code_in, link_in};

#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_addresses_get_the_same_answer_for_the_same_work() {
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
async fn the_mail_says_when_and_where_it_was_asked_for() {
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
async fn an_admin_and_a_partner_are_signed_in_side_by_side() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    world.sign_in(&browser, "/t/acme/admin", ADMIN).await;
    assert_eq!(browser.get(&world, "/t/acme").await.status, 200);
    assert_eq!(browser.get(&world, "/t/acme/admin/partners").await.status, 200);
    // An admin's address opens nothing at the partners' door, and the other way round.
    browser.post(&world, "/t/acme/login", &[("email", ADMIN)]).await;
    browser.post(&world, "/t/acme/admin/login", &[("email", "maria@example.com")]).await;
    let before = world.local.mails().len();
    world.local.settled().await;
    assert_eq!(world.local.mails().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_mails_an_hour_go_to_one_address_and_earlier_links_still_work() {
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
async fn nobody_uses_up_the_mails_of_somebody_else() {
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
    // A network that asks for too many addresses uses up nobody's mails either.
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
async fn one_network_address_can_ask_only_so_often() {
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
async fn what_is_no_address_is_said_so_and_what_is_no_brand_is_not_there() {
    let world = World::new().await;
    let browser = Browser::default();
    let answer = browser.post(&world, "/t/acme/login", &[("email", "<b>maria")]).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("Give one email address") && !answer.body.contains("<b>maria"), "{}", answer.body);
    assert_eq!(browser.post(&world, "/t/nobody/login", &[("email", "maria@example.com")]).await.status, 404);
    let large = "x".repeat(65 * 1024);
    assert_eq!(browser.post(&world, "/t/acme/login", &[("email", &large)]).await.status, 413);
}
