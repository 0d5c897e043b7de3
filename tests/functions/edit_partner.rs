//! `edit-partner`.

use http::Method;
use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn name_and_metadata_can_be_edited_separately() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    let path = format!("/api/t/acme/partners/{id}");
    let edited = world.api(Method::PATCH, &path, json!({"name": "Maria Lopez"})).await;
    assert_eq!((edited.status.as_u16(), &edited.json()["name"]), (200, &json!("Maria Lopez")));
    let kept = world.api(Method::PATCH, &path, json!({"metadata": {"crm": 7}})).await.json();
    assert_eq!((&kept["name"], &kept["metadata"]), (&json!("Maria Lopez"), &json!({"crm": 7})));
    assert_eq!(world.partner(&id).await, kept);
    let again = world.api(Method::PATCH, &path, json!({"name": "M. Lopez"})).await.json();
    assert_eq!(again["metadata"], json!({"crm": 7}));
    // The search finds the new name.
    assert_eq!(world.read("/partners?q=m.").await["partners"][0]["id"], json!(id));
    assert_eq!(world.read("/partners?q=maria%20l").await["partners"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_changes_nothing() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    let path = format!("/api/t/acme/partners/{id}");
    for (body, code) in [
        (json!({"name": ""}), "invalid_name"),
        (json!({"name": "https://evil.example"}), "invalid_name"),
        (json!({"metadata": [1]}), "invalid_metadata"),
        (json!({"email": "a@example.com"}), "unknown_field"),
    ] {
        assert_eq!(world.api(Method::PATCH, &path, body).await.refusal(), (400, code.to_owned()));
    }
    assert_eq!(world.partner(&id).await["name"], "Maria");
    let nobody = "/api/t/acme/partners/ptn_01KA0000000000000000000002";
    assert_eq!(world.api(Method::PATCH, nobody, json!({"name": "X"})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_edits_of_different_fields_do_not_undo_each_other() {
    let world = World::new().await;
    let id = world.joined("Maria", "maria@example.com").await;
    let path = format!("/api/t/acme/partners/{id}");
    for round in 0..10 {
        let (named, kept) = (json!({"name": format!("Maria {round}")}), json!({"metadata": {"round": round}}));
        let edits = [world.api(Method::PATCH, &path, named), world.api(Method::PATCH, &path, kept)];
        for answer in futures::future::join_all(edits).await {
            assert_eq!(answer.status, 200, "{}", answer.body);
        }
        let now = world.partner(&id).await;
        assert_eq!((&now["name"], &now["metadata"]["round"]), (&json!(format!("Maria {round}")), &json!(round)));
    }
    let before = world.local.items();
    assert_eq!(world.api(Method::PATCH, &path, json!({})).await.status, 200);
    assert!(world.local.items() == before, "nothing to change is no change");
}
