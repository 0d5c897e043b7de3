//! `mail-feedback`.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use http::Method;
use local::{Fault, Feedback, Service};
use serde_json::{Value, json};
use shared::store::{Update, attribute, keys};

use crate::support::{ADMIN, Browser, World};

/// Reads a sample event and parses its body.
fn sample(name: &str) -> Value {
    let path = local::template_path().with_file_name(format!("../events/mail-feedback.{name}.json"));
    let batch: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    serde_json::from_str(batch["Records"][0]["body"].as_str().unwrap()).unwrap()
}

/// Delivers one message, and returns `true` if it was processed.
async fn told(world: &World, body: &str) -> bool {
    let record = json!({"messageId": "m", "receiptHandle": "r", "body": body, "attributes": {}});
    let answer = world.local.invoke("mail-feedback", json!({"Records": [record]})).await.unwrap();
    answer["batchItemFailures"] == json!([])
}

/// Simulates a reaction of the mailbox to the last email, and the SES event that follows.
async fn answers(world: &World, address: &str, what: Feedback) {
    world.local.feedback(world.last_mail_to(address).id, what).await;
    world.local.settled().await;
}

fn item(world: &World, with: impl Fn(&Value) -> bool) -> Option<Value> {
    world.local.items().into_iter().find(with)
}

fn address(world: &World, address: &str) -> Option<Value> {
    item(world, |item| item["pk"] == format!("ADDRESS#acme#{address}"))
}

