//! B11: webhooks notify the brand's own systems.

use http::Method;
use serde_json::{Value, json};

use crate::{
    hooks::{self, is_signed_by},
    outside::says,
    support::{ADMIN, World},
};

const URL: &str = "https://shop.acme.example/hooks";

#[tokio::test(flavor = "multi_thread")]
async fn b11_events_are_delivered_signed_to_the_brands_endpoints() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    assert!(hook.secret.starts_with("whsec_"));
    let maria = world.joined("Maria Lopez", "maria@example.com").await;
    others.forget();
    world.post(&format!("/partners/{maria}/revoke"), json!({"reason": "Over.", "notify": false})).await;
    world.local.settled().await;

    let calls = others.calls();
    let [call] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!((call.method.as_str(), call.url.as_str()), ("POST", URL));
    assert!(is_signed_by(&world, call, &hook.secret));
    assert!(!is_signed_by(&world, call, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    let event = call.header("webhook-id").to_owned();
    let body = call.json();
    assert_eq!((&body["type"], &body["data"]["event"]), (&json!("partner.revoked"), &json!(event)));
    assert_eq!(body["timestamp"], json!(world.local.clock.now()));
    assert_eq!((&body["data"]["brand"], &body["data"]["reason"]), (&json!("acme"), &json!("Over.")));
    assert_eq!(
        body["data"]["partner"],
        json!({"id": maria, "email": "maria@example.com", "name": "Maria Lopez", "state": "revoked"})
    );
    assert_eq!(body["data"]["actor"]["kind"], "api_key");
    let log = world.log(&admin, &hook).await;
    assert_eq!(
        log.iter().map(|each| each["type"].as_str().unwrap()).collect::<Vec<_>>(),
        ["partner.revoked", "partner.added"]
    );
    assert_eq!((&log[0]["state"], &log[0]["tries"], &log[0]["status"]), (&json!("delivered"), &json!(1), &json!(200)));

    // An import is delivered once, when it is complete.
    others.forget();
    let import = world.import("email,name\nnoah@example.com,Noah\n", "").await;
    let ended = others.calls().into_iter().find(|call| call.json()["type"] == "import.completed").unwrap();
    assert!(is_signed_by(&world, &ended, &hook.secret));
    let told = ended.json()["data"]["import"].clone();
    assert_eq!((&told["id"], &told["outcomes"]), (&json!(import), &json!({"invited": 1})));
    assert!(others.calls().iter().any(|call| call.json()["type"] == "partner.invited"));
    assert!(others.calls().iter().all(|call| !String::from_utf8_lossy(&call.body).contains("token")));

    // A manual redelivery is the same message; and a test event is flagged as one.
    others.forget();
    let again = world.hooks(&admin, Method::POST, &format!("/{}/deliveries/{event}/again", hook.id), json!({})).await;
    assert_eq!(again.status, 202, "{}", again.body);
    assert_eq!(others.calls().iter().map(|call| call.header("webhook-id").to_owned()).collect::<Vec<_>>(), [event]);
    assert_eq!(world.hooks(&admin, Method::POST, &format!("/{}/test", hook.id), json!({})).await.status, 202);
    assert_eq!(others.calls().last().unwrap().json()["type"], "webhook.tested");
}

#[tokio::test(flavor = "multi_thread")]
async fn b11_an_endpoint_that_is_down_is_retried_for_three_days_and_then_disabled() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    others.answer(|_| says(500, "down"));
    world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    let mut tries = vec![others.calls().len()];
    // To the second: right before the next attempt there is none.
    for minutes in [1, 5, 30, 120, 300, 600, 840, 1_200] {
        world.pass(minutes * 60 - 1).await;
        assert_eq!(others.calls().len(), *tries.last().unwrap(), "before {minutes} minutes are over");
        world.pass(61).await;
        tries.push(others.calls().len());
        let now = world.hook_now(&world.admin().await, &hook).await;
        assert_eq!((&now["on"], &now["lastFailure"]), (&json!(true), &json!("HTTP 500.")));
    }
    assert_eq!(tries, (1..=9).collect::<Vec<_>>());
    assert_eq!(world.mails_to(ADMIN).iter().filter(|mail| mail.subject.contains("webhook")).count(), 0);

    world.pass(1_260 * 60 + 61).await;
    assert_eq!(others.calls().len(), 10);
    let ids: std::collections::BTreeSet<_> =
        others.calls().iter().map(|call| call.header("webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), 1, "the same message each time");
    let admin = world.admin().await;
    let now = world.hook_now(&admin, &hook).await;
    assert_eq!((&now["on"], &now["offReason"]), (&json!(false), &json!("failing")));
    let log = world.log(&admin, &hook).await;
    assert_eq!((&log[0]["state"], &log[0]["tries"]), (&json!("failed"), &json!(10)));
    let mails: Vec<_> = world.mails_to(ADMIN).into_iter().filter(|mail| mail.subject.contains("webhook")).collect();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains(URL) && mails[0].text.contains(&hook.id), "{}", mails[0].text);

    // Nothing new is delivered, not even manually, until it is enabled.
    world.joined("Noah", "noah@example.com").await;
    world.pass(2 * 86_400).await;
    assert_eq!(others.calls().len(), 10);
    let admin = world.admin().await;
    let test = world.hooks(&admin, Method::POST, &format!("/{}/test", hook.id), json!({})).await;
    assert_eq!(test.refusal(), (409, "webhook_off".to_owned()));
    others.answer(|_| says(204, ""));
    let on = world.hooks(&admin, Method::PATCH, &format!("/{}", hook.id), json!({"on": true})).await;
    assert_eq!((&on.json()["on"], &on.json()["failingSince"]), (&json!(true), &Value::Null));
    world.joined("Zoe", "zoe@example.com").await;
    world.local.settled().await;
    assert_eq!(others.calls().last().unwrap().json()["data"]["partner"]["name"], "Zoe");
}

#[tokio::test(flavor = "multi_thread")]
async fn b11_pending_deliveries_are_sent_once_the_endpoint_is_back() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    others.answer(|_| says(503, ""));
    for number in 0..30 {
        world.joined("P", &format!("p{number}@example.com")).await;
    }
    world.local.settled().await;
    let tried = others.calls().len();
    assert!(tried <= 3, "{tried} calls to a system that is down");
    others.answer(|_| says(200, ""));
    others.forget();
    world.pass(120).await;
    world.pass(120).await;
    world.pass(600).await;
    let log = world.log(&admin, &hook).await;
    assert_eq!(log.len(), 30);
    assert!(log.iter().all(|each| each["state"] == "delivered"), "{log:?}");
    let names: std::collections::BTreeSet<_> =
        others.calls().iter().map(|call| call.header("webhook-id").to_owned()).collect();
    assert_eq!(names.len(), 30, "nothing is lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn b11_a_private_ip_address_is_rejected_when_saved_and_when_called() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    for url in ["http://shop.example/", "https://10.0.0.1/", "https://localhost/", "https://a.example:8443/", "shop"] {
        let refused = world.hooks(&admin, Method::POST, "", json!({"url": url})).await;
        assert_eq!(refused.refusal(), (400, "invalid_url".to_owned()), "{url}");
        assert_eq!(refused.json()["detail"]["field"], "url", "{url}");
    }
    let private = |_: &url::Url| Err(shared::egress::BlockedUrl::Private);
    others.resolve(private);
    let refused = world.hooks(&admin, Method::POST, "", json!({"url": URL})).await;
    assert!(refused.body.contains("private IP address"), "{}", refused.body);

    others.resolve(|_| Ok(()));
    let hook = world.hook(&admin, URL).await;
    let moved = world.hooks(&admin, Method::PATCH, &format!("/{}", hook.id), json!({"url": "https://[::1]/"})).await;
    assert_eq!(moved.refusal(), (400, "invalid_url".to_owned()));
    // Its name now resolves to a private IP address.
    others.resolve(private);
    world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    assert_eq!(others.calls().len(), 0);
    let log = world.log(&admin, &hook).await;
    assert_eq!(log[0]["state"], "waiting");
    assert!(log[0]["problem"].as_str().unwrap().contains("private IP address"), "{log:?}");
}

