//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{Method, PartnerView, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::PATCH, crate::PATH),
            "editPartner",
            MayCall::With(Scope::PartnersWrite),
            "Edit a partner",
        )
        .details("What is left out stays as it is. Their address has an action of its own.")
        .body::<crate::Input>()
        .answers::<PartnerView>(StatusCode::OK, "The partner as they are now."),
    ]
}
