//! OpenAPI description of the routes.

use shared::{
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new((Method::POST, crate::PATH), "identifyVisitor", AllowedCaller::Anybody, "Identify a visitor")
            .details("Ties a click to a user of the shop. Calls with an API key (scope `events:write`) are trusted. A page of the shop calls it without a key and sends `userHash`; calls without either are accepted only if the brand allows unsigned calls, and a signed call takes precedence over them. The response is the same whether or not the user is known. Without a key, at most 600 calls per ten minutes from one network.")
            .body::<crate::Input>()
            .answers::<crate::Output>(StatusCode::ACCEPTED, "Received.")
            .refuses(&["signature_required", "signature_wrong", "too_many_requests", "unauthenticated", "scope_missing", "not_found"]),
        Operation::new((Method::OPTIONS, crate::PATH), "preflightIdentifyVisitor", AllowedCaller::Anybody, "CORS preflight")
            .answers_plainly(StatusCode::NO_CONTENT, "Any origin is allowed.", None),
    ]
}
