//! B14: an invited person can decline with *Not interested*. And invitations that expire without a response.

use serde_json::{Value, json};

use crate::{
    declining::{one_click, switch_reminders, way_out_of},
    hooks,
    support::{Browser, World, link_in, token_of},
};

const DAY_S: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn b14_an_invitation_is_declined_once_and_only_the_person_can_undo_it() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    world.hook(&admin, "https://shop.acme.example/hooks").await;
    let maria = world.invite("Maria Lopez", "maria@example.com").await;
    let id = maria["id"].as_str().unwrap();
    let mail = world.last_mail_to("maria@example.com");
    assert!(mail.text.contains("Not interested?"), "{}", mail.text);

    // The page behind the invitation's link offers it too, and leads to the same page as the email.
    let person = Browser::default();
    let confirm = person.get(&world, &world.link_to("maria@example.com")).await;
    let way_out = way_out_of(&mail);
    assert!(confirm.body.contains(&way_out) && confirm.body.contains("Not interested?"), "{}", confirm.body);
    let page = person.get(&world, &way_out).await;
    assert!(page.body.contains("Decline invitation") && page.body.contains("m•••@example.com"), "{}", page.body);
    let thanks = person.post(&world, &way_out, &[("List-Unsubscribe", "One-Click")]).await;
    assert!(thanks.status == 200 && thanks.body.contains("Invitation declined"), "{}", thanks.body);
    world.local.settled().await;

    // Roster, timeline and webhooks show it.
    world.catch_up().await;
    let roster = admin.get(&world, "/t/acme/admin/partners?state=declined").await.body;
    assert!(roster.contains("Maria Lopez") && roster.contains("They declined. If they change their mind"), "{roster}");
    let page = admin.get(&world, &format!("/t/acme/admin/partners/{id}")).await.body;
    assert!(page.contains("Declined the invitation") && page.contains("the partner"), "{page}");
    let told: Vec<Value> = others.calls().iter().map(|call| serde_json::from_slice(&call.body).unwrap()).collect();
    let declined = told.iter().find(|told| told["type"] == "partner.declined").unwrap();
    assert_eq!(declined["data"]["partner"]["state"], "declined");

    // No one can invite her again, and she can sign in whenever she wants.
    world.local.clock.advance(60);
    let resend = world.post(&format!("/partners/{id}/invite"), json!({})).await;
    assert_eq!(resend.refusal(), (409, "declined".to_owned()));
    person.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    assert_eq!(person.press(&world, &world.link_to("maria@example.com")).await.location(), "/t/acme");
    assert_eq!(world.partner(id).await["state"], "active");
    assert_eq!(one_click(&world, &way_out).await.status, 409, "a partner can't decline by an old link");
}

#[tokio::test(flavor = "multi_thread")]
async fn b01_an_expired_invitation_is_shown_reported_and_opened_again() {
    let world = World::new().await;
    let maria = world.invite("Maria Lopez", "maria@example.com").await;
    world.local.clock.advance(31 * DAY_S);
    world.invite("Noah", "noah@example.com").await;
    let admin = world.admin().await;
    world.catch_up().await;
    let roster = admin.get(&world, "/t/acme/admin/partners?state=expired").await.body;
    assert!(
        roster.contains("Invitation expired") && roster.contains("Maria Lopez") && !roster.contains("Noah"),
        "{roster}"
    );
    let listed = world.read("/partners?state=expired").await["partners"].clone();
    assert_eq!((&listed[0]["id"], listed.as_array().unwrap().len()), (&maria["id"], 1));

    // A person who requests a link sees nothing on the page, and gets an email that says it expired and whose help to
    // ask for.
    let person = Browser::default();
    let asked = person.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    assert_eq!((asked.status.as_u16(), asked.location()), (303, "/t/acme/login/code"));
    world.local.settled().await;
    assert_eq!(world.last_mail_to("maria@example.com").subject, "Your invitation from Acme has expired");

    let resend = format!("/api/t/acme/partners/{}/invite", maria["id"].as_str().unwrap());
    assert_eq!(admin.json(&world, http::Method::POST, &resend, json!({})).await.status, 200);
    world.local.settled().await;
    world.catch_up().await;
    let roster = admin.get(&world, "/t/acme/admin/partners?state=expired").await.body;
    assert!(!roster.contains("Maria Lopez"), "{roster}");
    assert_eq!(person.press(&world, &world.link_to("maria@example.com")).await.location(), "/t/acme");
}

#[tokio::test(flavor = "multi_thread")]
async fn b01_a_brand_with_reminders_sends_one_three_days_before_expiry() {
    let (world, others) = hooks::world().await;
    switch_reminders(&world, true).await;
    world.hook(&world.admin().await, "https://shop.acme.example/hooks").await;
    let maria = world.invite("Maria Lopez", "maria@example.com").await;
    for _ in 0..29 {
        world.pass(DAY_S).await;
    }
    let [_, reminder] = world.mails_to("maria@example.com").try_into().unwrap();
    assert_eq!(reminder.subject, "Your invitation from Acme expires on 31 January 2026");
    let page = format!("/t/acme/admin/partners/{}", maria["id"].as_str().unwrap());
    let page = world.admin().await.get(&world, &page).await.body;
    assert!(page.contains("Reminder sent"), "{page}");
    let told = others.calls().iter().any(|call| String::from_utf8_lossy(&call.body).contains("partner.reminded"));
    assert!(told, "the brand's own systems were not told");

    // It was sent two days ago, so its link has expired, and can be exchanged for a new one as that of every
    // invitation.
    let person = Browser::default();
    let link = link_in(&reminder.text);
    assert!(person.get(&world, &link).await.body.contains("Send me a new link"));
    person.post(&world, "/t/acme/login/fresh", &[("token", &token_of(&link))]).await;
    world.local.settled().await;
    assert_eq!(person.press(&world, &world.link_to("maria@example.com")).await.location(), "/t/acme");
}
