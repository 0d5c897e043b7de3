//! Exercises the end of invitations and the erasure of partners, for the permissions that they use.

use http::Method;
use serde_json::json;

use crate::{
    declining::switch_reminders,
    network::Network,
    support::{Browser, World},
};

/// Lets invitations, new and resent, expire at a brand that sends reminders.
pub(super) async fn ends(world: &World) {
    world.local.wire.repair();
    switch_reminders(world, true).await;
    let vera = world.invite("Vera", "vera@example.com").await;
    world.invite("Wim", "wim@example.com").await;
    world.local.clock.advance(3_600);
    let again = format!("/partners/{}/invite", vera["id"].as_str().unwrap());
    assert_eq!(world.post(&again, json!({})).await.status, 200);
    world.local.clock.advance(28 * 86_400);
    world.local.settled().await;
    for email in ["vera@example.com", "wim@example.com"] {
        assert!(world.last_mail_to(email).subject.contains("expires on"));
    }
    world.local.clock.advance(3 * 86_400);
    Browser::default().post(world, "/t/acme/login", &[("email", "wim@example.com")]).await;
    world.local.settled().await;
}

/// Erases partners with much data, and searches for them as everyone who may readmit them.
pub(super) async fn erasures(network: &Network) {
    let world = &network.world;
    for email in ["nina@example.com", "olga@example.com"] {
        let partner = world.read(&format!("/partners?email={email}")).await["partners"][0].clone();
        let of = |what: &str| format!("/partners/{}{what}", partner["id"].as_str().unwrap());
        world.post(&of("/revoke"), json!({"notify": false})).await;
        let admin = world.admin().await;
        world.local.clock.advance(11 * 60);
        let exporter = world.admin().await;
        let path = format!("/api/t/acme{}", of("/export"));
        assert_eq!(exporter.json(world, Method::POST, &path, json!(null)).await.status, 202);
        world.local.settled().await;
        let path = format!("/api/t/acme{}", of("/erase"));
        let answer = admin.json(world, Method::POST, &path, json!({"confirm": partner["name"]})).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        world.local.settled().await;
        world.local.clock.advance(150);
        world.local.settled().await;
    }
    world.import("email\nolga@example.com\n", "dryRun=true").await;
    let mia = world.joined("Mia", "mia@example.com").await;
    let moved = json!({"email": "olga@example.com"});
    world.api(Method::PUT, &format!("/api/t/acme/partners/{mia}/email"), moved).await;
    let offering = json!({
        "name": "Nina", "email": "nina@example.com", "campaignGrantSource": "offering",
        "programIds": [world.program_id("First").await],
    });
    assert_eq!(world.post("/partners", offering).await.status, 409);
    let approvals = world.read("/network/approvals").await;
    for held in approvals["held"].as_array().unwrap() {
        let path = format!("/network/approvals/{}/accept", held["id"].as_str().unwrap());
        world.post(&path, json!({})).await;
    }
    let back = json!({"name": "Olga", "email": "olga@example.com", "readmit": true});
    let answer = world.admin().await.json(world, Method::POST, "/api/t/acme/partners", back).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}