/// One brand's endpoint is down, another brand's works.
#[tokio::test(flavor = "multi_thread")]
async fn b11_an_endpoint_of_one_brand_that_is_down_does_not_delay_another() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    others.answer(move |call| {
        if call.url.as_str() == URL { Err(shared::egress::OutboundError::TooSlow(10)) } else { says(200, "") }
    });
    let mut many = String::from("email,name\n");
    for number in 0..400 {
        many.push_str(&format!("m{number}@example.com,M\n"));
    }
    world.import(many, "sendInvite=false").await;
    let dead = others.calls_to(URL).len();
    assert!(dead <= 5, "{dead} calls to a system that is down, of 401 that it was to get");
    assert!(world.log(&admin, &hook).await.iter().all(|each| each["state"] == "waiting"));

    let other = second(&world).await;
    world.pass(3_600).await;
    assert!(others.calls_to("https://globex.example").len() == other, "told at once, and once");
    assert!(others.calls_to(URL).len() <= dead + 3);
}

/// Creates another brand with an endpoint that works and an event; returns the expected number of deliveries.
async fn second(world: &World) -> usize {
    let brand = json!({
        "brand": {"slug": "umbra", "name": "Umbra", "replyTo": "partners@umbra.example"},
        "admins": [{"name": "Una", "email": "una@umbra.example"}],
    });
    world.local.invoke("create-brand", brand).await.unwrap();
    world.local.settled().await;
    let app = world.local.operator();
    let link = shared::operator::admin_link(&app, "umbra", "una@umbra.example").await.unwrap();
    let una = crate::support::Browser::default();
    una.press(world, &crate::support::path_of(&link)).await;
    let hook = json!({"url": "https://globex.example/hooks"});
    assert_eq!(una.json(world, Method::POST, "/api/t/umbra/webhooks", hook).await.status, 201);
    let zoe = json!({"name": "Zoe", "email": "zoe@example.com", "sendInvite": false});
    let made = una.json(world, Method::POST, "/api/t/umbra/partners", zoe).await;
    assert_eq!(made.status, 201, "{}", made.body);
    world.local.settled().await;
    1
}
