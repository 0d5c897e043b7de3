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
        Operation::new((Method::POST, crate::PATH), "sendSignInLink", MayCall::With(Scope::PartnersWrite), "Send an active partner a sign-in link")
            .details("It ends nothing: sessions and links that they have go on working. It counts like an invitation sent again.")
            .optional_body::<crate::Input>()
            .answers::<crate::Output>(StatusCode::OK, "The mail is on its way.")
            .refuses(&["partner_revoked", "declined", "address_refused", "too_soon", "too_often", "not_activated"]),
    ]
}
