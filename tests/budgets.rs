//! The budget of each action: serial round trips to AWS, and items written. They are counted, so the limits hold on any
//! machine.

use http::Method;
use local::Feedback;
use serde_json::{Value, json};

use crate::{
    network::Network,
    support::{Browser, World, code_in, token_of},
};

/// Runs `action`, and returns the trips that `function` made and the items that it wrote.
async fn cost(world: &World, function: &str, action: impl Future) -> (usize, usize) {
    let recording = world.local.wire.record();
    action.await;
    let calls = recording.of(function);
    assert!(!calls.0.is_empty(), "{function} made no call");
    (calls.trips(), calls.items_written())
}

#[tokio::test(flavor = "multi_thread")]
async fn inviting_takes_two_trips_and_three_items() {
    let world = World::new().await;
    let path = "/api/t/acme/partners";
    let body = json!({"name": "Maria", "email": "maria@example.com"});
    assert_eq!(cost(&world, "invite-partner", world.api(Method::POST, path, body)).await, (2, 3));
    let body = json!({"name": "Noah", "email": "noah@example.com"});
    let repeatable = world.api_with(Method::POST, path, body, &[("idempotency-key", "k")]);
    assert_eq!(cost(&world, "invite-partner", repeatable).await, (2, 4));
    let (admin, body) = (world.admin().await, json!({"name": "Zoe", "email": "zoe@example.com"}));
    assert_eq!(cost(&world, "invite-partner", admin.json(&world, Method::POST, path, body)).await, (2, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_and_reinstating_take_two_trips_and_two_items() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let path = |what: &str| format!("/api/t/acme/partners/{}/{what}", maria["id"].as_str().unwrap());
    let (revoke, reinstate) = (path("revoke"), path("reinstate"));
    assert_eq!(cost(&world, "revoke-partner", world.api(Method::POST, &revoke, json!({}))).await, (2, 2));
    assert_eq!(cost(&world, "reinstate-partner", world.api(Method::POST, &reinstate, Value::Null)).await, (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_takes_at_most_three_trips_and_six_items() {
    let network = Network::new().await;
    let world = &network.world;
    let first = network.application("app_1", "Nina Vogel", "Creators").await;
    assert_eq!(cost(world, "network-approval", network.approve(first.clone())).await, (2, 6));
    // An existing partner has to be read.
    let mut second = network.application("app_2", "Nina Vogel", "Spring launch").await;
    second["preferredSlug"] = json!("another");
    assert_eq!(cost(world, "network-approval", network.approve(second)).await, (3, 5));
    // A repetition is answered from the stored response.
    assert_eq!(cost(world, "network-approval", network.approve(first)).await, (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn redeeming_a_link_takes_one_trip_and_four_items() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let (browser, link) = (Browser::default(), world.link_to("maria@example.com"));
    browser.get(&world, &link).await;
    assert_eq!(cost(&world, "redeem-link", browser.redeem(&world, &link)).await, (1, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn redeeming_a_code_takes_three_trips() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let browser = Browser::default();
    browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    let code = code_in(&world.last_mail_to("maria@example.com").text);
    let typed = [("code", code.as_str())];
    let (trips, items) = cost(&world, "redeem-code", browser.post(&world, "/t/acme/login/code", &typed)).await;
    // Five in the transaction; the attempt, the day's counter and its refund are counters.
    assert_eq!((trips, items), (3, 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn requesting_a_link_takes_two_trips_and_at_most_four_items() {
    let world = World::new().await;
    let browser = Browser::default();
    let ask = browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]);
    assert_eq!(cost(&world, "request-link", ask).await, (2, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_takes_at_most_two_read_steps_and_writes_nothing() {
    let world = World::new().await;
    let partner = world.partner_browser("maria@example.com").await;
    world.invite("Noah", "noah@example.com").await;
    let link = world.link_to("noah@example.com");
    let admin = world.admin().await;
    let maria = world.read("/partners?email=maria@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    world.link(&maria, "maria", "Spring launch").await;
    let cref = world.click("maria").await.unwrap();
    world.buy(json!({"clickId": cref}), 1_000, "order").await;
    let import = world.import("email\nzoe@example.com\nnobody\n", "dryRun=true").await;
    for (browser, function, path) in [
        (&partner, "portal", "/t/acme"),
        (&partner, "portal", "/t/acme/login"),
        (&partner, "portal", link.as_str()),
        (&admin, "admin-pages", "/t/acme/admin/overview"),
        (&admin, "admin-pages", "/t/acme/admin/partners"),
        (&partner, "portal", "/t/acme/links"),
        (&partner, "portal", "/t/acme/earnings"),
        (&admin, "admin-pages", "/t/acme/admin/partners?state=active&source=admin&mail=sent"),
        (&admin, "admin-pages", "/t/acme/admin/partners?q=mar"),
        (&admin, "admin-pages", &format!("/t/acme/admin/partners/{maria}")),
        (&admin, "admin-pages", "/t/acme/admin/imports"),
        (&admin, "admin-pages", &format!("/t/acme/admin/imports?import={import}")),
        (&admin, "admin-pages", &format!("/t/acme/admin/imports/{import}")),
        (&admin, "admin-pages", "/t/acme/admin/programs"),
        (&admin, "admin-pages", "/t/acme/admin/commissions?state=accrued"),
        (&admin, "admin-pages", &format!("/t/acme/admin/commissions?partner={maria}")),
        (&admin, "admin-pages", "/t/acme/admin/network"),
        (&admin, "admin-pages", "/t/acme/admin/network/requests"),
        (&admin, "admin-pages", "/t/acme/admin/network/backfill"),
        (&admin, "admin-pages", "/t/acme/admin/settings"),
    ] {
        let (trips, items) = cost(&world, function, browser.get(&world, path)).await;
        assert!(trips <= 2 && items == 0, "{path}: {trips} trips, {items} items");
    }
    let list = world.api(Method::GET, "/api/t/acme/partners", Value::Null);
    // The caller is verified concurrently with the first step, and that may take so long that it counts as a second
    // step.
    let (trips, items) = cost(&world, "read-partners", list).await;
    assert!(trips <= 2 && items == 0, "{trips} trips, {items} items");
    let list = world.api(Method::GET, "/api/t/acme/programs", Value::Null);
    assert_eq!(cost(&world, "read-programs", list).await, (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_takes_five_steps() {
    let world = World::new().await;
    let recording = world.local.wire.record();
    world.invite("Maria", "maria@example.com").await;
    let calls = recording.of("send-mail");
    // Claim; brand, email address and programs; token; SES; outcome.
    assert_eq!((calls.trips(), calls.items_written()), (5, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_a_partner_stays_within_its_budgets() {
    let world = World::new().await;
    let noah = world.invite("Noah", "noah@example.com").await["id"].as_str().unwrap().to_owned();
    let maria = world.joined("Maria", "maria@example.com").await;
    let spring = world.program_id("Spring launch").await;
    world.local.clock.advance(60);
    let post = |path: String, body: Value| {
        let world = &world;
        async move { world.post(&path, body).await }
    };
    let resend = post(format!("/partners/{noah}/invite"), json!({}));
    assert_eq!(cost(&world, "resend-invite", resend).await, (2, 2));
    let programs = json!({"programIds": [spring], "grantsVersion": 1});
    let set = world.api(Method::PUT, &format!("/api/t/acme/partners/{maria}/programs"), programs).await;
    assert_eq!(set.status, 200);
    let programs = json!({"programIds": [], "grantsVersion": 1});
    let path = format!("/api/t/acme/partners/{noah}/programs");
    assert_eq!(cost(&world, "set-programs", world.api(Method::PUT, &path, programs)).await, (2, 2));
    let create = post(format!("/partners/{maria}/links"), json!({"linkKey": "maria", "programId": spring}));
    assert_eq!(cost(&world, "create-link", create).await, (2, 4));
    // Two reads, and one write concurrent with another.
    assert_eq!(cost(&world, "follow-link", world.follow("maria")).await, (3, 2));
    let cref = world.click("maria").await.unwrap();
    let buy = world.buy(json!({"clickId": cref}), 1_000, "order");
    // Claim, commission, its owner, link, balance and event, and the partner, who stores the time of their first
    // commission.
    assert_eq!(cost(&world, "record-conversion", buy).await, (3, 7));
    // After that the partner is only checked.
    let buy = world.buy(json!({"clickId": cref}), 1_000, "order-2");
    assert_eq!(cost(&world, "record-conversion", buy).await, (3, 6));
    world.post(&format!("/partners/{maria}/revoke"), json!({"notify": false})).await;
    assert_eq!(cost(&world, "follow-link", world.follow("maria")).await, (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ses_event_takes_one_trip_and_a_bounce_two() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let mail = world.last_mail_to("maria@example.com").id;
    for (what, expected) in [(Feedback::Deliver, (1, 2)), (Feedback::Bounce, (2, 4))] {
        let news = async {
            world.local.feedback(mail, what).await;
            world.local.settled().await;
        };
        assert_eq!(cost(&world, "mail-feedback", news).await, expected, "{what:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_human_interaction_with_a_link_takes_one_trip_and_one_item() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let link = world.link_to("maria@example.com");
    let token = [("token", token_of(&link))];
    let token: Vec<_> = token.iter().map(|(name, token)| (*name, token.as_str())).collect();
    let browser = Browser::default();
    let hand = || browser.post(&world, "/t/acme/login/opened", &token);
    assert_eq!(cost(&world, "redeem-link", hand()).await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_an_outdated_overview_takes_two_trips_and_two_items_besides_the_count() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let recording = world.local.wire.record();
    // The stored overview, and the event.
    assert_eq!(cost(&world, "ask-overview", world.post("/overview", json!({}))).await, (2, 2));
    world.local.settled().await;
    // The brand with the stored overview; the four lists; the records; the totals.
    let counted = recording.of("count-overview");
    assert_eq!((counted.trips(), counted.items_written()), (7, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn starting_an_export_takes_three_trips_and_creating_its_file_six() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    let recording = world.local.wire.record();
    let start = async || world.post("/exports", json!({})).await.json()["id"].as_str().unwrap().to_owned();
    // The counter, the export and its event.
    assert_eq!(cost(&world, "start-export", start()).await, (3, 3));
    world.local.settled().await;
    // The claim, the programs and the stored export, keys and records of partners, the file, and its entry in the
    // export.
    let made = recording.of("export-partners");
    assert_eq!((made.trips(), made.items_written(), made.count("PutObject")), (6, 2, 1));
    let id = start().await;
    world.local.settled().await;
    assert_eq!(cost(&world, "read-exports", world.read(&format!("/exports/{id}"))).await, (1, 0));
}
