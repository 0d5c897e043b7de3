//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(
            route,
            "pushPartnerAgain",
            MayCall::With(Scope::NetworkWrite),
            "Tell the Network of a partner again",
        )
        .details("For a partner among the `failedPushes` of the connection.")
        .answers::<crate::Output>(StatusCode::ACCEPTED, "It follows."),
    ]
}
