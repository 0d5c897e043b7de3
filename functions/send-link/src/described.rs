//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "sendSignInLink",
            AllowedCaller::With(Scope::PartnersWrite),
            "Send an active partner a sign-in link",
        )
        .details("Existing sessions and links keep working. This counts as a resent invitation.")
        .optional_body::<crate::Input>()
        .answers::<crate::Output>(StatusCode::OK, "The email was queued.")
        .refuses(&["partner_revoked", "declined", "address_refused", "too_soon", "too_often", "not_activated"]),
    ]
}
