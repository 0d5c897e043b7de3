//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation, json},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new((Method::POST, crate::PATH), "recordConversion", MayCall::With(Scope::EventsWrite), "Say that a visitor did something")
            .details("It is booked once under its `externalEventId`, within the program’s days, for a partner who isn’t revoked at that moment. The answer is the same whatever comes of it.")
            .body::<crate::input::Input>()
            .example(json!({"userId": "customer-42", "type": "purchase", "value": 4990, "currency": "EUR", "externalEventId": "order-1001"}))
            .answers::<crate::Output>(StatusCode::ACCEPTED, "It was heard.")
            .refuses(&["invalid_amount", "unknown_currency", "missing_field"]),
    ]
}
