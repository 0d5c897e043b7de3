//! `cancel-import`. A journey shows that it stops invitations that are not yet sent.

use serde_json::{Value, json};

use crate::{importing::crowd, support::World};

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_awaits_its_file_ends_immediately_and_the_file_is_not_read() {
    let world = World::new().await;
    let file = crowd(2);
    let made = world.post("/imports", json!({"size": file.len()})).await.json();
    let id = made["id"].as_str().unwrap();
    let cancelled = world.with_import(id, "cancel").await.json();
    assert_eq!((&cancelled["state"], cancelled["endedAt"].is_null()), (&json!("cancelled"), false));
    assert_eq!(world.put(made["upload"]["url"].as_str().unwrap(), file).await.status, 200);
    world.local.settled().await;
    assert_eq!(world.import_state(id).await["outcomes"], json!({}));
    assert_eq!(world.local.mails().len(), 1, "only the admin's");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_ended_stays_ended() {
    let world = World::new().await;
    let id = world.import(crowd(2), "").await;
    assert_eq!(world.with_import(&id, "cancel").await.refusal(), (409, "import_over".to_owned()));
    assert_eq!(world.import_state(&id).await["cancelledAt"], Value::Null);
    let unknown = world.with_import("imp_00000000000000000000000000", "cancel").await;
    assert_eq!(unknown.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_import_is_cancelled_without_waiting_for_the_next_day() {
    let world = World::new().await;
    let brand =
        json!({"brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example", "dailyInvites": 10}});
    world.local.invoke("create-brand", brand).await.unwrap();
    let id = world.import(crowd(25), "").await;
    world.local.clock.advance(60);
    world.local.settled().await;
    assert_eq!(world.import_state(&id).await["state"], "paused");
    assert_eq!(world.with_import(&id, "cancel").await.status, 200);
    world.local.settled().await;
    let over = world.import_state(&id).await;
    assert_eq!((&over["state"], over["endedAt"].is_null()), (&json!("cancelled"), false), "{over}");
    assert_eq!(over["outcomes"], json!({"invited": 10, "cancelled": 15}));
    assert_eq!(world.report(&id).await.len(), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_bulk_job_accounts_for_its_partners_even_before_it_began() {
    let world = World::new().await;
    let ids = [world.joined("Ann", "ann@example.com").await, world.joined("Bob", "bob@example.com").await];
    world.catch_up().await;
    for (whom, outcomes, lines) in [("partnerIds", json!({"cancelled": 2}), 3), ("filter", json!({}), 0)] {
        world.local.hold("select-partners");
        let mut body = json!({"action": "revoke", "notify": false});
        body[whom] = if whom == "filter" { json!({}) } else { json!(ids) };
        let id = world.post("/bulk", body).await.json()["id"].as_str().unwrap().to_owned();
        world.local.settled().await;
        let cancelled = world.with_import(&id, "cancel").await.json();
        assert_eq!((&cancelled["state"], &cancelled["endedAt"]), (&json!("cancelled"), &Value::Null), "{cancelled}");
        world.local.settled().await;
        assert_eq!(world.local.messages("partners-to-select").len(), 2, "who selects is told of both");
        world.local.release("select-partners");
        world.local.settled().await;
        let over = world.import_state(&id).await;
        assert_eq!((&over["outcomes"], over["endedAt"].is_null()), (&outcomes, false), "{over}");
        if lines > 0 {
            assert_eq!(world.report_rows(&id).await.len(), lines);
        }
        assert!(world.local.messages("imports-to-report").is_empty());
        // The worker of the second message checks once more.
        world.local.clock.advance(60);
        world.local.settled().await;
        assert!(world.local.messages("partners-to-select").is_empty());
    }
    assert_eq!(world.partner(&ids[0]).await["state"], "active");
}
