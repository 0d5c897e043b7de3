//! Paths through the system on which every function uses all of its permissions.

use http::{Method, Request};
use local::{Feedback, Service};
use serde_json::json;

use crate::{
    declining::declined,
    outside::{Others, says},
    support::{ADMIN, Browser, World, code_in, token_of},
};

/// Visits everything once, also with failures and with idle sessions.
pub(super) async fn tour(world: &World) {
    let admin = world.admin().await;
    let later = || world.local.clock.advance(11 * 60);
    let program = json!({"name": "Later", "destination": "https://shop.acme.example/", "commission": {"type": "percent", "basisPoints": 1}});
    let program = admin.json(world, Method::POST, "/api/t/acme/programs", program).await.json();
    later();
    for path in [
        "/t/acme/admin/partners?q=x",
        "/t/acme/admin/partners",
        "/t/acme/admin/programs",
        "/t/acme/admin/settings",
        "/api/t/acme/programs",
        "/api/t/acme/partners",
    ] {
        admin.get(world, path).await;
        later();
    }
    let path = format!("/api/t/acme/programs/{}", program["id"].as_str().unwrap());
    admin.json(world, Method::PATCH, &path, json!({"archived": true})).await;
    later();
    admin.json(world, Method::POST, "/api/t/acme/programs", json!({})).await;
    later();
    admin.json(world, Method::POST, "/api/t/acme/partners", json!({"name": "Noah", "email": "noah@example.com"})).await;
    world.invite("Maria", "maria@example.com").await;
    let listed = admin.get(world, "/api/t/acme/partners").await.json();
    let noah = listed["partners"].as_array().unwrap().iter().find(|partner| partner["name"] == "Noah").unwrap().clone();
    for what in ["revoke", "reinstate"] {
        let path = format!("/api/t/acme/partners/{}/{what}", noah["id"].as_str().unwrap());
        assert_eq!(admin.json(world, Method::POST, &path, json!({})).await.status, 200);
        world.local.settled().await;
    }
    let link = world.link_to("maria@example.com");
    world.local.feedback(world.last_mail_to("maria@example.com").id, Feedback::Complain).await;
    world.local.settled().await;
    let browser = Browser::default();
    browser.post(world, "/t/acme/login/opened", &[("token", &token_of(&link))]).await;
    browser.press(world, &link).await;
    browser.get(world, "/t/acme").await;
    Browser::default().get(world, &link).await;
    Browser::default().post(world, "/t/acme/login/fresh", &[("token", &token_of(&link))]).await;
    browser.redeem(world, &link).await;
    later();
    browser.redeem(world, &link).await;
    browser.post(world, "/t/acme/login", &[("email", "noah@example.com")]).await;
    world.local.settled().await;
    browser.press(world, &world.link_to("noah@example.com")).await;
    browser.post(world, "/t/acme/login", &[("email", "nonsense")]).await;
    browser.post(world, "/t/acme/admin/login", &[("email", ADMIN)]).await;
    world.local.settled().await;
    let code = code_in(&world.last_mail_to(ADMIN).text);
    elsewhere(world, &browser).await;
    browser.post(world, "/t/acme/admin/login/code", &[("code", "2222-2222")]).await;
    admin.post(world, "/t/acme/admin/login", &[("email", ADMIN)]).await;
    world.local.settled().await;
    let again = code_in(&world.last_mail_to(ADMIN).text);
    assert_eq!(admin.post(world, "/t/acme/admin/login/code", &[("code", &again)]).await.status, 303);
    browser.post(world, "/t/acme/admin/login/code", &[("code", &code)]).await;
    browser.post(world, "/t/acme/admin/logout", &[]).await;
    let foreign = Request::post("/t/acme/logout").header("origin", "https://evil.example");
    world.send(foreign.body(bytes::Bytes::new()).unwrap()).await;
    let unreadable =
        std::fs::read_to_string(local::template_path().with_file_name("../events/relay-events.unreadable.json"));
    world.local.invoke("relay-events", serde_json::from_str(&unreadable.unwrap()).unwrap()).await.unwrap();
    // An email that SES rejects returns later than its queue's visibility timeout.
    world.local.wire.on_call(|call| {
        if call.service == Service::Ses { local::Fault::error(400, "MessageRejected") } else { local::Fault::Pass }
    });
    world.invite("Zoe", "zoe@example.com").await;
}

/// Signs out a partner, and an admin whose session has been idle, everywhere else.
async fn elsewhere(world: &World, partner: &Browser) {
    let others = [("session", "others")];
    assert_eq!(partner.post(world, "/t/acme/account/sign-out", &others).await.status, 303);
    let admin = world.admin().await;
    world.local.clock.advance(11 * 60);
    assert_eq!(admin.post(world, "/t/acme/admin/account/sign-out", &others).await.status, 303);
}

