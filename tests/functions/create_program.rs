//! `create-program`.

use http::Method;
use serde_json::{Value, json};

use crate::support::World;

const PATH: &str = "/api/t/acme/programs";

fn program() -> Value {
    json!({
        "name": "Summer", "destination": "https://shop.acme.example/summer", "allowedHosts": ["Acme.example"],
        "commission": {"type": "fixed", "amount": 1250, "currency": "USD"},
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_returned_as_created() {
    let world = World::new().await;
    let answer = world.api(Method::POST, PATH, program()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let made = answer.json();
    assert_eq!(made["allowedHosts"], json!(["acme.example"]));
    assert_eq!(made["commission"], program()["commission"]);
    assert_eq!(made["archived"], false);
    assert_eq!(world.programs().await.last(), Some(&made));
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_input_is_rejected_with_its_field() {
    let world = World::new().await;
    let with = |name: &str, value: Value| {
        let mut body = program();
        body[name] = value;
        body
    };
    for (body, code, field) in [
        (json!({}), "missing_field", "name"),
        (with("destination", json!("http://shop.acme.example")), "invalid_destination", "destination"),
        (with("destination", json!("https://127.0.0.1/")), "invalid_destination", "destination"),
        (with("allowedHosts", json!(["https://acme.example"])), "invalid_host", "allowedHosts[0]"),
        (with("commission", json!({"type": "percent", "basisPoints": 0})), "invalid_commission", "commission"),
        (
            with("commission", json!({"type": "fixed", "amount": 5, "currency": "EURO"})),
            "unknown_currency",
            "commission",
        ),
        (
            with("commission", json!({"type": "percent", "basisPoints": 5, "amount": 1})),
            "invalid_commission",
            "commission",
        ),
        (with("colour", json!("red")), "unknown_field", "colour"),
    ] {
        let answer = world.api(Method::POST, PATH, body.clone()).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{body}");
        assert_eq!(answer.json()["detail"]["field"], field, "{body}");
    }
    let many: Vec<_> = (0..21).map(|number| format!("h{number}.example")).collect();
    let answer = world.api(Method::POST, PATH, with("allowedHosts", json!(many))).await;
    assert_eq!(answer.refusal(), (400, "too_many_hosts".to_owned()));
}
