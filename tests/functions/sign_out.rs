//! `sign-out`.

use crate::support::{ADMIN, Browser, World};

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
async fn signing_out_of_one_portal_leaves_the_other_signed_in() {
    let world = World::new().await;
    let browser = world.admin().await;
    browser.post(&world, "/t/acme/logout", &[]).await;
    assert_eq!(browser.get(&world, "/t/acme/admin/partners").await.status, 200);
    browser.post(&world, "/t/acme/admin/logout", &[]).await;
    assert_eq!(browser.get(&world, "/t/acme/admin/partners").await.location(), "/t/acme/admin/login");
}

/// Returns the names of the sessions that an account page offers to end, newest first.
fn sessions(page: &str) -> Vec<String> {
    let value = |part: &str| part.split('"').next().unwrap().to_owned();
    let named = page.split("name=\"session\" value=\"").skip(1).map(value);
    named.filter(|name| name != "others").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_other_session_ends_or_all_of_them_and_this_one_continues() {
    let world = World::new().await;
    for (base, email) in [("/t/acme", "maria@example.com"), ("/t/acme/admin", ADMIN)] {
        if email != ADMIN {
            world.partner_browser(email).await;
        }
        let here = Browser::default();
        let (one, two) = (Browser::default(), Browser::default());
        for browser in [&here, &one, &two] {
            world.sign_in(browser, base, email).await;
            // Admins' sessions end after two idle hours, and an email address gets at most three emails an hour.
            world.local.clock.advance(25 * 60);
        }
        let account = format!("{base}/account");
        world.catch_up().await;
        let page = here.get(&world, &account).await.body;
        assert!(page.contains("Firefox on Windows") && page.contains("This device"), "{page}");
        assert!(!page.contains("127.0.0.1"), "{page}");
        let end = async |by: &Browser, which: &str| {
            let answer = by.post(&world, &format!("{account}/sign-out"), &[("session", which)]).await;
            assert_eq!(answer.status, 303, "{}", answer.body);
            answer.location().to_owned()
        };
        // The newest is the last one that signed in.
        let two_is = sessions(&page)[0].clone();
        assert_eq!(end(&here, &two_is).await, format!("{account}?ended=one"));
        assert_eq!(two.get(&world, &account).await.location(), format!("{base}/login"));
        assert_eq!(one.get(&world, &account).await.status, 200);

        // Everywhere else, which also invalidates a link that was sent.
        Browser::default().post(&world, &format!("{base}/login"), &[("email", email)]).await;
        world.local.settled().await;
        let link = world.link_to(email);
        assert_eq!(end(&here, "others").await, format!("{account}?ended=others"));
        assert_eq!(one.get(&world, &account).await.location(), format!("{base}/login"));
        assert_eq!(Browser::default().get(&world, &link).await.status, 410);
        world.catch_up().await;
        let page = here.get(&world, &format!("{account}?ended=others")).await.body;
        assert!(page.contains("You’ve been signed out everywhere else."), "{page}");
        assert_eq!(sessions(&page).len(), 1, "{page}");

        // Users can end their own sessions and no one else's.
        let own = sessions(&page)[0].clone();
        let stranger = world.partner_browser(&format!("stranger-{}@example.com", base.len())).await;
        let answer = stranger.post(&world, "/t/acme/account/sign-out", &[("session", &own)]).await;
        assert_eq!(answer.status, 303);
        assert_eq!(here.get(&world, &account).await.status, 200);
        assert_eq!(end(&here, &own).await, format!("{base}/login?left=1"));
        assert_eq!(here.get(&world, &account).await.location(), format!("{base}/login"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_browsers_that_sign_each_other_out_one_stays_signed_in() {
    let world = World::new().await;
    let (one, two) = (world.admin().await, world.admin().await);
    let fields = [("session", "others")];
    let path = "/t/acme/admin/account/sign-out";
    futures::future::join(one.post(&world, path, &fields), two.post(&world, path, &fields)).await;
    let mut stay = Vec::new();
    for browser in [&one, &two] {
        stay.push(browser.get(&world, "/t/acme/admin/account").await.status == 200);
    }
    assert_eq!(stay.iter().filter(|stays| **stays).count(), 1);
}
