//! `remind-invited`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use local::{Fault, Feedback, Mail};
use serde_json::{Value, json};

use crate::{
    declining::{declined, one_click, switch_reminders, way_out_of},
    importing::crowd,
    support::{Browser, World, link_in},
};

const DAY_S: i64 = 86_400;

async fn world_that_reminds() -> World {
    let world = World::new().await;
    switch_reminders(&world, true).await;
    world
}

/// Lets days pass in hourly steps, as often as reminders are checked.
async fn pass(world: &World, days: i64) {
    for _ in 0..days {
        world.local.clock.advance(DAY_S);
        world.local.settled().await;
    }
}

fn reminders_to(world: &World, address: &str) -> Vec<Mail> {
    let mut mails = world.mails_to(address);
    mails.retain(|mail| mail.subject.contains("expires on"));
    mails
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_sent_once_three_days_before_expiry_and_invalidates_no_link() {
    let world = world_that_reminds().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let id = maria["id"].as_str().unwrap();
    world.local.clock.advance(27 * DAY_S - 3_600);
    world.local.settled().await;
    assert_eq!(reminders_to(&world, "maria@example.com").len(), 0);
    // A link that she requested works beside the reminder's.
    let browser = Browser::default();
    world.local.clock.advance(3_600 - 300);
    browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
    world.local.settled().await;
    let asked = world.link_to("maria@example.com");
    world.local.hold("send-mail");
    world.local.clock.advance(600);
    world.local.invoke("remind-invited", json!({})).await.unwrap();
    world.local.settled().await;
    assert_eq!(world.local.messages("mail-bulk").len(), 1, "it waits behind what somebody waits for");
    world.local.release("send-mail");
    world.local.settled().await;
    let [reminder] = reminders_to(&world, "maria@example.com").try_into().unwrap();
    assert_eq!(way_out_of(&reminder), way_out_of(&world.mails_to("maria@example.com")[0]));
    for link in [&asked, &link_in(&reminder.text)] {
        assert_eq!(Browser::default().get(&world, link).await.status, 200);
    }
    let events = world.read(&format!("/partners/{id}/events")).await["events"].clone();
    assert_eq!((&events[0]["type"], &events[0]["actor"]["kind"]), (&json!("partner.reminded"), &json!("system")));
    assert_eq!(world.partner(id).await["remindedAt"], events[0]["at"]);
    pass(&world, 2).await;
    assert_eq!(reminders_to(&world, "maria@example.com").len(), 1);
    assert_eq!(
        Browser::default()
            .press(&world, &{
                browser.post(&world, "/t/acme/login", &[("email", "maria@example.com")]).await;
                world.local.settled().await;
                world.link_to("maria@example.com")
            })
            .await
            .status,
        303
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_that_enables_it_late_reminds_invitations_that_are_still_open() {
    let world = World::new().await;
    world.invite("Too late", "late@example.com").await;
    pass(&world, 2).await;
    world.invite("In time", "maria@example.com").await;
    pass(&world, 20).await;
    world.invite("Not yet", "soon@example.com").await;
    pass(&world, 8).await;
    assert!(world.local.mails().iter().all(|mail| !mail.subject.contains("expires on")), "it is off by default");
    switch_reminders(&world, true).await;
    pass(&world, 1).await;
    let reminded = |address| reminders_to(&world, address).len();
    assert_eq!(["late@example.com", "maria@example.com", "soon@example.com"].map(reminded), [0, 1, 0]);
    // Off again, and nothing more is sent.
    switch_reminders(&world, false).await;
    pass(&world, 22).await;
    assert_eq!(reminded("soon@example.com"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_responded_or_cannot_be_emailed_are_not_reminded() {
    let world = world_that_reminds().await;
    declined(&world, "Declined", "declined@example.com").await;
    world.partner_browser("active@example.com").await;
    let revoked = world.invite("Revoked", "revoked@example.com").await;
    let path = format!("/partners/{}/revoke", revoked["id"].as_str().unwrap());
    assert_eq!(world.post(&path, json!({"notify": false})).await.status, 200);
    for (email, feedback) in [("bounced@example.com", Feedback::Bounce), ("spam@example.com", Feedback::Complain)] {
        world.invite("Unreachable", email).await;
        world.local.feedback(world.last_mail_to(email).id, feedback).await;
    }
    world.local.settled().await;
    let mails = world.local.mails().len();
    pass(&world, 29).await;
    assert_eq!(world.local.mails().len(), mails);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resent_invitation_has_its_own_reminder_at_its_own_time() {
    let world = world_that_reminds().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let noah = world.invite("Noah", "noahh@example.com").await;
    let resend = format!("/partners/{}/invite", maria["id"].as_str().unwrap());
    pass(&world, 10).await;
    assert_eq!(world.post(&resend, json!({})).await.status, 200);
    let path = format!("/api/t/acme/partners/{}/email", noah["id"].as_str().unwrap());
    assert_eq!(world.api(http::Method::PUT, &path, json!({"email": "noah@example.com"})).await.status, 200);
    pass(&world, 19).await;
    assert_eq!(reminders_to(&world, "maria@example.com").len(), 0, "the first one would have ended");
    assert_eq!(world.post(&resend, json!({})).await.status, 200);
    pass(&world, 9).await;
    assert_eq!(reminders_to(&world, "noah@example.com").len(), 1);
    assert_eq!(reminders_to(&world, "maria@example.com").len(), 0, "and so would the second");
    pass(&world, 19).await;
    assert_eq!(reminders_to(&world, "maria@example.com").len(), 1);
    // An expired invitation that was reminded is resent, and then gets another reminder.
    pass(&world, 9).await;
    assert_eq!(world.post(&resend, json!({})).await.status, 200);
    assert_eq!(world.partner(maria["id"].as_str().unwrap()).await["remindedAt"], Value::Null);
    pass(&world, 28).await;
    assert_eq!(reminders_to(&world, "maria@example.com").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_reminder_is_superseded_once_the_invitation_was_declined_or_expired() {
    let world = world_that_reminds().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    let noah = world.invite("Noah", "noah@example.com").await;
    let way_out = way_out_of(&world.last_mail_to("maria@example.com"));
    world.local.hold("send-mail");
    pass(&world, 28).await;
    assert_eq!(one_click(&world, &way_out).await.status, 200);
    world.local.clock.advance(3 * DAY_S);
    world.local.release("send-mail");
    world.local.settled().await;
    assert_eq!(world.local.mails().iter().filter(|mail| mail.subject.contains("expires on")).count(), 0);
    for id in [maria["id"].as_str().unwrap(), noah["id"].as_str().unwrap()] {
        assert_eq!(world.partner(id).await["mail"]["state"], "superseded");
    }
}

/// It crashes at its n-th call, before or after that took effect, for every possible n, and runs again.
#[tokio::test(flavor = "multi_thread")]
async fn wherever_it_crashes_every_partner_is_reminded_once() {
    let mut died = BTreeSet::new();
    for (number, after) in (0..12).flat_map(|number| [(number, false), (number, true)]) {
        let world = world_that_reminds().await;
        for person in ["a@example.com", "b@example.com", "c@example.com"] {
            world.invite("Invited", person).await;
        }
        world.local.clock.advance(27 * DAY_S - 7_200);
        world.local.settled().await;
        let (calls, at) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
        let (count, place) = (Arc::clone(&calls), Arc::clone(&at));
        world.local.wire.on_call(move |call| {
            if call.function != "remind-invited" {
                return Fault::Pass;
            }
            match count.fetch_add(1, Ordering::SeqCst) {
                before if before < number => Fault::Pass,
                here if here == number => {
                    *place.lock().unwrap() = Some(call.operation.clone());
                    if after { Fault::FailAfter } else { Fault::error(400, "ValidationException") }
                }
                // All calls of a crashed process fail.
                _later => Fault::error(400, "ValidationException"),
            }
        });
        world.local.clock.advance(3 * 3_600);
        world.local.settled().await;
        world.local.wire.repair();
        died.extend(at.lock().unwrap().clone());
        pass(&world, 1).await;
        for person in ["a@example.com", "b@example.com", "c@example.com"] {
            assert_eq!(reminders_to(&world, person).len(), 1, "{person} at call {number}, after: {after}");
        }
    }
    assert_eq!(died, ["BatchGetItem", "Query", "TransactWriteItems", "UpdateItem"].map(str::to_owned).into());
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_are_each_reminded_once_by_concurrent_runs() {
    let world = World::new().await;
    world.import(crowd(500), "").await;
    world.local.settled().await;
    world.local.clock.advance(28 * DAY_S);
    world.local.settled().await;
    switch_reminders(&world, true).await;
    let run = || world.local.invoke("remind-invited", json!({}));
    for outcome in futures::future::join_all([run(), run(), run()]).await {
        outcome.unwrap();
    }
    world.local.settled().await;
    let mut reminded: BTreeMap<String, usize> = BTreeMap::new();
    for mail in world.local.mails().iter().filter(|mail| mail.subject.contains("expires on")) {
        *reminded.entry(mail.to[0].clone()).or_default() += 1;
    }
    assert_eq!((reminded.len(), reminded.values().max()), (500, Some(&1)));
    // The next run reads nothing twice.
    let recording = world.local.wire.record();
    run().await.unwrap();
    let calls = recording.of("remind-invited");
    assert_eq!((calls.count("Query"), calls.count("TransactWriteItems"), calls.count("UpdateItem")), (3, 0, 0));
}

/// The position in the list of resent invitations is the time of the resend, however long the bulk job waited.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_resent_by_a_bulk_job_is_reminded_too() {
    let world = world_that_reminds().await;
    let maria = world.invite("Maria", "maria@example.com").await;
    world.local.clock.advance(120);
    world.local.hold("import-rows");
    world.post("/bulk", json!({"action": "resend", "partnerIds": [maria["id"]]})).await;
    world.local.settled().await;
    world.local.clock.advance(5 * 3_600);
    world.local.release("import-rows");
    world.local.settled().await;
    assert_eq!(world.mails_to("maria@example.com").len(), 2);
    // Between 27 days after she was selected, and 27 days after the email.
    world.local.clock.advance(27 * DAY_S - 4 * 3_600);
    world.local.settled().await;
    assert_eq!(reminders_to(&world, "maria@example.com").len(), 0);
    world.local.clock.advance(5 * 3_600);
    world.local.settled().await;
    assert_eq!(reminders_to(&world, "maria@example.com").len(), 1);
}
