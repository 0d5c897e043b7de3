//! Exercises branding and previews of emails, for the permissions that they use.

use http::Method;
use serde_json::json;

use crate::{
    faces::plain_png,
    support::{Browser, World, path_of},
};

/// Sets a brand's branding, previews emails, and imports a file with a note.
pub(super) async fn face(world: &World) {
    let admin = world.admin().await;
    let later = || world.local.clock.advance(11 * 60);
    for (width, name) in [(10, "One"), (20, "Two")] {
        later();
        let logo = admin.put_logo(world, "image/png", plain_png(width, 10)).await;
        assert_eq!(logo.status, 200, "{}", logo.body);
        Browser::default()
            .get(world, path_of(logo.json()["logo"]["url"].as_str().unwrap()).trim_end_matches('?'))
            .await;
        later();
        assert_eq!(admin.settings(world, json!({"senderName": name})).await.status, 200);
    }
    later();
    admin.get(world, "/t/acme/admin/settings/brand").await;
    admin.json(world, Method::DELETE, "/api/t/acme/settings/logo", json!(null)).await;
    let import = world.import("email\nsaid@example.com\n", "note=Hello").await;
    world.local.settled().await;
    let said = world.read("/partners?email=said@example.com").await["partners"][0]["id"].clone();
    // A person's export contains the note of their import.
    let fresh = world.admin().await;
    let path = format!("/api/t/acme/partners/{}/export", said.as_str().unwrap());
    assert_eq!(fresh.json(world, Method::POST, &path, json!(null)).await.status, 202);
    world.local.settled().await;
    for body in [json!({"mail": "invitation", "import": import}), json!({"mail": "revocation", "partner": said})] {
        later();
        let answer = admin.json(world, Method::POST, "/api/t/acme/preview", body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}
