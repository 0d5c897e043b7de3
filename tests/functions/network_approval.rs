//! `network-approval`.

use http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{network::Network, support::World};

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_signature_reveals_nothing_and_changes_nothing() {
    let network = Network::new().await;
    let world = &network.world;
    let message =
        json!({"type": "application.approved", "data": network.application("app_1", "Nina Vogel", "Creators").await});
    let now = world.local.clock.now();
    let before = world.local.items();
    let other = shared::crypto::webhook_signature::secret_text([9; 32]);
    let mut refused = Vec::new();
    refused.push(world.send(network.signed(&message, &other, now)).await);
    for seconds in [-301, 301] {
        let at = now + SignedDuration::from_secs(seconds);
        refused.push(world.send(network.signed(&message, &network.secret, at)).await);
    }
    for header in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut request = network.signed(&message, &network.secret, now);
        request.headers_mut().remove(header);
        refused.push(world.send(request).await);
        let mut request = network.signed(&message, &network.secret, now);
        request.headers_mut().insert(header, "v1,x".parse().unwrap());
        refused.push(world.send(request).await);
    }
    let mut changed = network.signed(&message, &network.secret, now);
    *changed.body_mut() = message.to_string().replace("Nina", "Nora").into();
    refused.push(world.send(changed).await);
    let nothing = Request::post("/webhooks/network/acme").body(bytes::Bytes::new()).unwrap();
    refused.push(world.send(nothing).await);
    // A brand without a connection and one that doesn't exist look the same.
    for path in ["/webhooks/network/globex", "/webhooks/network/nobody", "/webhooks/network/NO!"] {
        let mut request = network.signed(&message, &network.secret, now);
        *request.uri_mut() = path.parse().unwrap();
        refused.push(world.send(request).await);
    }
    for answer in &refused {
        assert_eq!(answer.refusal(), (401, "not_signed".to_owned()));
        assert_eq!(answer.body, refused[0].body);
    }
    assert_eq!(world.local.items(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_secret_stays_valid_for_a_day() {
    let network = Network::new().await;
    let (world, admin) = (&network.world, &network.admin);
    let rotated = admin.json(world, http::Method::POST, "/api/t/acme/network/rotate", json!({})).await;
    let fresh = rotated.json()["signingSecret"].as_str().unwrap().to_owned();
    assert!(fresh.starts_with("whsec_") && fresh != network.secret);
    let ping = json!({"type": "ping", "data": {}});
    let send =
        async |secret: &str| world.send(network.signed(&ping, secret, world.local.clock.now())).await.status.as_u16();
    assert_eq!((send(&network.secret).await, send(&fresh).await), (202, 202));
    world.local.clock.advance(24 * 3_600 - 1);
    assert_eq!(send(&network.secret).await, 202);
    world.local.clock.advance(1);
    assert_eq!((send(&network.secret).await, send(&fresh).await), (401, 202));
    let ignored = world.admin().await.get(world, "/api/t/acme/network").await.json()["ignored"].clone();
    assert_eq!(ignored, 4, "what nobody knows is counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_approvals_name_the_field_and_are_shown_to_admins() {
    let network = Network::new().await;
    let world = &network.world;
    let good = network.application("app_1", "Nina Vogel", "Creators").await;
    let with = |path: &str, value: Value| {
        let mut data = good.clone();
        *data.pointer_mut(path).unwrap() = value;
        data
    };
    let cases = [
        (with("/applicationId", json!("a/b")), "invalid_id", "data.applicationId"),
        (with("/creator/email", json!("nina")), "invalid_email", "data.creator.email"),
        (with("/creator/name", json!("http://evil.example")), "invalid_name", "data.creator.name"),
        (with("/offering", json!({})), "missing_field", "data.offering.programId"),
        (with("/sendInvite", json!("yes")), "invalid_type", "data.sendInvite"),
    ];
    for (data, code, field) in cases {
        let answer = network.approve(data).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{}", answer.body);
        assert_eq!(answer.json()["detail"]["field"], field, "{}", answer.body);
    }
    let mut terms = good.clone();
    terms["commissionSnapshot"] = json!({"commissionType": "percent", "commissionValue": 101});
    assert_eq!(network.approve(terms).await.refusal(), (400, "invalid_commission".to_owned()));
    assert_eq!(network.send(&json!([1])).await.status, 400);
    // A missing or archived program is an error that the Network sees, and may retry.
    for program in ["prg_01KA0000000000000000000004".to_owned(), "no id".to_owned(), archived(world).await] {
        let answer = network.approve(with("/offering/programId", json!(program))).await;
        assert_eq!(answer.refusal(), (422, "unknown_program".to_owned()), "{}", answer.body);
    }
    let items = world.local.items();
    assert_eq!(items.iter().filter(|item| item["kind"] == "partner").count(), 0);
    let calls = network.admin.get(world, "/api/t/acme/network").await.json()["calls"].clone();
    assert_eq!(calls.as_array().unwrap().len(), 10);
    assert!(calls.as_array().unwrap().iter().all(|call| call["way"] == "in" && call["good"] == false));
}

async fn archived(world: &World) -> String {
    let program = world.program_id("Creators").await;
    let path = format!("/api/t/acme/programs/{program}");
    assert_eq!(world.api(http::Method::PATCH, &path, json!({"archived": true})).await.status, 200);
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_preferred_link_key_is_adjusted() {
    let network = Network::new().await;
    for (number, (wanted, key)) in
        [("Nina Vogel!", "Nina-Vogel"), ("@nina", "nina"), ("n", "odd-2"), ("ünïcode", "n-code")]
            .into_iter()
            .enumerate()
    {
        let mut data = network.application(&format!("app_{number}"), &format!("Odd {number}"), "Creators").await;
        data["preferredSlug"] = json!(wanted);
        let answer = network.approve(data).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["linkKey"]), (201, &json!(key)), "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rotating_the_secret_twice_in_a_day_loses_nothing() {
    let network = Network::new().await;
    let world = &network.world;
    let ping = json!({"type": "ping", "data": {}});
    let mut secrets = vec![network.secret.clone()];
    for _ in 0..2 {
        let admin = world.admin().await;
        let rotated = admin.json(world, http::Method::POST, "/api/t/acme/network/rotate", json!({})).await;
        secrets.push(rotated.json()["signingSecret"].as_str().unwrap().to_owned());
        world.local.clock.advance(3_600);
    }
    let statuses = async || {
        let mut statuses = Vec::new();
        for secret in &secrets {
            let answer = world.send(network.signed(&ping, secret, world.local.clock.now())).await;
            statuses.push(answer.status.as_u16());
        }
        statuses
    };
    assert_eq!(statuses().await, [202, 202, 202]);
    world.local.clock.advance(22 * 3_600 + 1);
    assert_eq!(statuses().await, [401, 202, 202]);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_optional_fields_do_not_prevent_an_approval() {
    let network = Network::new().await;
    let world = &network.world;
    let mut data = network.application("app_1", "Nina Vogel", "Creators").await;
    data["note"] = json!(format!("See https://instagram.com/nina {}", "!".repeat(2_000)));
    data["preferredSlug"] = json!("🦊🦊");
    data["sendInvite"] = Value::Null;
    let taken = network.approve(data).await;
    assert_eq!((taken.status.as_u16(), &taken.json()["linkKey"]), (201, &json!("nina-vogel")), "{}", taken.body);
    world.local.settled().await;
    assert_eq!(world.mails_to("nina-vogel@example.com").len(), 1);
}