/// The life of a partner: every action once by an admin whose session has been idle, and by the partner.
pub(super) async fn life(world: &World) {
    let call = async |method: Method, path: &str, body: serde_json::Value| {
        let admin = world.admin().await;
        world.local.clock.advance(11 * 60);
        let answer = admin.json(world, method, &format!("/api/t/acme{path}"), body).await;
        world.local.settled().await;
        answer
    };
    let olga = json!({"name": "Olga", "email": "olgaa@example.com"});
    let olga = call(Method::POST, "/partners", olga).await.json()["id"].as_str().unwrap().to_owned();
    let of = |what: &str| format!("/partners/{olga}{what}");
    call(Method::PATCH, &of(""), json!({"name": "Olga O.", "metadata": {}})).await;
    call(Method::POST, &of("/invite"), json!({})).await;
    call(Method::PUT, &of("/email"), json!({"email": "olga@example.com"})).await;
    let browser = Browser::default();
    browser.press(world, &world.link_to("olga@example.com")).await;
    call(Method::POST, &of("/sign-in-link"), json!({})).await;
    addresses(world, &browser, &of("/email")).await;
    let programs = call(Method::GET, "/programs", json!(null)).await.json();
    let program = programs["programs"][0]["id"].clone();
    call(Method::PUT, &of("/programs"), json!({"programIds": [], "grantsVersion": 1})).await;
    call(Method::PUT, &of("/programs"), json!({"programIds": [program], "grantsVersion": 2})).await;
    let link = json!({"linkKey": "olga", "programId": program});
    browser.json(world, Method::POST, "/api/t/acme/links", link).await;
    call(Method::POST, &of("/links"), json!({"programId": program})).await;
    browser.get(world, "/api/t/acme/links").await;
    call(Method::GET, &of("/links"), json!(null)).await;
    call(Method::GET, "/partners?q=ol", json!(null)).await;
    let cref = world.click("olga").await.unwrap();
    let identify = json!({"userId": "u", "clickId": cref});
    call(Method::POST, "/attribution/identify", identify.clone()).await;
    world.post("/attribution/identify", identify).await;
    world.buy(json!({"userId": "u"}), 1_000, "order").await;
    world.buy(json!({"userId": "u"}), 1_000, "another").await;
    let listed = call(Method::GET, "/commissions", json!(null)).await.json();
    call(Method::GET, &format!("/commissions?partner={olga}"), json!(null)).await;
    let commission = listed["commissions"][0]["id"].as_str().unwrap().to_owned();
    call(Method::POST, &format!("/commissions/{commission}/reverse"), json!(null)).await;
    call(Method::DELETE, &of("/links/olga"), json!(null)).await;
    call(Method::GET, &of("/events"), json!(null)).await;
    world.buy(json!({"userId": "nobody"}), 1_000, "order-2").await;
    call(Method::GET, "/dropped", json!(null)).await;
    call(Method::POST, "/overview", json!({})).await;
    world.post("/overview", json!({})).await;
    world.admin().await.get(world, "/t/acme/admin/overview").await;
    call(Method::GET, "/attribution", json!(null)).await;
    call(Method::PUT, "/attribution", json!({"newSecret": true})).await;
    call(Method::GET, "/api-keys", json!(null)).await;
    let key = call(Method::POST, "/api-keys", json!({"label": "Shop", "scopes": ["events:write"]})).await.json();
    call(Method::DELETE, &format!("/api-keys/{}", key["id"].as_str().unwrap()), json!(null)).await;
}

/// Changes an active partner's email address twice: as an admin requests it, and as they do themselves.
async fn addresses(world: &World, browser: &Browser, path: &str) {
    let link_to = |address: &str| {
        let text = world.last_mail_to(address).text;
        text.split_whitespace().find_map(|word| word.split_once("/address?link=")).unwrap().1.to_owned()
    };
    let asked = json!({"email": "olga.b@example.com"});
    world.admin().await.json(world, Method::PUT, &format!("/api/t/acme{path}"), asked).await;
    world.local.settled().await;
    let link = link_to("olga.b@example.com");
    browser.get(world, &format!("/t/acme/address?link={link}")).await;
    browser.post(world, "/t/acme/address", &[("link", &link)]).await;
    browser.json(world, Method::PUT, "/api/t/acme/email", json!({"email": "olga@example.com"})).await;
    world.local.settled().await;
    browser.post(world, "/t/acme/address", &[("link", &link_to("olga@example.com"))]).await;
    world.local.settled().await;
}

