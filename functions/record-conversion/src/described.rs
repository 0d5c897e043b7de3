//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation, json},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new((Method::POST, crate::PATH), "recordConversion", AllowedCaller::With(Scope::EventsWrite), "Track a conversion")
            .details("Creates a commission if the conversion is within the program’s attribution window and the partner isn’t revoked. Each `externalEventId` counts once. The response is the same whatever the result.")
            .body::<crate::input::Input>()
            .example(json!({"userId": "customer-42", "type": "purchase", "value": 4990, "currency": "EUR", "externalEventId": "order-1001"}))
            .answers::<crate::Output>(StatusCode::ACCEPTED, "Received.")
            .refuses(&["invalid_amount", "unknown_currency", "missing_field"]),
    ]
}
