//! `read-partners`.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World};

async fn list(world: &World, query: &str) -> Answer {
    world.api(Method::GET, &format!("/api/t/acme/partners{query}"), Value::Null).await
}

fn emails(answer: &Answer) -> Vec<String> {
    let partners = answer.json()["partners"].as_array().cloned().unwrap();
    partners.iter().map(|partner| partner["email"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_everybody_once_even_if_they_came_at_the_same_moment() {
    let world = World::new().await;
    let mut invited = Vec::new();
    for number in 0..23 {
        let email = format!("p{number}@example.com");
        let body = json!({"name": "P", "email": email, "sendInvite": number % 3 != 0});
        assert_eq!(world.api(Method::POST, "/api/t/acme/partners", body).await.status, 201);
        invited.push(email);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for _ in 0..5 {
        let page = list(&world, &format!("?limit=5{cursor}")).await;
        seen.extend(emails(&page));
        match page.json()["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 23);
    seen.sort();
    invited.sort();
    assert_eq!(seen, invited);
    assert_eq!(emails(&list(&world, "?state=active").await).len(), 8);
    assert_eq!(emails(&list(&world, "?state=invited").await).len(), 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_found_by_id_or_address() {
    let world = World::new().await;
    let partner = world.invite("Maria", "maria@example.com").await;
    let id = partner["id"].as_str().unwrap();
    assert_eq!(world.partner(id).await["email"], "maria@example.com");
    assert_eq!(emails(&list(&world, "?email=MARIA@example.com").await), ["maria@example.com"]);
    assert!(emails(&list(&world, "?email=nobody@example.com").await).is_empty());
    for path in ["/api/t/acme/partners/ptn_x", "/api/t/acme/partners/ptn_00000000000000000000000000"] {
        assert_eq!(world.api(Method::GET, path, Value::Null).await.refusal(), (404, "not_found".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_question_is_refused() {
    let world = World::new().await;
    for (query, code) in [
        ("?limit=0", "invalid_value"),
        ("?limit=201", "invalid_value"),
        ("?limit=x", "invalid_value"),
        ("?cursor=x", "invalid_value"),
        ("?state=asleep", "invalid_value"),
        ("?email=x", "invalid_email"),
        ("?stat=active", "unknown_field"),
    ] {
        assert_eq!(list(&world, query).await.refusal(), (400, code.to_owned()), "{query}");
    }
}
