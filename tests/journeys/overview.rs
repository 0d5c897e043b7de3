//! The overview: the progress of invitations, and what needs an admin.

use http::Method;
use local::Feedback;
use serde_json::json;
use shared::{
    domain::{Funnel, FunnelSnapshot, Stage},
    store::keys,
};

use crate::support::{Browser, World, token_of};

/// Returns the overview after an admin opened the page.
async fn look(world: &World) -> FunnelSnapshot {
    world.local.clock.advance(60);
    world.catch_up().await;
    assert_eq!(world.post("/overview", json!({})).await.status, 202);
    world.local.settled().await;
    let key = keys::overview(&"acme".parse().unwrap());
    world.local.operator().store.get(&key).await.unwrap().unwrap().tally.unwrap()
}

fn counts(funnel: &Funnel) -> [u64; 7] {
    let [a, b, c, d, e, f] = Stage::ALL.map(|stage| funnel.at(stage));
    [funnel.invited, a, b, c, d, e, f]
}

/// Returns the status of a human interaction with the page behind a link.
async fn hand(world: &World, link: &str) -> u16 {
    let answer = Browser::default().post(world, "/t/acme/login/opened", &[("token", &token_of(link))]).await;
    answer.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_tells_how_far_each_invitation_led() {
    let world = World::new().await;
    let admin = world.admin().await;
    let page = admin.get(&world, "/t/acme/admin/overview").await;
    assert!(page.body.contains("Three steps to your first partners"), "{}", page.body);

    world.local.hold("send-mail");
    let maria = world.invite("Maria Lopez", "maria@example.com").await["id"].as_str().unwrap().to_owned();
    assert_eq!(counts(&look(&world).await.total()), [1, 0, 0, 0, 0, 0, 0]);
    world.local.release("send-mail");
    world.local.settled().await;
    let link = world.link_to("maria@example.com");
    assert_eq!(counts(&look(&world).await.total()), [1, 1, 0, 0, 0, 0, 0]);
    world.local.feedback(world.last_mail_to("maria@example.com").id, Feedback::Deliver).await;
    world.local.settled().await;
    assert_eq!(counts(&look(&world).await.total()), [1, 1, 1, 0, 0, 0, 0]);

    // A scanner opens the link repeatedly, which is no human interaction.
    let before = world.local.items();
    for _ in 0..3 {
        Browser::default().get(&world, &link).await;
        Browser::default().head(&world, &link).await;
    }
    assert_eq!(world.local.items(), before);
    assert_eq!(counts(&look(&world).await.total()), [1, 1, 1, 0, 0, 0, 0]);

    // A human interaction counts once; with another link the response is the same.
    assert_eq!(hand(&world, &link).await, 204);
    let before = world.local.items();
    let other = link.replace(&token_of(&link)[token_of(&link).len() - 8..], "AAAAAAAA");
    assert_eq!(
        (hand(&world, &link).await, hand(&world, &other).await, hand(&world, "x?token=x").await),
        (204, 204, 204)
    );
    assert_eq!(world.local.items(), before);
    assert_eq!(counts(&look(&world).await.total()), [1, 1, 1, 1, 0, 0, 0]);

    // By now the link has expired; a new one signs in.
    world.local.clock.advance(3_600);
    let browser = Browser::default();
    browser.post(&world, "/t/acme/login/fresh", &[("token", &token_of(&link))]).await;
    world.local.settled().await;
    assert_eq!(browser.press(&world, &world.link_to("maria@example.com")).await.status, 303);
    assert_eq!(counts(&look(&world).await.total()), [1, 1, 1, 1, 1, 0, 0]);
    assert_eq!(world.link(&maria, "maria", "Spring launch").await.status, 201);
    assert_eq!(counts(&look(&world).await.total()), [1, 1, 1, 1, 1, 1, 0]);
    let cref = world.click("maria").await.unwrap();
    for order in ["order-1", "order-2"] {
        assert_eq!(world.buy(json!({"clickId": cref}), 1_000, order).await.status, 202);
    }
    assert_eq!(counts(&look(&world).await.total()), [1, 1, 1, 1, 1, 1, 1]);

    // Revoked or not, they were invited and made that progress; a partner who was added directly was not invited.
    world.post(&format!("/partners/{maria}/revoke"), json!({"notify": false})).await;
    world.joined("Noah", "noah@example.com").await;
    let tally = look(&world).await;
    assert_eq!((counts(&tally.total()), tally.counted), ([1, 1, 1, 1, 1, 1, 1], 2));
    let page = admin.get(&world, "/t/acme/admin/overview").await;
    assert!(page.body.contains("By week") && page.body.contains("First commission"), "{}", page.body);
    assert!(page.body.contains("1 invited, 1 sent, 1 delivered"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn weeks_and_imports_show_the_progress_of_their_own_partners() {
    let world = World::new().await;
    world.invite("Maria", "maria@example.com").await;
    world.local.clock.advance(7 * 86_400);
    let first = world.import("email\nann@example.com\nbob@example.com\nmaria@example.com\n", "").await;
    world.local.clock.advance(60);
    let second = world.import("email\ncleo@example.com\n", "").await;
    world.local.clock.advance(60);
    assert_eq!(Browser::default().press(&world, &world.link_to("ann@example.com")).await.status, 303);
    // Requesting a new link on the page of an expired one is a human interaction, with or without a script.
    world.local.clock.advance(3_600);
    let dead = world.link_to("cleo@example.com");
    Browser::default().post(&world, "/t/acme/login/fresh", &[("token", &token_of(&dead))]).await;

    let tally = look(&world).await;
    let weeks: Vec<_> = tally.weeks.iter().rev().take(3).map(|week| week.funnel.invited).collect();
    assert_eq!(weeks, [3, 1, 0]);
    let imports: Vec<_> = tally.imports.iter().map(|each| (each.import.as_str(), counts(&each.funnel))).collect();
    let expected = [(second.as_str(), [1, 1, 1, 1, 0, 0, 0]), (first.as_str(), [2, 2, 1, 1, 1, 0, 0])];
    assert_eq!(imports, expected, "whoever was here before is not the import's");
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_are_listed_with_links_to_their_pages() {
    let world = World::new().await;
    let admin = world.admin().await;
    for (name, what) in [("bounced", Feedback::Bounce), ("spam", Feedback::Complain)] {
        let email = format!("{name}@example.com");
        world.invite(name, &email).await;
        world.local.feedback(world.last_mail_to(&email).id, what).await;
        world.local.settled().await;
    }
    let failed = world.import("just one line of prose, which holds no address\n", "").await;
    look(&world).await;
    world.catch_up().await;
    let page = admin.get(&world, "/t/acme/admin/overview").await.body;
    for (what, link) in [
        ("1 email address bounced", "/t/acme/admin/partners?mail=bounced"),
        ("1 spam complaint", "/t/acme/admin/partners?mail=complained"),
        ("Import failed", &format!("/t/acme/admin/imports/{failed}")),
    ] {
        assert!(page.contains(what), "{what}: {page}");
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}: {page}");
        let list = admin.get(&world, link).await;
        assert_eq!(list.status, 200, "{}", list.body);
    }
    // A problem that was fixed needs no admin any more.
    let id = world.read("/partners?email=bounced@example.com").await["partners"][0]["id"].clone();
    let path = format!("/api/t/acme/partners/{}/email", id.as_str().unwrap());
    assert_eq!(world.api(Method::PUT, &path, json!({"email": "right@example.com"})).await.status, 200);
    world.local.settled().await;
    look(&world).await;
    let page = admin.get(&world, "/t/acme/admin/overview").await.body;
    assert!(!page.contains("1 email address bounced"), "{page}");
}
