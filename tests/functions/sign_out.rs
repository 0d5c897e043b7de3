//! `sign-out`.

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_session_ends_on_the_server() {
    let world = World::new().await;
    let browser = world.partner_browser("maria@example.com").await;
    let stolen = Browser::default();
    stolen.restore("partner-acme", &browser.cookie("partner-acme").unwrap());
    assert_eq!(stolen.get(&world, "/t/acme").await.status, 200);

    let answer = browser.post(&world, "/t/acme/logout", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/t/acme/login?left=1"));
    assert_eq!(browser.cookie("partner-acme"), None);
    assert_eq!(stolen.get(&world, "/t/acme").await.location(), "/t/acme/login");
    assert!(browser.get(&world, "/t/acme/login?left=1").await.body.contains("signed out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_door_closes_and_the_other_stays_open() {
    let world = World::new().await;
    let browser = world.admin().await;
    browser.post(&world, "/t/acme/logout", &[]).await;
    assert_eq!(browser.get(&world, "/t/acme/admin/partners").await.status, 200);
    browser.post(&world, "/t/acme/admin/logout", &[]).await;
    assert_eq!(browser.get(&world, "/t/acme/admin/partners").await.location(), "/t/acme/admin/login");
}
