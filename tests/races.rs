//! The same action a hundred times at once.

use futures::future::join_all;
use http::Method;
use serde_json::json;

use crate::{
    declining::{one_click, way_out_of},
    support::{Browser, World, code_in, link_in},
};

const TIMES: usize = 100;

fn kinds(world: &World, kind: &str) -> usize {
    world.local.items().iter().filter(|item| item["kind"] == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_redeems_of_one_token_create_one_session() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let link = world.link_to("maria@example.com");
    let browsers: Vec<Browser> = (0..TIMES).map(|_| Browser::default()).collect();
    join_all(browsers.iter().map(|browser| browser.get(&world, &link))).await;
    let answers = join_all(browsers.iter().map(|browser| browser.redeem(&world, &link))).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(303), count(410)), (1, TIMES - 1));
    assert_eq!(kinds(&world, "session"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_browser_that_clicks_a_hundred_times_gets_one_session() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let link = world.link_to("maria@example.com");
    let browser = Browser::default();
    browser.get(&world, &link).await;
    let answers = join_all((0..TIMES).map(|_| browser.redeem(&world, &link))).await;
    assert!(answers.iter().all(|answer| answer.location() == "/t/acme"));
    assert_eq!(kinds(&world, "session"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_invites_of_one_email_address_create_one_partner_and_one_email() {
    let world = World::new().await;
    let body = |number: usize| {
        let email = if number.is_multiple_of(2) { "maria@example.com" } else { "MARIA@Example.Com" };
        json!({"name": format!("Maria {number}"), "email": email})
    };
    let answers =
        join_all((0..TIMES).map(|number| world.api(Method::POST, "/api/t/acme/partners", body(number)))).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(201), count(409)), (1, TIMES - 1));
    world.local.settled().await;
    assert_eq!(kinds(&world, "partner"), 1);
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_repetitions_under_one_idempotency_key_get_one_response() {
    let world = World::new().await;
    let body = json!({"name": "Maria", "email": "maria@example.com"});
    let key = [("idempotency-key", "k")];
    let send = |_| world.api_with(Method::POST, "/api/t/acme/partners", body.clone(), &key);
    let answers = join_all((0..TIMES).map(send)).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.body), (201, &answers[0].body));
    }
    assert_eq!(kinds(&world, "partner"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_of_a_hundred_wrong_codes_are_counted() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let browser = Browser::default();
    browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    let guess = |_| browser.post(&world, "/t/acme/login/code", &[("code", "2222-2222")]);
    let answers = join_all((0..TIMES).map(guess)).await;
    assert!(answers.iter().all(|answer| answer.status == 400));
    let attempt = world.local.items().into_iter().find(|item| item["kind"] == "sign_in_attempt").unwrap();
    assert_eq!(attempt["tries"], 5);
    // The correct code comes too late, and the link still works.
    let code = code_in(&world.last_mail_to("maria@example.com").text);
    assert_eq!(browser.post(&world, "/t/acme/login/code", &[("code", &code)]).await.status, 400);
    assert_eq!(browser.press(&world, &world.link_to("maria@example.com")).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_edits_of_one_version_one_wins_and_the_other_gets_an_error() {
    let world = World::new().await;
    let path = format!("/api/t/acme/programs/{}", world.program_id("Creators").await);
    let edit = |number: usize| world.api(Method::PATCH, &path, json!({"name": format!("Name {number}")}));
    let answers = join_all((0..20).map(edit)).await;
    for answer in &answers {
        let ok = answer.status == 200 || answer.refusal() == (409, "changed_meanwhile".to_owned());
        assert!(ok, "{}", answer.body);
    }
    assert!(answers.iter().any(|answer| answer.status == 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_never_has_more_than_a_hundred_open_programs() {
    let world = World::new().await;
    let create = |number: usize| {
        let body = json!({"name": format!("P{number}"), "destination": "https://shop.acme.example/", "commission": {"type": "percent", "basisPoints": 1}});
        world.api(Method::POST, "/api/t/acme/programs", body)
    };
    // Three are seeded.
    let answers = join_all((0..120).map(create)).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 97);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.refusal(), (400, "too_many_programs".to_owned()));
    }
    let path = format!("/api/t/acme/programs/{}", world.program_id("Creators").await);
    assert_eq!(world.api(Method::PATCH, &path, json!({"archived": true})).await.status, 200);
    assert_eq!(create(200).await.status, 201);
    let back = world.api(Method::PATCH, &path, json!({"archived": false})).await;
    assert_eq!(back.refusal(), (400, "too_many_programs".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_declining_and_signing_in_at_the_same_moment_one_takes_effect() {
    for _ in 0..20 {
        let world = World::new().await;
        let maria = world.invite("Maria", "maria@example.com").await;
        let (browser, mail) = (Browser::default(), world.last_mail_to("maria@example.com"));
        let (link, way_out) = (link_in(&mail.text), way_out_of(&mail));
        browser.get(&world, &link).await;
        let (signed_in, declined) = futures::join!(browser.redeem(&world, &link), one_click(&world, &way_out));
        let state = world.partner(maria["id"].as_str().unwrap()).await["state"].clone();
        match (signed_in.status.as_u16(), declined.status.as_u16()) {
            (303, 409) => assert_eq!(state, "active"),
            (410, 200) => assert_eq!(state, "declined"),
            other => panic!("{other:?}, and then {state}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_concurrent_resend_does_not_undo_a_decline() {
    for _ in 0..20 {
        let world = World::new().await;
        let maria = world.invite("Maria", "maria@example.com").await;
        let way_out = way_out_of(&world.last_mail_to("maria@example.com"));
        world.local.clock.advance(60);
        let resend = format!("/partners/{}/invite", maria["id"].as_str().unwrap());
        let (declined, resent) = futures::join!(one_click(&world, &way_out), world.post(&resend, json!({})));
        assert_eq!(declined.status, 200);
        assert!(resent.status == 200 || resent.refusal() == (409, "declined".to_owned()), "{}", resent.body);
        world.local.settled().await;
        let now = world.partner(maria["id"].as_str().unwrap()).await;
        assert_eq!(now["state"], "declined");
        // If an email was sent in between, its link doesn't work.
        assert_eq!(Browser::default().get(&world, &world.link_to("maria@example.com")).await.status, 410);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_wins_against_a_sign_in_at_the_same_moment() {
    for _ in 0..20 {
        let world = World::new().await;
        let maria = world.invite("Maria", "maria@example.com").await;
        let (browser, link) = (Browser::default(), world.link_to("maria@example.com"));
        browser.get(&world, &link).await;
        let path = format!("/api/t/acme/partners/{}/revoke", maria["id"].as_str().unwrap());
        let revoke = || world.api(Method::POST, &path, json!({"notify": false}));
        let (_, first, second) = futures::join!(browser.redeem(&world, &link), revoke(), revoke());
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        // A sign-in in between changes only the status to which a revoked partner returns.
        assert_eq!(statuses, [200, 409]);
        assert_eq!(browser.get(&world, "/t/acme").await.location(), "/t/acme/login");
        assert_eq!(world.partner(maria["id"].as_str().unwrap()).await["state"], "revoked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_link_is_created_after_its_grant_or_its_partner_is_gone() {
    for round in 0..20 {
        let world = World::new().await;
        let id = world.joined("Maria", "maria@example.com").await;
        let spring = world.program_id("Spring launch").await;
        let create = |number: usize| {
            let body = json!({"linkKey": format!("key-{number}"), "programId": spring});
            let path = format!("/partners/{id}/links");
            let world = &world;
            async move { world.post(&path, body).await }
        };
        let stop = async {
            if round % 2 == 0 {
                world.post(&format!("/partners/{id}/revoke"), json!({"notify": false})).await
            } else {
                let body = json!({"programIds": [], "grantsVersion": 1});
                world.api(Method::PUT, &format!("/api/t/acme/partners/{id}/programs"), body).await
            }
        };
        let (links, stopped) = futures::join!(join_all((0..8).map(create)), stop);
        assert_eq!(stopped.status, 200, "{}", stopped.body);
        let refused = [(403, "program_not_granted".to_owned()), (409, "partner_revoked".to_owned())];
        for link in &links {
            assert!(link.status == 201 || refused.contains(&link.refusal()), "{}", link.body);
        }
        assert!(refused.contains(&create(9).await.refusal()));
        // The responses agree with what exists.
        let there = world.read(&format!("/partners/{id}/links")).await["links"].as_array().unwrap().len();
        assert_eq!(there, links.iter().filter(|link| link.status == 201).count());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_concurrent_with_a_revocation_is_recorded_or_dropped_for_good() {
    for _ in 0..20 {
        let world = World::new().await;
        let id = world.joined("Maria", "maria@example.com").await;
        world.link(&id, "maria", "Spring launch").await;
        let cref = world.click("maria").await.unwrap();
        let buy = |order: &'static str| world.buy(json!({"clickId": cref}), 1_000, order);
        let path = format!("/partners/{id}/revoke");
        let revoke = world.post(&path, json!({"notify": false}));
        let (first, second, revoked) = futures::join!(buy("a"), buy("b"), revoke);
        assert_eq!([first.status, second.status, revoked.status].map(|status| status.as_u16()), [202, 202, 200]);
        let booked = world.read("/commissions").await["commissions"].as_array().unwrap().len();
        let dropped = world.read("/dropped?days=1").await["days"][0]["conversions"].as_u64().unwrap();
        assert_eq!(u64::try_from(booked).unwrap() + dropped, 2);
        world.post(&format!("/partners/{id}/reinstate"), json!(null)).await;
        for order in ["a", "b"] {
            assert_eq!(buy(order).await.status, 202);
        }
        assert_eq!(world.read("/commissions").await["commissions"].as_array().unwrap().len(), booked);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_order_reported_fifty_times_is_recorded_once() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "maria", "Spring launch").await;
    let cref = world.click("maria").await.unwrap();
    let answers = join_all((0..50).map(|_| world.buy(json!({"clickId": cref}), 1_000, "order"))).await;
    assert!(answers.iter().all(|answer| answer.status == 202));
    assert_eq!(world.read("/commissions").await["commissions"].as_array().unwrap().len(), 1);
    let commission = world.read("/commissions").await["commissions"][0]["id"].as_str().unwrap().to_owned();
    let settle = |number: usize| {
        let what = if number.is_multiple_of(2) { "paid" } else { "reverse" };
        let path = format!("/commissions/{commission}/{what}");
        let world = &world;
        async move { world.post(&path, json!(null)).await }
    };
    let settled = join_all((0..20).map(settle)).await;
    assert_eq!(settled.iter().filter(|answer| answer.status == 200).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_concurrent_changes_of_programs_one_succeeds_and_the_others_get_an_error() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    let programs: Vec<_> = world.programs().await.iter().map(|program| program["id"].clone()).collect();
    let set = |number: usize| {
        let body = json!({"programIds": [programs[number % 3]], "grantsVersion": 1});
        let path = format!("/api/t/acme/partners/{id}/programs");
        let world = &world;
        async move { world.api(Method::PUT, &path, body).await }
    };
    let answers = join_all((0..30).map(set)).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    let now = world.partner(&id).await;
    assert_eq!(now["grants"], won[0].json()["grants"]);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.refusal(), (409, "changed_meanwhile".to_owned()));
        assert_eq!(answer.json()["detail"]["programIds"][0], now["grants"][0]["programId"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_link_key_goes_to_one_partner_and_one_email_to_one_click() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for number in 0..10 {
        ids.push(world.joined("Maria", &format!("maria{number}@example.com")).await);
    }
    let answers = join_all(ids.iter().map(|id| world.link(id, "Spring", "Spring launch"))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    let noah = world.invite("Noah", "noah@example.com").await["id"].as_str().unwrap().to_owned();
    world.local.clock.advance(60);
    let path = format!("/partners/{noah}/invite");
    let answers = join_all((0..20).map(|_| world.post(&path, json!({})))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.refusal(), (429, "too_soon".to_owned()));
    }
    world.local.settled().await;
    assert_eq!(world.mails_to("noah@example.com").len(), 2);
}
