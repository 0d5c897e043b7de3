//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "pushPartnerAgain", AllowedCaller::With(Scope::NetworkWrite), "Retry a failed sync")
            .details("For a partner listed in `failedPushes` of the connection.")
            .answers::<crate::Output>(StatusCode::ACCEPTED, "The sync was queued."),
    ]
}
