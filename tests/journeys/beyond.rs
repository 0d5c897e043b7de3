//! B1–B4 and B6: requirements beyond those of comparable systems. (The crate of the local runner tests B12.)

use http::{Method, Request};
use local::Feedback;
use serde_json::{Value, json};

use crate::support::{ADMIN, Browser, World, code_in, token_of};

const DAY_S: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn b01_an_expired_link_can_be_exchanged_for_a_new_one_while_the_invitation_is_open() {
    let world = World::new().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let old = world.link_to("maria@example.com");
    world.local.clock.advance(29 * DAY_S);
    let browser = Browser::default();
    let page = browser.get(&world, &old).await;
    assert_eq!(page.status, 410);
    assert!(page.body.contains("Send me a new link") && page.body.contains("m•••@example.com"), "{}", page.body);

    let answer = browser.post(&world, "/t/acme/login/fresh", &[("token", &token_of(&old))]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme/login/code"));
    let check = browser.get(&world, "/t/acme/login/code").await;
    assert!(check.body.contains("m•••@example.com") && !check.body.contains("maria@example.com"), "{}", check.body);
    world.local.settled().await;
    let answer = browser.press(&world, &world.link_to("maria@example.com")).await;
    assert_eq!(answer.location(), "/t/acme");

    // After 30 days without a sign-in, the invitation expires: the page reveals no more than for a made-up link, but
    // the recipient gets an email that says so, without a link.
    world.invite("Noah", "noah@example.com").await;
    let old = world.link_to("noah@example.com");
    world.local.clock.advance(30 * DAY_S);
    let late = Browser::default();
    let page = late.get(&world, &old).await;
    assert!(page.status == 410 && !page.body.contains("Send me a new link"), "{}", page.body);
    assert_eq!(late.post(&world, "/t/acme/login/fresh", &[("token", &token_of(&old))]).await.status, 410);
    late.post(&world, "/t/acme/login", &[("email", "noah@example.com")]).await;
    world.local.settled().await;
    let mail = world.last_mail_to("noah@example.com");
    assert_eq!(mail.subject, "Your invitation from Acme has expired");
    assert!(mail.text.contains("partners@acme.example") && !mail.text.contains("/login?token="), "{}", mail.text);
    assert_eq!(world.mails_to("noah@example.com").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn b02_scanners_use_up_nothing_and_a_code_signs_in_if_the_link_is_lost() {
    let world = World::new().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let link = world.link_to("maria@example.com");
    let before = world.local.items();
    for _ in 0..20 {
        let scanner = Browser::default();
        assert_eq!(scanner.head(&world, &link).await.status, 200);
        assert_eq!(scanner.get(&world, &link).await.status, 200);
        // One that submits the button without having shown the page, and one from another site.
        assert_eq!(Browser::default().redeem(&world, &link).await.status, 400);
        let body = format!("token={}", token_of(&link));
        let form = Request::post("/t/acme/login/redeem").header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(world.send(form.body(body.into()).unwrap()).await.status, 403);
    }
    assert_eq!(world.local.items(), before, "opening a link changed something");
    let person = Browser::default();
    assert_eq!(person.press(&world, &link).await.location(), "/t/acme");

    // If the link is used up after all, the code of the same email is used up with it, and a new email has a new one.
    let browser = Browser::default();
    browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    let code = code_in(&world.last_mail_to("maria@example.com").text);
    let typed = code.to_lowercase().replace('-', " ");
    let answer = browser.post(&world, "/t/acme/login/code", &[("code", &typed)]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme"));
    assert!(browser.get(&world, "/t/acme").await.body.contains("Maria Lopez"));
    assert_eq!(Browser::default().get(&world, &world.link_to("maria@example.com")).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn b03_the_token_is_created_when_its_email_is_sent() {
    let world = World::new().await;
    world.local.pause_sources();
    let body = json!({"name": "Maria Lopez", "email": "maria@example.com"});
    world.api(Method::POST, "/api/t/acme/partners", body).await;
    let tokens = || world.local.items().into_iter().filter(|item| item["kind"] == "token").count();
    let before = tokens();
    let bodies = world.local.messages("mail-now").concat();
    assert!(!bodies.contains("token") && !bodies.contains('@'), "{bodies}");
    // Six hours in the queue don't shorten the validity of the link.
    world.local.clock.advance(6 * 3_600);
    assert_eq!(tokens(), before, "a token was made before its mail");
    world.local.resume_sources();
    world.local.settled().await;
    assert_eq!(tokens(), before + 1);
    world.local.clock.advance(14 * 60);
    assert_eq!(Browser::default().press(&world, &world.link_to("maria@example.com")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn b04_the_row_shows_the_delivery_status_and_a_bounced_email_address_gets_no_more() {
    let world = World::new().await;
    let admin = world.admin().await;
    let row = async |partner: &Value| {
        let path = format!("/t/acme/admin/partners?partner={}", partner["id"].as_str().unwrap());
        admin.get(&world, &path).await.body
    };
    let answers = async |email: &str, what: Feedback| {
        world.local.feedback(world.last_mail_to(email).id, what).await;
        world.local.settled().await;
    };
    let maria = world.invite("Maria Lopez", "maria@example.com").await;
    let page = row(&maria).await;
    assert!(page.contains(">Sent</span>") && page.contains("data-poll="), "{page}");
    answers("maria@example.com", Feedback::Deliver).await;
    let page = row(&maria).await;
    assert!(page.contains(">Delivered</span>") && !page.contains("data-poll="), "{page}");

    let noah = world.invite("Noah", "noah@example.com").await;
    answers("noah@example.com", Feedback::Bounce).await;
    let page = row(&noah).await;
    assert!(page.contains(">Bounced</span>") && page.contains("550 5.1.1 user unknown"), "{page}");
    let shown = world.partner(noah["id"].as_str().unwrap()).await;
    assert_eq!(shown["undeliverable"]["why"], "bounced", "{shown}");
    // Neither sign-in emails that he requests nor notifications about his access are sent there any more, and the row
    // says why.
    Browser::default().post(&world, "/t/acme/login", &[("email", "noah@example.com")]).await;
    let revoked = world.post(&format!("/partners/{}/revoke", noah["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(revoked.json()["notified"], false);
    world.local.settled().await;
    assert_eq!(world.mails_to("noah@example.com").len(), 1);
    let told =
        world.local.items().into_iter().find(|item| item["type"] == "partner.invited" && item["partner"] == noah["id"]);
    assert_eq!(told.unwrap()["mail"]["state"], "bounced", "the timeline tells it too");

    // The suppression belongs to the email address: a partner invited with it later gets no email either.
    answers(ADMIN, Feedback::Complain).await;
    let sent = world.mails_to(ADMIN).len();
    let ada = world.invite("Ada as a partner", ADMIN).await;
    let shown = world.partner(ada["id"].as_str().unwrap()).await;
    assert_eq!((&shown["mail"]["state"], &shown["undeliverable"]["why"]), (&json!("suppressed"), &json!("complained")));
    assert_eq!(world.mails_to(ADMIN).len(), sent);
    // But a link that she requests herself is sent, although she called an invitation spam.
    world.sign_in(&Browser::default(), "/t/acme", ADMIN).await;
    assert!(world.local.messages("mail-now").is_empty() && world.local.dead_letters("mail-news").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn b06_a_repeated_request_gets_the_same_response_and_has_no_second_effect() {
    let world = World::new().await;
    let body = json!({"name": "Maria Lopez", "email": "maria@example.com"});
    let invite = |body: Value, key: &'static str| {
        let world = &world;
        async move { world.api_with(Method::POST, "/api/t/acme/partners", body, &[("idempotency-key", key)]).await }
    };
    let first = invite(body.clone(), "k1").await;
    world.local.settled().await;
    let again = invite(body.clone(), "k1").await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 1);

    let other = json!({"name": "Noah", "email": "noah@example.com"});
    assert_eq!(invite(other, "k1").await.refusal(), (422, "idempotency_key_reused".to_owned()));
    // An error response is not stored: the result may differ next time.
    assert_eq!(invite(body.clone(), "k2").await.refusal(), (409, "email_taken".to_owned()));
    world.local.clock.advance(DAY_S + 1);
    assert_eq!(invite(body, "k1").await.refusal(), (409, "email_taken".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn b07_a_partners_timeline_shows_who_did_what_and_when() {
    let world = World::new().await;
    let admin = world.admin().await;
    let body = json!({"name": "Maria Lopez", "email": "maria@example.com"});
    let maria = admin.json(&world, Method::POST, "/api/t/acme/partners", body).await.json();
    world.local.settled().await;
    let path = |what: &str| format!("/api/t/acme/partners/{}/{what}", maria["id"].as_str().unwrap());
    world.local.clock.advance(60);
    world.api(Method::POST, &path("invite"), json!({})).await;
    world.local.settled().await;
    world.local.clock.advance(60);
    let browser = Browser::default();
    browser.press(&world, &world.link_to("maria@example.com")).await;
    let spring = world.program_id("Spring launch").await;
    let link = json!({"linkKey": "maria", "programId": spring});
    browser.json(&world, Method::POST, "/api/t/acme/links", link).await;
    let programs = json!({"programIds": [], "grantsVersion": 1});
    admin.json(&world, Method::PUT, &path("programs"), programs).await;
    admin.json(&world, Method::POST, &path("revoke"), json!({"reason": "Enough.", "notify": false})).await;
    world.local.clock.advance(60);
    admin.json(&world, Method::POST, &path("reinstate"), Value::Null).await;

    let events = admin.get(&world, &path("events")).await.json()["events"].as_array().unwrap().clone();
    let told: Vec<_> = events
        .iter()
        .rev()
        .map(|event| {
            format!(
                "{} {} {}",
                &event["at"].as_str().unwrap()[14..19],
                event["actor"]["kind"].as_str().unwrap(),
                event["type"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "00:00 admin partner.invited",
            "01:00 api_key partner.invited_again",
            "02:00 partner partner.activated",
            "02:00 partner link.created",
            "02:00 admin partner.programs_changed",
            "02:00 admin partner.revoked",
            "03:00 admin partner.reinstated",
        ]
    );
    let revoked = events.iter().find(|event| event["type"] == "partner.revoked").unwrap();
    assert_eq!((&revoked["actor"]["name"], &revoked["data"]["reason"]), (&json!("Ada Admin"), &json!("Enough.")));
}

#[tokio::test(flavor = "multi_thread")]
async fn b10_dropped_attribution_is_counted_for_the_brand_and_shown_to_no_one_else() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let id = world.read("/partners?email=maria@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    world.link(&id, "maria", "Spring launch").await;
    let cref = world.click("maria").await.unwrap();
    world.post(&format!("/partners/{id}/revoke"), json!({"notify": false})).await;
    for order in 0..3 {
        world.follow("maria").await;
        let bought = world.buy(json!({"clickId": cref}), 1_000, &format!("order-{order}")).await;
        // The shop reports it twice, and it counts once.
        assert_eq!(world.buy(json!({"clickId": cref}), 1_000, &format!("order-{order}")).await.body, bought.body);
    }
    let today = world.read("/dropped?days=1").await["days"][0].clone();
    assert_eq!((&today["clicks"], &today["conversions"]), (&json!(3), &json!(3)));
    world.post(&format!("/partners/{id}/reinstate"), Value::Null).await;
    world.sign_in(&browser, "/t/acme", "maria@example.com").await;
    for path in ["/t/acme", "/t/acme/links", "/t/acme/earnings"] {
        let page = browser.get(&world, path).await.body;
        assert!(!page.contains("ropped"), "{path}: {page}");
    }
    assert_eq!(browser.get(&world, "/api/t/acme/dropped").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn b06_every_write_can_be_repeated() {
    let world = World::new().await;
    let maria = world.joined("Maria", "maria@example.com").await;
    let noah = world.invite("Noah", "noah@example.com").await["id"].as_str().unwrap().to_owned();
    let spring = world.program_id("Spring launch").await;
    world.link(&maria, "shop", "Spring launch").await;
    let cref = world.click("shop").await.unwrap();
    world.buy(json!({"clickId": cref}), 1_000, "order").await;
    let commission = world.read("/commissions").await["commissions"][0]["id"].as_str().unwrap().to_owned();
    world.local.clock.advance(60);
    let event = json!({"clickId": cref, "type": "purchase", "value": 1_000, "currency": "EUR"});
    for (method, path, body) in [
        (
            Method::POST,
            "/programs".to_owned(),
            json!({"name": "New", "destination": "https://a.example/", "commission": {"type": "percent", "basisPoints": 1}}),
        ),
        (Method::PATCH, format!("/programs/{spring}"), json!({"name": "Spring"})),
        (Method::PATCH, format!("/partners/{maria}"), json!({"name": "Maria L."})),
        (Method::POST, format!("/partners/{maria}/links"), json!({"linkKey": "maria", "programId": spring})),
        (Method::DELETE, format!("/partners/{maria}/links/maria"), Value::Null),
        (Method::PUT, format!("/partners/{maria}/programs"), json!({"programIds": [], "grantsVersion": 1})),
        (Method::POST, format!("/partners/{maria}/sign-in-link"), json!({})),
        (Method::POST, format!("/partners/{noah}/invite"), json!({})),
        (Method::PUT, format!("/partners/{noah}/email"), json!({"email": "noah.b@example.com"})),
        (Method::POST, "/attribution/events".to_owned(), event),
        (Method::POST, format!("/commissions/{commission}/paid"), Value::Null),
        (Method::POST, format!("/partners/{maria}/revoke"), json!({"notify": false})),
        (Method::POST, format!("/partners/{maria}/reinstate"), Value::Null),
    ] {
        let path = format!("/api/t/acme{path}");
        // One key for all requests: it belongs to one method and path.
        let headers = [("idempotency-key", "k")];
        let first = world.api_with(method.clone(), &path, body.clone(), &headers).await;
        assert!(first.status.is_success(), "{method} {path}: {}", first.body);
        world.local.settled().await;
        let (items, mails) = (world.local.items(), world.local.mails().len());
        let again = world.api_with(method.clone(), &path, body, &headers).await;
        world.local.settled().await;
        assert_eq!((again.status, &again.body), (first.status, &first.body), "{method} {path}");
        assert_eq!((world.local.items(), world.local.mails().len()), (items, mails), "{method} {path}");
    }
}
