//! `set-programs`.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World};

async fn set(world: &World, id: &str, programs: Value, version: u64) -> Answer {
    let body = json!({"programIds": programs, "grantsVersion": version});
    world.api(Method::PUT, &format!("/api/t/acme/partners/{id}/programs"), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn existing_grants_keep_their_source_and_new_ones_are_an_admins() {
    let world = World::new().await;
    let (spring, creators) = (world.program_id("Spring launch").await, world.program_id("Creators").await);
    let body = json!({
        "name": "Maria", "email": "maria@example.com", "sendInvite": false, "programIds": [spring],
        "campaignGrantSource": "offering",
    });
    let id = world.invite_with(body).await["id"].as_str().unwrap().to_owned();
    let now = set(&world, &id, json!([spring, creators]), 1).await.json();
    assert_eq!(now["grantsVersion"], 2);
    let source = |program: &str| {
        let grants = now["grants"].as_array().unwrap();
        grants.iter().find(|grant| grant["programId"] == program).unwrap()["source"].clone()
    };
    assert_eq!((source(&spring), source(&creators)), (json!("network"), json!("admin")));
    // Setting the same programs again is no change.
    assert_eq!(set(&world, &id, json!([creators, spring]), 2).await.json()["grantsVersion"], 2);
    assert_eq!(set(&world, &id, json!([]), 2).await.json()["grants"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_of_two_gets_the_current_grants() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    let creators = world.program_id("Creators").await;
    assert_eq!(set(&world, &id, json!([creators]), 1).await.status, 200);
    let late = set(&world, &id, json!([]), 1).await;
    assert_eq!(late.refusal(), (409, "changed_meanwhile".to_owned()));
    assert_eq!(late.json()["detail"], json!({"grantsVersion": 2, "programIds": [creators]}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_program_changes_nothing_and_an_archived_one_may_stay() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    let (spring, creators) = (world.program_id("Spring launch").await, world.program_id("Creators").await);
    for bad in ["prg_01KA0000000000000000000002", "x"] {
        let refused = set(&world, &id, json!([spring, bad]), 1).await;
        assert_eq!(refused.refusal(), (400, "unknown_program".to_owned()));
    }
    world.api(Method::PATCH, &format!("/api/t/acme/programs/{creators}"), json!({"archived": true})).await;
    assert_eq!(set(&world, &id, json!([creators]), 1).await.status, 200);
    assert_eq!(set(&world, &id, json!([spring]), 2).await.status, 200);
    assert_eq!(set(&world, &id, json!([creators]), 3).await.refusal(), (400, "unknown_program".to_owned()));
    for body in [json!({"programIds": []}), json!({"grantsVersion": 3}), json!({"programIds": "x", "grantsVersion": 3})]
    {
        let answer = world.api(Method::PUT, &format!("/api/t/acme/partners/{id}/programs"), body).await;
        assert_eq!(answer.status, 400);
    }
}
