//! `admin-pages`.

use http::Method;
use serde_json::json;

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_roster_is_for_the_brands_admins() {
    let world = World::new().await;
    for path in ["/t/acme/admin/partners", "/t/acme/admin/programs"] {
        assert_eq!(Browser::default().get(&world, path).await.location(), "/t/acme/admin/login");
        assert_eq!(world.admin().await.get(&world, path).await.status, 200);
        assert_eq!(world.admin().await.head(&world, path).await.status, 200);
    }
    let partner = world.partner_browser("maria@example.com").await;
    assert_eq!(partner.get(&world, "/t/acme/admin/partners").await.location(), "/t/acme/admin/login");
    let admin = world.admin().await;
    assert_eq!(admin.get(&world, "/t/acme/admin").await.location(), "/t/acme/admin/partners");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_after_two_idle_hours_or_twelve_in_all() {
    let world = World::new().await;
    let idle = world.admin().await;
    world.local.clock.advance(2 * 3_600 - 1);
    assert_eq!(idle.get(&world, "/t/acme/admin/partners").await.status, 200);
    world.local.clock.advance(2 * 3_600);
    assert_eq!(idle.get(&world, "/t/acme/admin/partners").await.status, 303);

    let busy = world.admin().await;
    for _ in 0..11 {
        world.local.clock.advance(3_600);
        assert_eq!(busy.get(&world, "/t/acme/admin/partners").await.status, 200);
    }
    world.local.clock.advance(3_600);
    assert_eq!(busy.get(&world, "/t/acme/admin/partners").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_partner_can_be_asked_for_and_is_read_as_it_is_now() {
    let world = World::new().await;
    let admin = world.admin().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    world.invite("Noah", "noah@example.com").await;
    let id = maria["id"].as_str().unwrap();
    let page = admin.get(&world, &format!("/t/acme/admin/partners?partner={id}")).await.body;
    assert!(page.contains("maria@example.com") && !page.contains("noah@example.com"), "{page}");
    assert!(page.contains(&format!("id=\"{id}\"")), "{page}");
    assert_eq!(admin.get(&world, "/t/acme/admin/partners?partner=x").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_programs_the_page_leads_to_them() {
    let world = World::new().await;
    for program in world.programs().await {
        let path = format!("/api/t/acme/programs/{}", program["id"].as_str().unwrap());
        world.api(Method::PATCH, &path, json!({"archived": true})).await;
    }
    let page = world.admin().await.get(&world, "/t/acme/admin/partners").await.body;
    assert!(page.contains("href=\"/t/acme/admin/programs\"") && !page.contains("data-opens=\"invite\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roster_pages_through_everybody() {
    let world = World::new().await;
    for number in 0..60 {
        let body = json!({"name": "P", "email": format!("p{number}@example.com"), "sendInvite": false});
        world.api(Method::POST, "/api/t/acme/partners", body).await;
    }
    let admin = world.admin().await;
    let first = admin.get(&world, "/t/acme/admin/partners").await.body;
    let next = first.split('"').find(|part| part.starts_with("/t/acme/admin/partners?after=")).unwrap();
    let second = admin.get(&world, next).await.body;
    for number in 0..60 {
        let email = format!("p{number}@example.com");
        assert!(first.contains(&email) != second.contains(&email), "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_leads_to_everybody_it_finds_page_by_page() {
    let world = World::new().await;
    world.local.pause_sources();
    // Name and address of each begin alike, so each is found twice; one more is found by the address alone.
    let invite = |number: usize| {
        let body = json!({"name": format!("mia {number:03}"), "email": format!("mia{number:03}@example.com"), "sendInvite": number.is_multiple_of(40)});
        let world = &world;
        async move { world.post("/partners", body).await }
    };
    futures::future::join_all((0..120).map(invite)).await;
    world.post("/partners", json!({"name": "Zoe", "email": "mia999@example.com"})).await;
    let admin = world.admin().await;
    for (query, count) in [("q=mia", 121), ("q=%20mia+", 121), ("q=mia&state=invited", 4), ("q=mia&state=revoked", 0)] {
        let (mut found, mut next) = (0, Some(format!("/t/acme/admin/partners?{query}")));
        while let Some(path) = next {
            let page = admin.get(&world, &path).await.body;
            found += page.matches("data-row").count();
            let link =
                page.split("<a class=\"button secondary\" href=\"").skip(1).find(|part| part.contains("rel=\"next\""));
            let link = link.filter(|part| part.split('>').next().unwrap().contains("rel=\"next\""));
            next = link.map(|part| part.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&"));
        }
        assert_eq!(found, count, "{query}");
    }
}
