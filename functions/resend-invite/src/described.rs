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
            "resendInvite",
            AllowedCaller::With(Scope::PartnersWrite),
            "Resend an invitation",
        )
        .details(
            "Sends a new link to the same email address; links sent earlier stop working. At most once per minute and five times per day.",
        )
        .optional_body::<crate::Input>()
        .answers::<crate::Output>(StatusCode::OK, "The email was queued.")
        .refuses(&[
            "partner_revoked",
            "declined",
            "address_refused",
            "too_soon",
            "too_often",
            "already_activated",
        ]),
    ]
}
