//! `invite-partner`.

use http::{Method, Request};
use serde_json::{Value, json};

use crate::support::{Answer, World};

const PATH: &str = "/api/t/acme/partners";

async fn invite(world: &World, body: Value) -> Answer {
    world.api(Method::POST, PATH, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_response_has_the_fields_that_clients_of_similar_apis_expect() {
    let world = World::new().await;
    let answer =
        invite(&world, json!({"name": " Maria  Lopez ", "email": "Maria@Example.com", "metadata": {"team": 7}})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let partner = answer.json();
    assert_eq!((&partner["email"], &partner["name"]), (&json!("maria@example.com"), &json!("Maria Lopez")));
    assert_eq!((&partner["invited"], &partner["activatedAt"]), (&json!(true), &Value::Null));
    assert!(partner["createdAt"].is_string());
    assert_eq!(partner["state"], "invited");
    assert_eq!(partner["metadata"], json!({"team": 7}));
    assert_eq!(world.partner(partner["id"].as_str().unwrap()).await["metadata"], json!({"team": 7}));
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_may_be_deeply_nested_with_any_json_number() {
    let world = World::new().await;
    let mut nested = json!(1);
    for _ in 0..100 {
        nested = json!([nested]);
    }
    let metadata = json!({"deep": nested, "large": 1e300, "": 0.123_456_789_012_345_68});
    let partner = world.invite_with(json!({"name": "Maria", "email": "maria@example.com", "metadata": metadata})).await;
    assert_eq!(world.partner(partner["id"].as_str().unwrap()).await["metadata"], metadata);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_needs_the_scope() {
    let world = World::new().await;
    let key = world.narrow_key(&[shared::domain::Scope::PartnersWrite]).await;
    let call = |method: Method, path: &'static str, body: Value| {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {key}"));
        world.send(request.header("content-type", "application/json").body(body.to_string().into()).unwrap())
    };
    let maria = json!({"name": "Maria", "email": "maria@example.com"});
    assert_eq!(call(Method::POST, PATH, maria.clone()).await.status, 201);
    // Who has an email address is visible only to callers who may read partners.
    assert_eq!(call(Method::POST, PATH, maria).await.json()["detail"], json!({"field": "email"}));
    let offering = json!({"name": "Noah", "email": "noah@example.com", "campaignGrantSource": "offering"});
    for (method, path, body, scope) in [
        (Method::GET, PATH, Value::Null, "partners:read"),
        (Method::GET, "/api/t/acme/programs", Value::Null, "programs:read"),
        (Method::POST, "/api/t/acme/programs", json!({}), "programs:write"),
        (Method::POST, PATH, offering, "network:write"),
    ] {
        let answer = call(method, path, body).await;
        assert_eq!(answer.refusal(), (403, "scope_missing".to_owned()), "{path}");
        assert_eq!(answer.json()["detail"]["scope"], scope);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_invite_the_partner_is_active_immediately_and_gets_no_email() {
    let world = World::new().await;
    let partner = world.invite_with(json!({"name": "Maria", "email": "maria@example.com", "sendInvite": false})).await;
    assert_eq!((&partner["state"], &partner["invited"]), (&json!("active"), &json!(false)));
    assert_eq!(partner["activatedAt"], partner["createdAt"]);
    assert!(world.mails_to("maria@example.com").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_is_rejected_with_its_field_and_nothing_is_written() {
    let world = World::new().await;
    let before = world.local.items();
    let good = json!({"name": "Maria", "email": "maria@example.com"});
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let archived = world.program_id("Creators").await;
    let path = format!("/api/t/acme/programs/{archived}");
    for (body, code, field) in [
        (json!({}), "missing_field", "email"),
        (json!({"email": "maria@example.com"}), "missing_field", "name"),
        (with("email", json!("maria")), "invalid_email", "email"),
        (with("email", json!(null)), "invalid_type", "email"),
        (with("name", json!("")), "invalid_name", "name"),
        (with("name", json!("https://evil.example")), "invalid_name", "name"),
        (with("name", json!(["x"])), "invalid_type", "name"),
        (with("sendInvite", json!("yes")), "invalid_type", "sendInvite"),
        (with("programIds", json!(["prg_x"])), "unknown_program", "programIds"),
        (with("campaignIds", json!(["prg_x"])), "unknown_program", "campaignIds"),
        (with("programIds", json!([1])), "invalid_type", "programIds[0]"),
        (with("metadata", json!([])), "invalid_metadata", "metadata"),
        (with("programs", json!([])), "unknown_field", "programs"),
        (with("campaignGrantSource", json!("friend")), "invalid_value", "campaignGrantSource"),
        (
            with("commissionSnapshot", json!({"commissionType": "percent", "commissionValue": 101})),
            "invalid_commission",
            "commissionSnapshot",
        ),
        (
            with("commissionSnapshot", json!({"commissionType": "fixed", "commissionValue": 5})),
            "invalid_value",
            "commissionSnapshot",
        ),
    ] {
        let answer = invite(&world, body.clone()).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{body}");
        assert_eq!(answer.json()["detail"]["field"], field, "{body}");
        assert!(answer.json()["message"].as_str().unwrap().ends_with('.'), "{}", answer.body);
    }
    let both = json!({"name": "Maria", "email": "maria@example.com", "programIds": [], "campaignIds": []});
    assert_eq!(invite(&world, both).await.refusal(), (400, "invalid_value".to_owned()));
    assert_eq!(world.local.items(), before);
    assert_eq!(world.api(Method::PATCH, &path, json!({"archived": true})).await.status, 200);
    assert_eq!(
        invite(&world, with("programIds", json!([archived]))).await.refusal(),
        (400, "unknown_program".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_not_json_or_too_large_are_rejected() {
    let world = World::new().await;
    let send = |body: String| {
        let request = Request::post(PATH).header("authorization", format!("Bearer {}", world.key));
        world.send(request.header("content-type", "application/json").body(body.into()).unwrap())
    };
    assert_eq!(send("{".to_owned()).await.refusal(), (400, "invalid_json".to_owned()));
    assert_eq!(send(String::new()).await.refusal(), (400, "invalid_json".to_owned()));
    assert_eq!(send("[]".to_owned()).await.refusal(), (400, "invalid_type".to_owned()));
    let large = json!({"name": "Maria", "email": "maria@example.com", "metadata": {"x": "x".repeat(64 * 1024)}});
    assert_eq!(send(large.to_string()).await.refusal(), (413, "too_large".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_email_address_is_rejected_in_any_case() {
    let world = World::new().await;
    let partner = world.invite("Maria", "maria@example.com").await;
    let answer = invite(&world, json!({"name": "Somebody", "email": "MARIA@example.COM"})).await;
    assert_eq!(answer.refusal(), (409, "email_taken".to_owned()));
    assert_eq!(answer.json()["detail"], json!({"field": "email", "id": partner["id"], "state": "invited"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_invite() {
    let world = World::new().await;
    let body = json!({"name": "Maria", "email": "maria@example.com"});
    let with = |header: &'static str, value: String| {
        let request = Request::post(PATH).header(header, value).header("content-type", "application/json");
        world.send(request.body(body.to_string().into()).unwrap())
    };
    // No credentials at all.
    assert_eq!(with("x-none", String::new()).await.refusal(), (401, "unauthenticated".to_owned()));
    assert_eq!(
        with("authorization", "Bearer nonsense".to_owned()).await.refusal(),
        (401, "unauthenticated".to_owned())
    );
    assert_eq!(
        with("authorization", format!("Basic {}", world.key)).await.refusal(),
        (401, "unauthenticated".to_owned())
    );
    // An admin's browser, made to send it by another site.
    let admin = world.admin().await.cookie("admin-acme").unwrap();
    for (header, value) in [
        ("x-none", ""),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let request = Request::post(PATH).header("cookie", format!("admin-acme={admin}")).header(header, value);
        let answer = world.send(request.body(body.to_string().into()).unwrap()).await;
        assert_eq!(answer.refusal(), (403, "other_origin".to_owned()), "{header}: {value}");
    }
    assert!(!world.local.items().iter().any(|item| item["kind"] == "partner"));
    // A partner's session gives no access here.
    let partner = world.partner_browser("noah@example.com").await;
    assert_eq!(partner.json(&world, Method::POST, PATH, body.clone()).await.status, 401);
    // The key of another brand sees nothing here, not even that the partner exists.
    let brand = json!({"brand": {"slug": "globex", "name": "Globex", "replyTo": "hi@globex.example"}});
    world.local.invoke("create-brand", brand).await.unwrap();
    let foreign = world.api(Method::POST, "/api/t/globex/partners", body.clone()).await;
    assert_eq!(foreign.refusal(), (404, "not_found".to_owned()));
    let missing = world.api(Method::POST, "/api/t/nobody/partners", body).await;
    assert_eq!((missing.status, missing.body), (foreign.status, foreign.body));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreed_commission_and_its_source_stay_with_the_grant() {
    let world = World::new().await;
    let spring = world.program_id("Spring launch").await;
    let body = json!({
        "name": "Maria", "email": "maria@example.com", "campaignIds": [spring], "campaignGrantSource": "offering",
        "commissionSnapshot": {"commissionType": "percent", "commissionValue": 12.5},
    });
    let partner = world.invite_with(body).await;
    let grant = &partner["grants"][0];
    assert_eq!((&grant["programId"], &grant["source"]), (&json!(spring), &json!("network")));
    assert_eq!(grant["commission"], json!({"type": "percent", "basisPoints": 1250}));
}

#[tokio::test(flavor = "multi_thread")]
async fn html_in_a_name_is_shown_as_text() {
    let world = World::new().await;
    let name = "<script>alert(1)</script> & \"Co\"";
    world.invite(name, "maria@example.com").await;
    let mail = world.last_mail_to("maria@example.com");
    assert!(mail.text.contains(name) && !mail.html.contains("<script>alert"), "{}", mail.html);
    let page = world.admin().await.get(&world, "/t/acme/admin/partners").await;
    assert!(!page.body.contains("<script>alert") && page.body.contains("alert(1)"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_is_visible_ascii() {
    let world = World::new().await;
    let body = json!({"name": "Maria", "email": "maria@example.com"});
    for key in ["", "a b", "ü€", &"k".repeat(256)] {
        let answer = world.api_with(Method::POST, PATH, body.clone(), &[("idempotency-key", key)]).await;
        assert_eq!(answer.refusal(), (400, "invalid_idempotency_key".to_owned()), "{key:?}");
    }
}