async fn shown(world: &World, partner: &Value) -> Value {
    world.partner(partner["id"].as_str().unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_ses_event_is_recorded_where_admins_see_it() {
    let world = World::new().await;
    for (what, state, detail, refused) in [
        (Feedback::Deliver, "delivered", Value::Null, Value::Null),
        (Feedback::Bounce, "bounced", json!("smtp; 550 5.1.1 user unknown"), json!("bounced")),
        (Feedback::SoftBounce, "failed", json!("Temporary failure: smtp; 452 4.2.2 mailbox full"), Value::Null),
        (
            Feedback::Suppress,
            "failed",
            json!(
                "Not sent by Amazon SES: an email to this address recently bounced for another sender. Try again in two weeks."
            ),
            Value::Null,
        ),
        (Feedback::Complain, "complained", Value::Null, json!("complained")),
        (Feedback::Delay, "delayed", json!("smtp; 421 4.4.1 Unable to connect to remote host"), Value::Null),
        (Feedback::Reject, "failed", json!("Bad content"), Value::Null),
    ] {
        let email = format!("{}@example.com", what.as_str());
        let partner = world.invite("Maria", &email).await;
        world.local.clock.advance(7);
        answers(&world, &email, what).await;
        let now = shown(&world, &partner).await;
        assert_eq!((&now["mail"]["state"], &now["mail"]["detail"]), (&json!(state), &detail), "{what:?}");
        assert_eq!(now["undeliverable"]["why"], refused, "{what:?}");
        let told = item(&world, |item| item["type"] == "partner.invited" && item["partner"] == partner["id"]);
        let outcome = told.unwrap()["mail"].clone();
        assert_eq!((&outcome["state"], &outcome["at"]), (&now["mail"]["state"], &now["mail"]["at"]));
        let known = address(&world, &email).map(|known| known["why"].clone());
        assert_eq!(known.unwrap_or_default(), refused, "{what:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn order_and_repetition_of_ses_events_make_no_difference() {
    let world = World::new().await;
    let news = [Feedback::Delay, Feedback::Deliver, Feedback::Bounce, Feedback::Complain];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 3, 0, 1], [1, 3, 2, 0]] {
        let email = format!("m{}@example.com", order.map(|index| index.to_string()).concat());
        let partner = world.invite("Maria", &email).await;
        for index in order.into_iter().chain(order) {
            world.local.clock.advance(1);
            answers(&world, &email, news[index]).await;
        }
        let now = shown(&world, &partner).await;
        assert_eq!((&now["mail"]["state"], &now["undeliverable"]["why"]), (&json!("complained"), &json!("bounced")));
        assert_eq!(address(&world, &email).unwrap()["why"], "bounced", "a complaint takes nothing from a bounce");
        let told = item(&world, |item| item["type"] == "partner.invited" && item["partner"] == partner["id"]);
        assert_eq!(told.unwrap()["mail"]["state"], "complained");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ses_event_may_precede_our_own_record_and_then_the_email_is_not_sent_again() {
    let world = World::new().await;
    let lost = Arc::new(AtomicBool::new(false));
    let after_ses = Arc::clone(&lost);
    // The email is sent, and every write of send-mail about it is lost.
    world.local.wire.on_call(move |call| {
        if call.service == Service::Ses {
            after_ses.store(true, Ordering::SeqCst);
        }
        let note = call.function == "send-mail" && call.operation == "UpdateItem";
        if note && after_ses.load(Ordering::SeqCst) { Fault::FailBefore } else { Fault::Pass }
    });
    let body = json!({"name": "Maria", "email": "maria@example.com"});
    let maria = world.api(Method::POST, "/api/t/acme/partners", body).await.json();
    world.local.settled().await;
    assert_eq!(shown(&world, &maria).await["mail"]["state"], "queued");
    answers(&world, "maria@example.com", Feedback::Deliver).await;
    world.local.wire.repair();
    world.local.clock.advance(60);
    world.local.settled().await;
    assert_eq!(shown(&world, &maria).await["mail"]["state"], "delivered");
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
    assert!(world.local.messages("mail-now").is_empty(), "the message is acknowledged");

    // Our own record, arriving late.
    let told = item(&world, |item| item["type"] == "partner.invited").unwrap();
    let (id, event) = (maria["id"].as_str().unwrap().parse().unwrap(), told["id"].as_str().unwrap().parse().unwrap());
    let store = &world.local.operator().store;
    for late in [Ok("message"), Err(Some("No answer")), Err(None)] {
        store.note_partner_mail((&"acme".parse().unwrap(), &id), &event, late).await.unwrap();
        assert_eq!(shown(&world, &maria).await["mail"]["state"], "delivered");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_email_that_ses_accepted_and_discarded_is_not_sent_again() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    answers(&world, "maria@example.com", Feedback::Reject).await;
    let event = item(&world, |item| item["type"] == "partner.invited").unwrap()["id"].clone();
    let job = json!({"mail": "invitation", "brand": "acme", "partner": maria["id"], "event": event, "epoch": 0});
    let record = json!({"messageId": "m", "receiptHandle": "r", "body": job.to_string(), "attributes": {}});
    let answer = world.local.invoke("send-mail", json!({"Records": [record]})).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([]));
    assert_eq!(world.mails_to("maria@example.com").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ses_events_of_foreign_emails_change_nothing() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let event = item(&world, |item| item["type"] == "partner.invited").unwrap()["id"].clone();
    let before = world.local.items();
    let ours = json!({"event": [event], "brand": ["acme"], "partner": [maria["id"]]});
    let with = |name: &str, value: Value| {
        let mut tags = ours.clone();
        tags[name] = value;
        tags
    };
    for tags in [
        json!({}),
        with("brand", json!(["Acme#"])),
        with("brand", json!(["globex"])),
        with("brand", json!(["acme", "acme"])),
        with("brand", json!([])),
        with("partner", json!(["ptn_x#PARTNER"])),
        with("partner", json!(["ptn_01KA0000000000000000000002"])),
        with("event", json!(["evt_1"])),
    ] {
        let mut bounce = sample("bounce");
        bounce["detail"]["mail"]["tags"] = tags.clone();
        assert!(told(&world, &bounce.to_string()).await, "{tags}");
        assert_eq!(world.local.items(), before, "{tags}");
    }
    // An event that the partner doesn't have, and messages that are no SES events.
    let mut delivery = sample("bounce");
    delivery["detail"]["mail"]["tags"] = with("event", json!(["evt_01KA0000000000000000000004"]));
    delivery["detail"]["eventType"] = json!("Delivery");
    delivery["detail"]["delivery"] = json!({"timestamp": "2026-01-01T10:00:00.000Z"});
    assert!(told(&world, &delivery.to_string()).await);
    delivery["detail"]["eventType"] = json!("Open");
    assert!(told(&world, &delivery.to_string()).await);
    let mut not_spam = sample("complaint");
    not_spam["detail"]["mail"]["tags"] = ours.clone();
    not_spam["detail"]["complaint"]["complaintFeedbackType"] = json!("not-spam");
    assert!(told(&world, &not_spam.to_string()).await);
    assert_eq!(world.local.items(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_messages_return_to_the_queue() {
    let world = World::new().await;
    let mut cut = sample("bounce");
    cut["detail"].as_object_mut().unwrap().remove("bounce");
    for body in ["", "{", "{}", &cut.to_string()] {
        assert!(!told(&world, body).await, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_of_a_corrected_email_address_does_not_affect_the_partner() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maira@example.com").await;
    let id = maria["id"].as_str().unwrap().parse().unwrap();
    let key = keys::partner(&"acme".parse().unwrap(), &id);
    let corrected = Update::of(&key).set("email", attribute("maria@example.com").unwrap());
    assert!(world.local.operator().store.update_if(&key, corrected).await.unwrap());
    answers(&world, "maira@example.com", Feedback::Bounce).await;
    assert_eq!(shown(&world, &maria).await["undeliverable"], Value::Null);
    assert_eq!(address(&world, "maira@example.com").unwrap()["why"], "bounced");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_ses_event_does_not_restore_a_cleared_suppression() {
    let world = World::new().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    answers(&world, "maria@example.com", Feedback::Bounce).await;
    world.local.clock.advance(60);
    let (brand, email) = ("acme".parse().unwrap(), "maria@example.com".parse().unwrap());
    let (address_key, partner) =
        (keys::address(&brand, &email), keys::partner(&brand, &maria["id"].as_str().unwrap().parse().unwrap()));
    let store = &world.local.operator().store;
    let now = attribute(world.local.clock.now().as_millisecond()).unwrap();
    assert!(store.update_if(&address_key, Update::of(&address_key).set("cleared_at", now)).await.unwrap());
    assert!(store.update_if(&partner, Update::of(&partner).remove("undeliverable")).await.unwrap());

    let old = world.last_mail_to("maria@example.com").id;
    world.local.feedback(old, Feedback::Bounce).await;
    world.local.feedback(old, Feedback::Complain).await;
    world.local.settled().await;
    assert_eq!(shown(&world, &maria).await["undeliverable"], Value::Null);

    world.local.clock.advance(60);
    Browser::default().post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    answers(&world, "maria@example.com", Feedback::Complain).await;
    assert_eq!(shown(&world, &maria).await["undeliverable"]["why"], "complained");
    let known = address(&world, "maria@example.com").unwrap();
    assert_eq!((&known["why"], &known["cleared_at"]), (&json!("complained"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_in_emails_reach_complainers_and_admins_but_no_bounced_partner() {
    let world = World::new().await;
    let ask = async |base: &str, email: &str| {
        let before = world.mails_to(email).len();
        Browser::default().post(&world, &format!("{base}/login"), &[("email", email)]).await;
        world.local.settled().await;
        world.mails_to(email).len() - before
    };
    let maria = world.invite("Maria", "maria@example.com").await;
    let noted = shown(&world, &maria).await["mail"].clone();
    assert_eq!(ask("/t/acme", "maria@example.com").await, 1);
    // SES events of the sign-in email affect the email address, and not the invitation.
    answers(&world, "maria@example.com", Feedback::Complain).await;
    let now = shown(&world, &maria).await;
    assert_eq!((&now["mail"], &now["undeliverable"]["why"]), (&noted, &json!("complained")));
    assert_eq!(ask("/t/acme", "maria@example.com").await, 1);
    answers(&world, "maria@example.com", Feedback::Bounce).await;
    assert_eq!(ask("/t/acme", "maria@example.com").await, 0);
    assert!(world.local.messages("mail-now").is_empty());

    answers(&world, ADMIN, Feedback::Bounce).await;
    assert_eq!(address(&world, ADMIN).unwrap()["why"], "bounced");
    assert_eq!(ask("/t/acme/admin", ADMIN).await, 1);
}
