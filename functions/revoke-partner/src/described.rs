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
        Operation::new(route, "revokePartner", MayCall::With(Scope::PartnersWrite), "Take a partner’s access back")
            .details("Their sessions, links to sign in and queued mails die with this call.")
            .optional_body::<crate::Input>()
            .answers::<crate::Output>(StatusCode::OK, "It is done.")
            .refuses(&["already_revoked"]),
    ]
}
