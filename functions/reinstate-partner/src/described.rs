//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{Method, Nothing, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "reinstatePartner", MayCall::With(Scope::PartnersWrite), "Give a partner’s access back")
            .details("No mail is sent. State and grants are what they were before the access was taken back.")
            .optional_body::<Nothing>()
            .answers::<crate::Output>(StatusCode::OK, "It is done.")
            .refuses(&["not_revoked"]),
    ]
}
