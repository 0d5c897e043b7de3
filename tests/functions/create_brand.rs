//! `create-brand`.

use http::Method;
use serde_json::json;

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_brand_gets_its_admins_and_they_get_a_welcome_email() {
    let world = World::new().await;
    let event = json!({
        "brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example", "timeZone": "America/New_York"},
        "admins": [{"name": "Gil", "email": "Gil@globex.example"}, {"name": "Gil again", "email": "gil@globex.example"}],
    });
    let answer = world.local.invoke("create-brand", event.clone()).await.unwrap();
    assert_eq!(answer["admins"][0]["added"], true);
    assert_eq!(answer["admins"][0]["id"], answer["admins"][1]["id"]);
    world.local.settled().await;
    let mail = world.last_mail_to("gil@globex.example");
    assert_eq!(mail.reply_to, ["hi@globex.example"]);
    let browser = Browser::default();
    let answer = browser.press(&world, &world.link_to("gil@globex.example")).await;
    assert_eq!(answer.location(), "/t/globex/admin");
    assert_eq!(browser.get(&world, "/t/globex/admin/partners").await.status, 200);
    assert_eq!(browser.get(&world, "/t/acme/admin/partners").await.location(), "/t/acme/admin/login");

    // Repeated, it creates nothing and only applies what was changed.
    let before = world.local.items();
    let again = world.local.invoke("create-brand", event).await.unwrap();
    assert_eq!(again["admins"][0]["added"], false);
    assert_eq!(world.local.items(), before, "nothing was new, so nothing is written");
    let renamed = json!({"brand": {"slug": "globex", "name": "Globex Corp", "replyTo": "hi@globex.example"}});
    world.local.invoke("create-brand", renamed).await.unwrap();
    world.local.settled().await;
    let brand =
        world.local.items().into_iter().find(|item| item["pk"] == "BRAND#globex" && item["kind"] == "brand").unwrap();
    assert_eq!(brand["time_zone"], "America/New_York", "what is left out stays");
    assert_eq!(world.mails_to("gil@globex.example").len(), 1);
    assert!(browser.get(&world, "/t/globex/login").await.body.contains("Globex Corp"));

    // An owner's change is preserved, though the event contains the original value.
    let settings = json!({"supportAddress": "help@globex.example"});
    let changed = browser.json(&world, Method::PATCH, "/api/t/globex/settings", settings).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let more =
        json!({"brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example", "dailyInvites": 7}});
    world.local.invoke("create-brand", more).await.unwrap();
    let settings = browser.get(&world, "/api/t/globex/settings").await.json();
    assert_eq!(settings["supportAddress"], "help@globex.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_event_is_rejected_with_its_field() {
    let world = World::new().await;
    let brand = json!({"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"});
    for (event, message) in [
        (json!({}), "The field `brand` is missing."),
        (
            json!({"brand": {"slug": "Globex!", "name": "G", "replyTo": "a@b.example"}}),
            "A brand slug must be 2 to 40 characters: a-z, 0-9 and, inside, dashes.",
        ),
        (json!({"brand": brand, "admins": [{"name": "Gil"}]}), "The field `email` is missing."),
    ] {
        let error = world.local.invoke("create-brand", event).await.unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}
