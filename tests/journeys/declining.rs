//! B14: the invited person can say *Not interested*.

use serde_json::{Value, json};

use crate::{
    declining::{one_click, way_out_of},
    hooks,
    support::Browser,
};

#[tokio::test(flavor = "multi_thread")]
async fn b14_not_interested_is_said_once_and_taken_back_by_nobody_else() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    world.hook(&admin, "https://shop.acme.example/hooks").await;
    let maria = world.invite("Maria Lopez", "maria@example.com").await;
    let id = maria["id"].as_str().unwrap();
    let mail = world.last_mail_to("maria@example.com");
    assert!(mail.text.contains("Not interested?"), "{}", mail.text);

    // The page behind the invitation's link offers it too, and leads to where the mail does.
    let person = Browser::default();
    let confirm = person.get(&world, &world.link_to("maria@example.com")).await;
    let way_out = way_out_of(&mail);
    assert!(confirm.body.contains(&way_out) && confirm.body.contains("Not interested?"), "{}", confirm.body);
    let page = person.get(&world, &way_out).await;
    assert!(page.body.contains("I’m not interested") && page.body.contains("m•••@example.com"), "{}", page.body);
    let thanks = person.post(&world, &way_out, &[("List-Unsubscribe", "One-Click")]).await;
    assert!(thanks.status == 200 && thanks.body.contains("Thank you for telling us"), "{}", thanks.body);
    world.local.settled().await;

    // Roster, timeline and the brand's own systems tell of it.
    let roster = admin.get(&world, "/t/acme/admin/partners?state=declined").await.body;
    assert!(roster.contains("Maria Lopez") && roster.contains("They said they’re not interested"), "{roster}");
    let page = admin.get(&world, &format!("/t/acme/admin/partners/{id}")).await.body;
    assert!(page.contains("Said that they are not interested") && page.contains("the partner"), "{page}");
    let told: Vec<Value> = others.calls().iter().map(|call| serde_json::from_slice(&call.body).unwrap()).collect();
    let declined = told.iter().find(|told| told["type"] == "partner.declined").unwrap();
    assert_eq!(declined["data"]["partner"]["state"], "declined");

    // Nobody can invite her again, and she comes in whenever she wants.
    world.local.clock.advance(60);
    let resend = world.post(&format!("/partners/{id}/invite"), json!({})).await;
    assert_eq!(resend.refusal(), (409, "declined".to_owned()));
    person.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    assert_eq!(person.press(&world, &world.link_to("maria@example.com")).await.location(), "/t/acme");
    assert_eq!(world.partner(id).await["state"], "active");
    assert_eq!(one_click(&world, &way_out).await.status, 409, "a partner can't decline by an old link");
}
