//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "resendInvite",
            MayCall::With(Scope::PartnersWrite),
            "Send the invitation again",
        )
        .details(
            "Same partner, same address, a fresh link; the links mailed before are dead. A minute apart, five a day.",
        )
        .optional_body::<crate::Input>()
        .answers::<crate::Output>(StatusCode::OK, "The mail is on its way.")
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
