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
            (Method::PATCH, crate::PATH),
            "editPartner",
            AllowedCaller::With(Scope::PartnersWrite),
            "Update a partner",
        )
        .details("Omitted fields stay unchanged. The email address has a route of its own.")
        .body::<crate::Input>()
        .answers::<PartnerView>(StatusCode::OK, "The updated partner."),
    ]
}
