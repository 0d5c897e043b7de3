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
            (Method::PUT, crate::PATH),
            "setPrograms",
            MayCall::With(Scope::PartnersWrite),
            "Set what a partner may create links for",
        )
        .details("The whole list. What is kept keeps its source; links that they have go on working and earning.")
        .body::<crate::Input>()
        .answers::<PartnerView>(StatusCode::OK, "The partner as they are now.")
        .refuses(&["unknown_program"]),
    ]
}
