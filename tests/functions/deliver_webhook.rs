//! `deliver-webhook`: at-least-once delivery whatever crashes, and one worker at a time for each endpoint.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use local::Fault;
use serde_json::json;
use shared::egress::OutboundError;

use crate::{hooks, outside::says, support::ADMIN};

const URL: &str = "https://shop.acme.example/hooks";

/// The worker crashes at each of its calls, before or after it took effect.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_crashes_delivers_at_least_once() {
    for after in [false, true] {
        for number in 0..=5 {
            let (world, others) = hooks::world().await;
            let admin = world.admin().await;
            let hook = world.hook(&admin, URL).await;
            let count = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&count);
            world.local.wire.on_call(move |call| {
                if call.function != "deliver-webhook" {
                    return Fault::Pass;
                }
                match counted.fetch_add(1, Ordering::SeqCst) {
                    before if before < number => Fault::Pass,
                    here if here == number && after => Fault::FailAfter,
                    _here_or_later => Fault::error(400, "ValidationException"),
                }
            });
            world.joined("Maria Lopez", "maria@example.com").await;
            world.local.settled().await;
            world.local.wire.repair();
            for _ in 0..3 {
                world.pass(130).await;
            }
            let what = format!("at call {number}, after: {after}");
            let calls = others.calls();
            assert!((1..=2).contains(&calls.len()), "{} calls, {what}", calls.len());
            assert!(calls.iter().all(|call| call.header("webhook-id") == calls[0].header("webhook-id")), "{what}");
            assert_eq!(world.log(&admin, &hook).await[0]["state"], "delivered", "{what}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_is_disabled_immediately_and_admins_are_notified() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    others.answer(|_| says(410, ""));
    world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    let now = world.hook_now(&admin, &hook).await;
    assert_eq!((&now["on"], &now["offReason"]), (&json!(false), &json!("gone")));
    let mail = world.last_mail_to(ADMIN);
    assert!(mail.subject.contains("disabled") && mail.text.contains("410 Gone"), "{}", mail.text);
}

/// Each causes a separate email, and neither replaces another email to the admin.
#[tokio::test(flavor = "multi_thread")]
async fn two_endpoints_gone_at_the_same_moment_cause_two_emails() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    for path in ["one", "two"] {
        world.hook(&admin, &format!("{URL}/{path}")).await;
    }
    others.answer(|_| says(410, ""));
    world.local.hold("send-mail");
    world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    world.local.release("send-mail");
    world.local.settled().await;
    let mails = world.mails_to(ADMIN);
    let told = |path: &str| mails.iter().filter(|mail| mail.text.contains(&format!("{URL}/{path}"))).count();
    assert_eq!((told("one"), told("two")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_endpoint_gets_at_most_ten_calls_at_a_time() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    world.hook(&admin, URL).await;
    others.take(Duration::from_millis(20));
    let mut many = String::from("email,name\n");
    for number in 0..300 {
        many.push_str(&format!("m{number}@example.com,M\n"));
    }
    world.import(many, "sendInvite=false").await;
    for _ in 0..4 {
        world.pass(600).await;
    }
    let told: std::collections::BTreeSet<_> =
        others.calls().iter().map(|call| call.header("webhook-id").to_owned()).collect();
    assert_eq!(told.len(), 301, "everybody, and the end of the import");
    assert_eq!(others.most_at_once(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_response_is_a_failure_with_a_message() {
    let (world, others) = hooks::world().await;
    let admin = world.admin().await;
    let hook = world.hook(&admin, URL).await;
    others.answer(|_| Err(OutboundError::TooSlow(10)));
    world.joined("Maria Lopez", "maria@example.com").await;
    world.local.settled().await;
    let log = world.log(&admin, &hook).await;
    assert_eq!(log[0]["problem"], "No response within 10 seconds.");
    others.answer(|_| says(302, ""));
    world.pass(120).await;
    assert_eq!(world.log(&admin, &hook).await[0]["problem"], "HTTP 302: redirects are not followed.");
}
