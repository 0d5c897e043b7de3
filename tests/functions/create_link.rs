//! `create-link`.

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_link_has_the_requested_key_or_a_generated_one() {
    let world = World::new().await;
    let id = world.joined("Maria Lopez", "maria@example.com").await;
    let spring = world.program_id("Spring launch").await;
    let path = format!("/partners/{id}/links");
    let link = world.post(&path, json!({"linkKey": "Maria_2026", "programId": spring})).await;
    assert_eq!(link.status, 201, "{}", link.body);
    assert_eq!(link.json()["url"], "http://localhost:9000/r/acme/Maria_2026");
    assert_eq!(link.json()["destinationUrl"], "https://shop.acme.example/spring");
    let proposed = world.post(&path, json!({"programId": spring})).await.json();
    assert!(proposed["linkKey"].as_str().unwrap().starts_with("maria-lopez-"), "{proposed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_taken_for_ever_in_any_case() {
    let world = World::new().await;
    let maria = world.joined("Maria", "maria@example.com").await;
    let noah = world.joined("Noah", "noah@example.com").await;
    assert_eq!(world.link(&maria, "Spring", "Spring launch").await.status, 201);
    for id in [&maria, &noah] {
        assert_eq!(world.link(id, "sPRING", "Creators").await.refusal(), (409, "linkKey_taken".to_owned()));
    }
    world.api(Method::DELETE, &format!("/api/t/acme/partners/{maria}/links/spring"), Value::Null).await;
    for id in [&maria, &noah] {
        assert_eq!(world.link(id, "spring", "Creators").await.refusal(), (409, "linkKey_taken".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_is_rejected() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    let spring = world.program_id("Spring launch").await;
    let path = format!("/partners/{id}/links");
    for (body, code, field) in [
        (json!({"linkKey": "ab", "programId": spring}), "invalid_link_key", "linkKey"),
        (json!({"linkKey": "a b c", "programId": spring}), "invalid_link_key", "linkKey"),
        (json!({"linkKey": "x".repeat(65), "programId": spring}), "invalid_link_key", "linkKey"),
        (json!({"linkKey": "abc", "programId": "prg_x"}), "unknown_program", "programId"),
        (json!({"linkKey": "abc"}), "missing_field", "programId"),
        (
            json!({"linkKey": "abc", "programId": spring, "destinationUrl": "http://shop.acme.example/"}),
            "invalid_destination",
            "destinationUrl",
        ),
        (
            json!({"linkKey": "abc", "programId": spring, "destinationUrl": "https://evil.example/"}),
            "destination_not_allowed",
            "destinationUrl",
        ),
        (
            json!({"linkKey": "abc", "programId": spring, "destinationUrl": "https://evilshop.acme.example/"}),
            "destination_not_allowed",
            "destinationUrl",
        ),
    ] {
        let answer = world.post(&path, body).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{}", answer.body);
        assert_eq!(answer.json()["detail"]["field"], field);
    }
    let deeper = json!({"linkKey": "abc", "programId": spring, "destinationUrl": "https://blog.acme.example/a?b=c"});
    assert_eq!(world.post(&path, deeper).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ungranted_program_is_an_error_for_a_key_and_unknown_to_a_partner() {
    let world = World::new().await;
    let spring = world.program_id("Spring launch").await;
    let creators = world.program_id("Creators").await;
    world.invite_with(json!({"name": "Maria", "email": "maria@example.com", "programIds": [spring]})).await;
    let browser = crate::support::Browser::default();
    browser.press(&world, &world.link_to("maria@example.com")).await;
    let id = world.read("/partners?email=maria@example.com").await["partners"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(world.link(&id, "abc", "Creators").await.refusal(), (403, "program_not_granted".to_owned()));
    let create = async |program: &str| {
        let body = json!({"linkKey": "abc", "programId": program});
        browser.json(&world, Method::POST, "/api/t/acme/links", body).await
    };
    let (ungranted, unknown) = (create(&creators).await, create("prg_01KA0000000000000000000002").await);
    assert_eq!((ungranted.status, &ungranted.body), (unknown.status, &unknown.body));
    assert_eq!(ungranted.refusal(), (400, "unknown_program".to_owned()));
    assert_eq!(create(&spring).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn invited_and_revoked_partners_get_no_link() {
    let world = World::new().await;
    let noah = world.invite("Noah", "noah@example.com").await["id"].as_str().unwrap().to_owned();
    assert_eq!(world.link(&noah, "noah", "Creators").await.refusal(), (409, "not_activated".to_owned()));
    let maria = world.joined("Maria", "maria@example.com").await;
    world.post(&format!("/partners/{maria}/revoke"), json!({"notify": false})).await;
    assert_eq!(world.link(&maria, "maria", "Creators").await.refusal(), (409, "partner_revoked".to_owned()));
}
