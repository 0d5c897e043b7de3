//! M1–M5, M9 and M10: how partners sign in, what they see, and how access is revoked and reinstated.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Browser, World, link_in};

#[tokio::test(flavor = "multi_thread")]
async fn m01_an_admin_invites_and_the_partner_gets_an_email_with_a_link() {
    let world = World::new().await;
    let admin = world.admin().await;
    let body = json!({"name": "Maria Lopez", "email": "Maria@Example.com"});
    let answer = admin.json(&world, Method::POST, "/api/t/acme/partners", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.json()["mail"]["state"], "queued");

    world.local.settled().await;
    let mail = world.last_mail_to("maria@example.com");
    assert_eq!(mail.subject, "Ada Admin from Acme invited you to become a partner");
    assert!(mail.from.starts_with("\"Acme\" <"), "{}", mail.from);
    assert_eq!(mail.reply_to, ["partners@acme.example"]);
    for part in [&mail.text, &mail.html] {
        for said in [
            "Maria Lopez",
            "Ada Admin",
            "Acme",
            "Spring launch",
            "Refer a friend",
            "Creators",
            "15 minutes",
            "30 days",
            "once",
        ] {
            assert!(part.contains(said), "{said} is missing in {part}");
        }
        assert!(part.contains("/t/acme/login?token="), "{part}");
    }
    world.catch_up().await;
    let page = admin.get(&world, "/t/acme/admin/partners").await;
    assert!(page.body.contains("Maria Lopez") && page.body.contains("maria@example.com"), "{}", page.body);
    assert_eq!(world.partner(&id).await["mail"]["state"], "sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn m02_the_link_leads_to_the_dashboard_with_exactly_the_granted_programs() {
    let world = World::new().await;
    let creators = world.program_id("Creators").await;
    let body = json!({"name": "Maria Lopez", "email": "maria@example.com", "programIds": [creators]});
    let partner = world.invite_with(body).await;
    let browser = Browser::default();
    let link = world.link_to("maria@example.com");
    let page = browser.get(&world, &link).await;
    assert!(page.body.contains("m•••@example.com") && page.body.contains("Sign in to Acme"), "{}", page.body);

    let answer = browser.redeem(&world, &link).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme"));
    let dashboard = browser.get(&world, "/t/acme").await;
    assert_eq!(dashboard.status, 200);
    assert!(dashboard.body.contains("Creators") && dashboard.body.contains("15% per sale"), "{}", dashboard.body);
    assert!(!dashboard.body.contains("Spring launch") && !dashboard.body.contains("Refer a friend"));
    let partner = world.partner(partner["id"].as_str().unwrap()).await;
    assert_eq!(partner["state"], "active");
    assert!(partner["activatedAt"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn m03_a_new_link_is_emailed_on_every_request() {
    let world = World::new().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    // Invited and never signed in; then again as a person who was here before.
    for _ in 0..2 {
        let browser = Browser::default();
        world.sign_in(&browser, "/t/acme", "maria@example.com").await;
        assert!(browser.get(&world, "/t/acme").await.body.contains("Maria Lopez"));
    }
    assert_eq!(world.mails_to("maria@example.com").len(), 3);
    assert_eq!(world.last_mail_to("maria@example.com").subject, "Sign in to Acme");
}

#[tokio::test(flavor = "multi_thread")]
async fn m04_a_new_partner_gets_every_existing_program_and_no_later_one() {
    let world = World::new().await;
    let partner = world.invite("Maria Lopez", "maria@example.com").await;
    let later = json!({"name": "Later", "destination": "https://shop.acme.example/later", "commission": {"type": "percent", "basisPoints": 100}});
    assert_eq!(world.api(Method::POST, "/api/t/acme/programs", later).await.status, 201);
    let granted = |partner: &Value| partner["grants"].as_array().unwrap().len();
    assert_eq!(granted(&partner), 3);
    assert_eq!(granted(&world.partner(partner["id"].as_str().unwrap()).await), 3);
    assert_eq!(granted(&world.invite("Noah", "noah@example.com").await), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn m05_a_scoped_partner_never_finds_out_that_other_programs_exist() {
    let world = World::new().await;
    let spring = world.program_id("Spring launch").await;
    world.invite_with(json!({"name": "Maria Lopez", "email": "maria@example.com", "programIds": [spring]})).await;
    let mail = world.last_mail_to("maria@example.com");
    let browser = Browser::default();
    let link = link_in(&mail.text);
    let mut seen = vec![mail.text, mail.html, mail.subject, browser.get(&world, &link).await.body];
    browser.redeem(&world, &link).await;
    seen.push(browser.get(&world, "/t/acme").await.body);
    for page in seen {
        assert!(!page.contains("Creators") && !page.contains("Refer a friend"), "{page}");
    }
    // The partner's session gives no access to the admins' API.
    assert_eq!(browser.get(&world, "/api/t/acme/programs").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn m09_revoking_ends_sessions_links_and_codes_immediately() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    // A link in a mailbox, and a code in another browser.
    let waiting = Browser::default();
    waiting.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    let mail = world.last_mail_to("maria@example.com");
    let partner = world.api(Method::GET, "/api/t/acme/partners?email=maria@example.com", Value::Null).await.json();
    let id = partner["partners"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/t/acme/partners/{id}/revoke");
    assert_eq!(world.api(Method::POST, &path, json!({"notify": false})).await.status, 200);

    assert_eq!(browser.get(&world, "/t/acme").await.location(), "/t/acme/login");
    let link = link_in(&mail.text);
    assert_eq!(Browser::default().get(&world, &link).await.status, 410);
    assert_eq!(browser.redeem(&world, &link).await.status, 410);
    let code = crate::support::code_in(&mail.text);
    assert_eq!(waiting.post(&world, "/t/acme/login/code", &[("code", &code)]).await.status, 400);
    // A new request gets the same response as for an unknown email address, and no email is sent.
    let mails = world.mails_to("maria@example.com").len();
    for form in [
        ("/t/acme/login", ("email", "maria@example.com".to_owned())),
        ("/t/acme/login/fresh", ("token", crate::support::token_of(&link))),
    ] {
        let (path, (name, value)) = form;
        assert_eq!(Browser::default().post(&world, path, &[(name, &value)]).await.location(), "/t/acme/login/code");
    }
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), mails);
    world.catch_up().await;
    let admin = world.admin().await.get(&world, "/t/acme/admin/partners").await.body;
    assert!(admin.contains("Revoked"), "{admin}");
}

#[tokio::test(flavor = "multi_thread")]
async fn m10_reinstating_restores_everything_but_old_sessions() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let listed =
        async |state: &str| world.read(&format!("/partners?state={state}")).await["partners"].as_array().unwrap().len();
    let before = world.api(Method::GET, "/api/t/acme/partners?email=maria@example.com", Value::Null).await.json();
    let path = |what: &str| format!("/api/t/acme/partners/{}/{what}", before["partners"][0]["id"].as_str().unwrap());
    world.api(Method::POST, &path("revoke"), json!({"notify": false})).await;
    assert_eq!((listed("active").await, listed("revoked").await), (0, 1));
    world.api(Method::POST, &path("reinstate"), Value::Null).await;
    assert_eq!((listed("active").await, listed("revoked").await), (1, 0));
    let after = world.api(Method::GET, "/api/t/acme/partners?email=maria@example.com", Value::Null).await.json();
    assert_eq!(after, before);
    assert_eq!(browser.get(&world, "/t/acme").await.location(), "/t/acme/login", "what died stays dead");
    world.sign_in(&browser, "/t/acme", "maria@example.com").await;
    assert!(browser.get(&world, "/t/acme").await.body.contains("Spring launch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn m06_removing_a_grant_stops_new_links_and_no_existing_one() {
    let world = World::new().await;
    let maria = world.partner_browser("maria@example.com").await;
    let id = world.read("/partners?email=maria@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    let spring = world.program_id("Spring launch").await;
    let create = async |key: &str| {
        let body = json!({"linkKey": key, "programId": spring});
        maria.json(&world, Method::POST, "/api/t/acme/links", body).await
    };
    let set = async |programs: Value, version: u64| {
        let body = json!({"programIds": programs, "grantsVersion": version});
        world.api(Method::PUT, &format!("/api/t/acme/partners/{id}/programs"), body).await
    };
    assert_eq!(create("before").await.status, 201);
    assert_eq!(set(json!([]), 1).await.status, 200);
    assert_eq!(create("after").await.refusal(), (400, "unknown_program".to_owned()));
    assert!(!maria.get(&world, "/t/acme").await.body.contains("10% per sale"));
    // The old link still works, and still earns commissions.
    let cref = world.click("before").await.unwrap();
    world.buy(json!({"clickId": cref}), 10_000, "order").await;
    assert_eq!(world.read("/commissions").await["commissions"][0]["amount"], 1_000);
    // Once granted again, it works on the next request.
    assert_eq!(set(json!([spring]), 2).await.status, 200);
    assert_eq!(create("after").await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn m08_a_resent_invitation_is_the_same_one_with_a_new_link() {
    let world = World::new().await;
    let before = world.invite("Maria", "maria@example.com").await;
    let old = world.link_to("maria@example.com");
    world.local.clock.advance(3_600);
    let path = format!("/partners/{}/invite", before["id"].as_str().unwrap());
    assert_eq!(world.post(&path, json!({})).await.json(), json!({"ok": true}));
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 2);
    let fresh = world.link_to("maria@example.com");
    assert_ne!(fresh, old);
    // The older link has stopped working, even on a page that is still open.
    let browser = Browser::default();
    assert_eq!(browser.get(&world, &old).await.status, 410);
    assert_eq!(browser.redeem(&world, &old).await.status, 410);
    assert_eq!(browser.press(&world, &fresh).await.location(), "/t/acme");
    let after = world.partner(before["id"].as_str().unwrap()).await;
    for same in ["id", "email", "name", "createdAt", "grants"] {
        assert_eq!(after[same], before[same]);
    }
    world.local.clock.advance(60);
    assert_eq!(world.post(&path, json!({})).await.refusal(), (409, "already_activated".to_owned()));
    let path = format!("/partners/{}/sign-in-link", before["id"].as_str().unwrap());
    assert_eq!(world.post(&path, json!({})).await.status, 200);
    world.local.settled().await;
    let link = world.link_to("maria@example.com");
    assert_eq!(Browser::default().press(&world, &link).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn m09_a_revoked_partners_links_redirect_earn_nothing_and_commissions_stay() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "maria", "Spring launch").await;
    let cref = world.click("maria").await.unwrap();
    world.buy(json!({"clickId": cref}), 1_000, "before").await;
    world.post(&format!("/partners/{id}/revoke"), json!({"notify": false})).await;
    let answer = world.follow("maria").await;
    assert_eq!((answer.status.as_u16(), answer.location()), (302, "https://shop.acme.example/spring"));
    let answer = world.buy(json!({"clickId": cref}), 1_000, "during").await;
    assert_eq!((answer.status.as_u16(), answer.json()), (202, json!({"ok": true})));
    let commissions = world.read("/commissions").await["commissions"].as_array().unwrap().clone();
    assert_eq!(commissions.len(), 1);
    let pay = format!("/commissions/{}/paid", commissions[0]["id"].as_str().unwrap());
    assert_eq!(world.post(&pay, Value::Null).await.json()["state"], "paid");
    assert_eq!(world.read(&format!("/partners/{id}/links")).await["links"][0]["clicks"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn m10_dropped_attribution_is_not_restored_and_new_activity_counts() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    world.link(&id, "maria", "Spring launch").await;
    let cref = world.click("maria").await.unwrap();
    let (revoke, reinstate) = (format!("/partners/{id}/revoke"), format!("/partners/{id}/reinstate"));
    world.post(&revoke, json!({"notify": false})).await;
    world.buy(json!({"clickId": cref}), 1_000, "during").await;
    let without_id = json!({"clickId": cref, "type": "purchase", "value": 1_000, "currency": "EUR"});
    let headers = [("idempotency-key", "during-too")];
    let tell =
        async || world.api_with(Method::POST, "/api/t/acme/attribution/events", without_id.clone(), &headers).await;
    assert_eq!(tell().await.status, 202);
    world.follow("maria").await;
    // Also for a visitor whose click is identified only now.
    let identify = json!({"userId": "u", "clickId": cref});
    assert_eq!(world.post("/attribution/identify", identify.clone()).await.status, 202);
    assert_eq!(world.buy(json!({"userId": "u"}), 1_000, "of-u").await.status, 202);
    assert_eq!(world.read("/dropped?days=1").await["days"][0]["conversions"], 3);
    world.post(&reinstate, Value::Null).await;
    // The shop repeats what it reported while the partner was revoked.
    assert_eq!(world.buy(json!({"clickId": cref}), 1_000, "during").await.status, 202);
    assert_eq!(tell().await.status, 202);
    world.post("/attribution/identify", identify).await;
    assert_eq!(world.buy(json!({"userId": "u"}), 1_000, "of-u").await.status, 202);
    assert_eq!(world.read("/commissions").await["commissions"], json!([]));
    assert_eq!(world.read(&format!("/partners/{id}/links")).await["links"][0]["clicks"], 1);
    let again = world.click("maria").await.unwrap();
    world.buy(json!({"clickId": again}), 1_000, "after").await;
    assert_eq!(world.read("/commissions").await["commissions"].as_array().unwrap().len(), 1);
}
