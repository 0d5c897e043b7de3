//! `start-bulk`: the available actions, their dry runs, and its errors.

use futures::future::join;
use http::Method;
use local::Service;
use serde_json::{Value, json};
use shared::domain::Scope;

use super::erase_partner::erase;
use crate::{
    importing::crowd,
    support::{Answer, World},
};

/// Creates an invited, an active and a revoked partner, and returns their IDs.
async fn three(world: &World) -> [String; 3] {
    let invited = world.invite("Ina", "ina@example.com").await["id"].as_str().unwrap().to_owned();
    let active = world.joined("Aki", "aki@example.com").await;
    let revoked = world.joined("Rea", "rea@example.com").await;
    world.post(&format!("/partners/{revoked}/revoke"), json!({"notify": false})).await;
    world.local.settled().await;
    world.local.clock.advance(120);
    world.catch_up().await;
    [invited, active, revoked]
}

async fn preview(world: &World, mut body: Value) -> Value {
    body["dryRun"] = json!(true);
    let answer = world.post("/bulk", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_counts_and_changes_nothing() {
    let world = World::new().await;
    let ids = three(&world).await;
    let spring = world.program_id("Spring launch").await;
    let before = world.local.items();
    for (body, touched, outcomes) in [
        (json!({"action": "resend"}), 1, json!({"resent": 1, "already_active": 1, "partner_revoked": 1})),
        (json!({"action": "grant", "programId": spring}), 0, json!({"already_granted": 2, "partner_revoked": 1})),
        (json!({"action": "ungrant", "programId": spring}), 3, json!({"ungranted": 3})),
        (json!({"action": "revoke"}), 2, json!({"revoked": 2, "already_revoked": 1})),
        (json!({"action": "reinstate"}), 1, json!({"reinstated": 1, "not_revoked": 2})),
    ] {
        for whom in [json!({"partnerIds": ids}), json!({"filter": {}})] {
            let mut body = body.clone();
            body.as_object_mut().unwrap().extend(whom.as_object().unwrap().clone());
            let told = preview(&world, body).await;
            assert_eq!(
                told,
                json!({"dryRun": true, "partners": 3, "more": false, "touched": touched, "outcomes": outcomes})
            );
        }
    }
    assert_eq!(world.local.items(), before);
    let active = preview(&world, json!({"action": "revoke", "filter": {"state": "active"}})).await;
    assert_eq!((&active["partners"], &active["outcomes"]), (&json!(1), &json!({"revoked": 1})));
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_chosen_by_id_are_read_in_two_steps() {
    let world = World::new().await;
    let ids = three(&world).await;
    let recording = world.local.wire.record();
    preview(&world, json!({"action": "revoke", "partnerIds": ids})).await;
    let calls = recording.calls().0;
    let of_table: Vec<_> =
        calls.iter().filter(|call| call.service == Service::DynamoDb && call.function == "start-bulk").collect();
    assert_eq!(of_table.len(), 2, "{of_table:?}");
    assert!(of_table.iter().all(|call| call.write_units == 0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_without_partners_is_not_started() {
    let world = World::new().await;
    let [_, active, _] = three(&world).await;
    for body in [
        json!({"action": "reinstate", "partnerIds": [active]}),
        json!({"action": "reinstate", "filter": {"state": "active"}}),
        json!({"action": "resend", "partnerIds": ["ptn_00000000000000000000000000"]}),
        json!({"action": "resend", "filter": {"q": "nobody is called so"}}),
    ] {
        let answer = world.post("/bulk", body.clone()).await;
        assert_eq!(answer.refusal(), (409, "nobody_to_act_on".to_owned()), "{body}");
    }
    assert_eq!(world.read("/imports").await["imports"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_requests_are_rejected_with_the_field() {
    let world = World::new().await;
    let [invited, ..] = three(&world).await;
    let spring = world.program_id("Spring launch").await;
    let many: Vec<_> = (0..1_001).map(|_| invited.clone()).collect();
    let unknown = "prg_00000000000000000000000000";
    for (body, code, field) in [
        (json!({"partnerIds": [invited]}), "missing_field", "action"),
        (json!({"action": "delete", "partnerIds": [invited]}), "invalid_value", "action"),
        (json!({"action": "resend"}), "missing_field", "partnerIds"),
        (json!({"action": "resend", "partnerIds": [invited], "filter": {}}), "missing_field", "partnerIds"),
        (json!({"action": "resend", "partnerIds": []}), "invalid_value", "partnerIds"),
        (json!({"action": "resend", "partnerIds": many}), "invalid_value", "partnerIds"),
        (json!({"action": "resend", "partnerIds": [invited, "x"]}), "invalid_id", "partnerIds[1]"),
        (json!({"action": "resend", "filter": {"state": "gone"}}), "invalid_value", "state"),
        (json!({"action": "resend", "filter": {"age": "7"}}), "unknown_field", "filter.age"),
        (json!({"action": "grant", "partnerIds": [invited]}), "missing_field", "programId"),
        (json!({"action": "grant", "programId": unknown, "partnerIds": [invited]}), "unknown_program", "programId"),
        (json!({"action": "resend", "programId": spring, "partnerIds": [invited]}), "invalid_value", "programId"),
        (json!({"action": "resend", "reason": "x", "partnerIds": [invited]}), "invalid_value", "reason"),
        (json!({"action": "revoke", "reason": "see www.evil.example", "filter": {}}), "invalid_reason", "reason"),
    ] {
        let answer = world.post("/bulk", body.clone()).await;
        let told = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &told["error"], &told["detail"]["field"]),
            (400, &json!(code), &json!(field)),
            "{body}: {told}"
        );
    }
    let path = format!("/api/t/acme/programs/{spring}");
    world.api(Method::PATCH, &path, json!({"archived": true})).await;
    let grant = json!({"action": "grant", "programId": spring, "partnerIds": [invited]});
    assert_eq!(world.post("/bulk", grant).await.refusal(), (400, "unknown_program".to_owned()));
    let ungrant = json!({"action": "ungrant", "programId": spring, "partnerIds": [invited]});
    assert_eq!(world.post("/bulk", ungrant).await.status, 202, "an archived program may be taken away");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_under_one_key_is_one_job() {
    let world = World::new().await;
    let [_, active, _] = three(&world).await;
    let body = json!({"action": "revoke", "partnerIds": [active, active], "notify": false});
    let headers = [("idempotency-key", "k")];
    let path = "/api/t/acme/bulk";
    let first = world.api_with(Method::POST, path, body.clone(), &headers).await;
    let again = world.api_with(Method::POST, path, body, &headers).await;
    assert_eq!((first.status.as_u16(), &first.body), (202, &again.body));
    assert_eq!(first.json()["rows"], 1, "named twice is once");
    world.local.settled().await;
    assert_eq!(world.read("/imports").await["imports"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_concurrent_requests_under_one_key_are_one_job() {
    let world = World::new().await;
    let [_, active, _] = three(&world).await;
    let body = json!({"action": "revoke", "partnerIds": [active], "notify": false});
    let press = || world.api_with(Method::POST, "/api/t/acme/bulk", body.clone(), &[("idempotency-key", "k")]);
    let (first, second) = join(press(), press()).await;
    assert_eq!((first.status.as_u16(), &first.body), (202, &second.body));
    world.local.settled().await;
    assert_eq!(world.read("/imports").await["imports"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_are_rejected_and_see_no_action_bar() {
    let world = World::new().await;
    let [invited, ..] = three(&world).await;
    let (_, vera) = world.colleague("Vera", "vera@acme.example", "viewer").await;
    for dry_run in [true, false] {
        let body = json!({"action": "revoke", "partnerIds": [invited], "dryRun": dry_run});
        let answer = vera.json(&world, Method::POST, "/api/t/acme/bulk", body).await;
        assert_eq!(answer.refusal(), (403, "role_missing".to_owned()));
    }
    let bar = |page: Answer| page.body.contains("data-many-bar") && page.body.contains("data-pick ");
    assert!(!bar(vera.get(&world, "/t/acme/admin/partners").await));
    assert!(bar(world.admin().await.get(&world, "/t/acme/admin/partners").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_thousand_require_a_recent_sign_in_except_with_an_api_key() {
    let world = World::new().await;
    world.import(crowd(1_001), "sendInvite=false").await;
    world.catch_up().await;
    let admin = world.admin().await;
    world.local.clock.advance(16 * 60);
    let body = json!({"action": "revoke", "filter": {}, "notify": false});
    let ask = |body: Value| admin.json(&world, Method::POST, "/api/t/acme/bulk", body);
    assert_eq!(ask(body.clone()).await.refusal(), (403, "sign_in_again".to_owned()));
    assert_eq!(ask(json!({"action": "revoke", "filter": {}, "dryRun": true})).await.json()["touched"], 1_001);
    assert_eq!(ask(json!({"action": "revoke", "filter": {"q": "p99"}, "notify": false})).await.status, 202);
    world.local.settled().await;
    assert_eq!(world.post("/bulk", body).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_start_a_job_may_read_and_cancel_it_but_no_import() {
    let mut world = World::new().await;
    let [_, active, _] = three(&world).await;
    let import = world.import("email\nx@example.com\n", "").await;
    world.key = world.narrow_key(&[Scope::PartnersWrite]).await;
    let call = async |method: Method, path: &str, body: Value| {
        world.api(method, &format!("/api/t/acme/bulk{path}"), body).await
    };
    world.local.hold("import-rows");
    let body = json!({"action": "revoke", "partnerIds": [active], "notify": false});
    let id = call(Method::POST, "", body.clone()).await.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(call(Method::GET, &format!("/{id}"), Value::Null).await.json()["state"], "running");
    assert_eq!(call(Method::POST, &format!("/{id}/cancel"), json!({})).await.json()["state"], "cancelled");
    world.local.release("import-rows");
    world.local.settled().await;
    let id = call(Method::POST, "", body).await.json()["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    assert_eq!(call(Method::GET, &format!("/{id}"), Value::Null).await.json()["outcomes"], json!({"revoked": 1}));
    assert_eq!(call(Method::GET, &format!("/{id}/report"), Value::Null).await.status, 200);
    for (method, path) in [
        (Method::GET, format!("/{import}")),
        (Method::GET, format!("/{import}/report")),
        (Method::POST, format!("/{import}/cancel")),
    ] {
        assert_eq!(call(method, &path, json!({})).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erased_partners_match_no_filter_and_are_reported_if_erased_meanwhile() {
    let world = World::new().await;
    let [_, _, rea] = three(&world).await;
    let admin = world.admin().await;
    let nell = world.joined("Nell", "nell@example.com").await;
    world.post(&format!("/partners/{nell}/revoke"), json!({"notify": false})).await;
    world.catch_up().await;
    world.local.hold("import-rows");
    let body = json!({"action": "reinstate", "partnerIds": [rea, nell]});
    let id = world.post("/bulk", body).await.json()["id"].as_str().unwrap().to_owned();
    world.local.settled().await;
    assert_eq!(erase(&world, &admin, &rea, "Rea").await.status, 200);
    world.local.release("import-rows");
    world.local.settled().await;
    let told = world.import_state(&id).await;
    assert_eq!(told["outcomes"], json!({"reinstated": 1, "erased": 1}), "{told}");
    assert!(!told.to_string().contains("rea@example.com"), "{told}");
    world.catch_up().await;
    let told = preview(
        &world,
        json!({"action": "ungrant", "programId": world.program_id("Spring launch").await, "filter": {}}),
    )
    .await;
    assert_eq!((&told["partners"], &told["touched"]), (&json!(3), &json!(3)), "{told}");
}
