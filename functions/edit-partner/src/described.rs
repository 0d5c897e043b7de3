//! How the document of the API tells of it.

use shared::{
    domain::Scope,
    web::{
        Method, PartnerView, StatusCode,
        described::{MayCall, Operation},
    },
};

/// The routes as the document tells of them.
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
