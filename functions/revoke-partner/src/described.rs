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
        Operation::new(route, "revokePartner", AllowedCaller::With(Scope::PartnersWrite), "Revoke a partner")
            .details("Ends all sessions immediately and invalidates sign-in links and queued emails.")
            .optional_body::<crate::Input>()
            .answers::<crate::Output>(StatusCode::OK, "The partner was revoked.")
            .refuses(&["already_revoked"]),
    ]
}
