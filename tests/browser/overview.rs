//! The overview, as an admin sees it fill.

use std::collections::BTreeSet;

use local::Feedback;
use serde_json::json;

use super::{
    chromium::{Chromium, Screen},
    world,
};
use crate::support::{Browser, World};

/// Creates partners at every stage, some from an import, and two whose emails failed.
async fn people(world: &World) {
    let mut rows = "email\n".to_owned();
    (0..6).for_each(|number| rows.push_str(&format!("by-import-{number}@example.com\n")));
    world.import(rows, "").await;
    for number in 0..8 {
        let email = format!("p{number}@example.com");
        let id = world.invite(&format!("Person {number}"), &email).await["id"].as_str().unwrap().to_owned();
        let mail = world.last_mail_to(&email).id;
        let news = if number == 0 { Feedback::Bounce } else { Feedback::Deliver };
        world.local.feedback(mail, news).await;
        if number > 3 {
            assert_eq!(Browser::default().press(world, &world.link_to(&email)).await.status, 303);
        }
        if number > 5 {
            let key = format!("person-{number}");
            assert_eq!(world.link(&id, &key, "Spring launch").await.status, 201);
            let cref = world.click(&key).await.unwrap();
            if number > 6 {
                world.buy(json!({"clickId": cref}), 1_000, &key).await;
            }
        }
    }
    world.local.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_guides_a_new_brand_and_then_counts_automatically() {
    let world = world().await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium.go("/t/acme/admin/overview").await;
    chromium.sees("Three steps to your first partners").await;
    chromium.picture("admin-overview-new").await;

    people(&world).await;
    let before = world.local.items();
    let looked = chromium.driver.current_url().await.unwrap();
    chromium.go(looked.as_str()).await;
    // Nothing has been computed yet: the page requests it, and shows it when it is available.
    chromium.sees("By week").await;
    chromium.sees("14 invited").await;
    chromium.sees("1 email address bounced").await;
    chromium.picture("admin-overview").await;
    let kept = world.local.items().into_iter().filter(|item| !before.contains(item));
    let kinds: BTreeSet<_> = kept.map(|item| item["kind"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["event", "overview"].map(str::to_owned).into());
    chromium.click(".weeks summary").await;
    chromium.sees("Week of").await;
    chromium.find(".imports-funnel").await.scroll_into_view().await.unwrap();
    chromium.picture("admin-overview-imports").await;
    chromium.dark().await;
    chromium.picture("admin-overview-dark").await;
    chromium.close().await;

    let phone = Chromium::open(&world, Screen::Phone).await;
    phone.go(&world.admin_link().await).await;
    phone.press("Sign in to Acme").await;
    phone.at("/t/acme/admin/partners").await;
    phone.go("/t/acme/admin/overview").await;
    phone.sees("By week").await;
    phone.picture("admin-overview-phone").await;
    phone.find(".weeks").await.scroll_into_view().await.unwrap();
    phone.picture("admin-overview-phone-weeks").await;
    phone.click(".needs a").await;
    phone.at("/t/acme/admin/partners").await;
    phone.sees("p0@example.com").await;
    phone.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_human_interaction_with_a_link_is_reported_once_and_a_scanner_causes_none() {
    let world = world().await;
    world.invite("Maria Lopez", "maria@example.com").await;
    let chromium = Chromium::open(&world, Screen::Desktop).await;
    let opened = || {
        let partner = world.local.items().into_iter().find(|item| item["kind"] == "partner").unwrap();
        partner.get("opened_at").cloned()
    };
    let before = world.local.items();
    for _ in 0..3 {
        chromium.go(&world.link_to("maria@example.com")).await;
        chromium.sees("Sign in to Acme").await;
    }
    assert_eq!(world.local.items(), before);
    let title = chromium.find("h1").await;
    chromium.driver.action_chain().move_to_element_center(&title).perform().await.unwrap();
    for _ in 0..100 {
        if opened().is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let at = opened();
    assert!(at.is_some());
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme").await;
    assert_eq!(opened(), at);
    chromium.close().await;
}
