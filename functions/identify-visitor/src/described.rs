//! OpenAPI description of the routes.

use shared::{
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new((Method::POST, crate::PATH), "identifyVisitor", MayCall::Anybody, "Say which of the shop’s users came by a click")
            .details("With an API key (scope `events:write`) it is believed. A page of the shop calls it without one and sends `userHash`; without that only if the brand takes such calls, and then it gives way to a signed one. The answer is the same whoever is meant, known or not. Without a key, 600 calls in ten minutes from one network.")
            .body::<crate::Input>()
            .answers::<crate::Output>(StatusCode::ACCEPTED, "It was heard.")
            .refuses(&["signature_required", "signature_wrong", "too_many_requests", "unauthenticated", "scope_missing", "not_found"]),
        Operation::new((Method::OPTIONS, crate::PATH), "preflightIdentifyVisitor", MayCall::Anybody, "Ask whether a page of another origin may call")
            .answers_plainly(StatusCode::NO_CONTENT, "Any page may.", None),
    ]
}
