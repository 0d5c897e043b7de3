//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, Nothing, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "reinstatePartner", AllowedCaller::With(Scope::PartnersWrite), "Reinstate a partner")
            .details("No email is sent. Status and grants are the same as before the access was revoked.")
            .optional_body::<Nothing>()
            .answers::<crate::Output>(StatusCode::OK, "The partner was reinstated.")
            .refuses(&["not_revoked"]),
    ]
}