/// Exercises less common ways to sign in: a code instead of a link, also for partners, and a link of a person who has
/// signed in before. Also what happens after a revocation, and with an email address that bounced.
pub(super) async fn doors(world: &World) {
    for (email, door) in [("paula@example.com", "/t/acme"), (ADMIN, "/t/acme/admin")] {
        if email != ADMIN {
            world.invite("Paula", email).await;
            Browser::default().press(world, &world.link_to(email)).await;
            world.local.clock.advance(3_600);
            world.local.settled().await;
        }
        let browser = Browser::default();
        browser.post(world, &format!("{door}/login"), &[("email", email)]).await;
        world.local.settled().await;
        assert_eq!(browser.get(world, &format!("{door}/login/code")).await.status, 200);
        let mail = world.last_mail_to(email);
        let code = [("code", code_in(&mail.text))];
        let code: Vec<_> = code.iter().map(|(name, code)| (*name, code.as_str())).collect();
        let answer = browser.post(world, &format!("{door}/login/code"), &code).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        // Clicking twice leads to the same page.
        assert_eq!(browser.post(world, &format!("{door}/login/code"), &code).await.status, 303);
        world.local.clock.advance(3_600);
        browser.post(world, &format!("{door}/login"), &[("email", email)]).await;
        world.local.settled().await;
        // A wrong code from a signed-in user, and no code at all.
        for guess in ["2222-2222", ""] {
            browser.post(world, &format!("{door}/login/code"), &[("code", guess)]).await;
        }
        assert_eq!(browser.press(world, &world.link_to(email)).await.status, 303);
        browser.post(world, &format!("{door}/login/code"), &[("code", "3333-3333")]).await;
        world.local.clock.advance(3_600);
    }
    // Another code, in a browser where another partner was signed in, before they ever signed in with a link.
    world.invite("Quentin", "quentin@example.com").await;
    let browser = world.partner_browser("rosa@example.com").await;
    world.local.clock.advance(3_600);
    browser.post(world, "/t/acme/login", &[("email", "quentin@example.com")]).await;
    world.local.settled().await;
    let code = code_in(&world.last_mail_to("quentin@example.com").text);
    assert_eq!(browser.post(world, "/t/acme/login/code", &[("code", &code)]).await.status, 303);

    let sven = world.joined("Sven", "sven@example.com").await;
    let program = world.read("/programs").await["programs"][0]["id"].clone();
    let link = json!({"linkKey": "sven", "programId": program});
    assert_eq!(world.post(&format!("/partners/{sven}/links"), link).await.status, 201);
    assert_eq!(world.post(&format!("/partners/{sven}/revoke"), json!({"notify": false})).await.status, 200);
    world.click("sven").await;

    declined(world, "Uwe", "uwe@example.com").await;
    world.invite("Ulla", "ulla@example.com").await;
    let unopened = token_of(&world.link_to("ulla@example.com"));
    Browser::default().post(world, "/t/acme/login/fresh", &[("token", &unopened)]).await;

    let tara = world.invite("Tara", "tara@example.com").await;
    world.local.feedback(world.last_mail_to("tara@example.com").id, Feedback::Bounce).await;
    world.local.settled().await;
    world.local.clock.advance(3_600);
    let again = format!("/partners/{}/invite", tara["id"].as_str().unwrap());
    assert_eq!(world.post(&again, json!({"clear": true})).await.status, 200);
}

/// Exercises webhooks: one endpoint that works, and one that is gone. Two workers at the same moment deliver one after
/// the other.
pub(super) async fn webhooks(world: &World, others: &Others) {
    others.answer(|_| says(200, ""));
    let admin = world.admin().await;
    world.local.clock.advance(11 * 60);
    admin.get(world, "/t/acme/admin/webhooks").await;
    let hook = world.hook(&admin, "https://shop.acme.example/hooks").await;
    let of = |what: &str| format!("/{}{what}", hook.id);
    world.hook_now(&admin, &hook).await;
    others.take(std::time::Duration::from_millis(50));
    let recorded = world.hooks(&admin, Method::POST, &of("/test"), json!({})).await.json();
    world
        .hooks(
            &admin,
            Method::POST,
            &of(&format!("/deliveries/{}/again", recorded["event"].as_str().unwrap())),
            json!({}),
        )
        .await;
    world.local.hold("deliver-webhook");
    world.hooks(&admin, Method::POST, &of("/test"), json!({})).await;
    let log = world.log(&admin, &hook).await;
    let turn = json!({"brand": "acme", "webhook": hook.id, "events": [log[0]["event"]], "asked": true});
    let both = json!({"Records": [
        {"messageId": "a", "receiptHandle": "a", "body": turn.to_string(), "attributes": {}},
        {"messageId": "b", "receiptHandle": "b", "body": turn.to_string(), "attributes": {}},
    ]});
    world.local.invoke("deliver-webhook", both).await.unwrap();
    world.local.release("deliver-webhook");
    world.local.settled().await;
    others.take(std::time::Duration::ZERO);
    others.answer(|_| says(500, ""));
    world.joined("Hooked", "hooked@example.com").await;
    world.local.settled().await;
    for _ in 0..3 {
        world.pass(11 * 60).await;
        world.hooks(&admin, Method::GET, &of("/deliveries"), json!(null)).await;
        world.hooks(&admin, Method::POST, &of("/secret"), json!({})).await;
    }
    admin.get(world, &format!("/t/acme/admin/webhooks/{}", hook.id)).await;
    others.answer(|_| says(200, ""));
    world.pass(3_600).await;
    world.import("email\nimported@example.com\n", "dryRun=true").await;
    world.pass(3_600).await;
    others.answer(|_| says(410, ""));
    world.pass(11 * 60).await;
    world.hooks(&admin, Method::POST, &of("/test"), json!({})).await;
    world.pass(11 * 60).await;
    world.hooks(&admin, Method::PATCH, &of(""), json!({"on": true})).await;
    world.hooks(&admin, Method::DELETE, &of(""), json!(null)).await;
}
