//! B15: a team.

use http::Method;
use serde_json::json;
use shared::domain::Session;

use crate::support::{ADMIN, World, link_in};

#[tokio::test(flavor = "multi_thread")]
async fn b15_owners_add_and_remove_team_members_and_all_owners_are_notified() {
    let world = World::new().await;
    let (_, olga) = world.colleague("Olga Owner", "olga@acme.example", "owner").await;
    let (max, browser) = world.colleague("Max Meier", "max@acme.example", "manager").await;
    let of_max = format!("/api/t/acme/team/{max}");

    // Max does the daily work under his own name, and can't manage the team.
    let maria = json!({"name": "Maria", "email": "maria@example.com"});
    assert_eq!(browser.json(&world, Method::POST, "/api/t/acme/partners", maria).await.status, 201);
    world.local.settled().await;
    assert!(world.last_mail_to("maria@example.com").text.contains("Max Meier"));
    for path in ["/api/t/acme/team", "/api/t/acme/api-keys", "/api/t/acme/attribution"] {
        assert_eq!(browser.get(&world, path).await.refusal(), (403, "role_missing".to_owned()), "{path}");
    }
    assert_eq!(browser.get(&world, "/t/acme/admin/settings").await.status, 403);

    // Olga comes back from lunch: managing the team requires a recent sign-in, which returns her to where she was.
    world.local.clock.advance(Session::RECENT.as_secs() + 1);
    let viewer = json!({"role": "viewer"});
    let refused = olga.json(&world, Method::PATCH, &of_max, viewer.clone()).await;
    assert_eq!(refused.refusal(), (403, "sign_in_again".to_owned()));
    let back = "/t/acme/admin/team";
    assert_eq!(olga.post(&world, "/t/acme/admin/login/again", &[("back", back)]).await.status, 303);
    world.local.settled().await;
    let link = link_in(&world.last_mail_to("olga@acme.example").text);
    assert!(olga.get(&world, &link).await.body.contains("value=\"/t/acme/admin/team\""));
    let token = crate::support::token_of(&link);
    let answer = olga.post(&world, "/t/acme/admin/login/redeem", &[("token", &token), ("back", back)]).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, back));
    assert_eq!(olga.json(&world, Method::PATCH, &of_max, viewer).await.status, 200);
    // Emails of two events may arrive in any order.
    world.local.settled().await;
    let noah = json!({"name": "Noah", "email": "noah@example.com"});
    let refused = browser.json(&world, Method::POST, "/api/t/acme/partners", noah).await;
    assert_eq!(refused.refusal(), (403, "role_missing".to_owned()));
    assert_eq!(browser.get(&world, "/t/acme/admin/partners").await.status, 200, "a viewer may look");

    assert_eq!(olga.json(&world, Method::DELETE, &of_max, json!(null)).await.status, 200);
    assert_eq!(browser.get(&world, "/t/acme/admin/partners").await.location(), "/t/acme/admin/login");

    world.local.settled().await;
    let told = |address: &str| {
        let news = |subject: &String| subject.contains("Acme's team");
        world.mails_to(address).into_iter().map(|mail| mail.subject).filter(news).collect::<Vec<_>>()
    };
    let of_max = [
        "Max Meier was invited to Acme's team",
        "Max Meier has a new role in Acme's team",
        "Max Meier was removed from Acme's team",
    ];
    assert_eq!(told("olga@acme.example"), of_max);
    assert_eq!(told(ADMIN)[1..], of_max, "the first is of Olga");
    assert!(told("max@acme.example").is_empty());
    let mail = world.last_mail_to(ADMIN).text;
    assert!(mail.contains("Olga Owner removed Max Meier, who was a viewer, from Acme's team."), "{mail}");
}
