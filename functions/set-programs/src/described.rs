//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, PartnerView, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::PUT, crate::PATH),
            "setPrograms",
            AllowedCaller::With(Scope::PartnersWrite),
            "Set a partner’s programs",
        )
        .details("Replaces the whole list. Programs that stay in it keep their source; existing links keep working and earning.")
        .body::<crate::Input>()
        .answers::<PartnerView>(StatusCode::OK, "The updated partner.")
        .refuses(&["unknown_program"]),
    ]
}
