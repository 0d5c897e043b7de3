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
        Operation::new((Method::PUT, crate::PATH), "correctAddress", MayCall::With(Scope::PartnersWrite), "Correct the address of somebody who never signed in")
            .details("The invitation is mailed there; what went to the old address is dead. It counts like an invitation sent again, but need not wait a minute.")
            .body::<crate::Input>()
            .answers::<PartnerView>(StatusCode::OK, "The partner as they are now.")
            .refuses(&["already_activated", "partner_revoked", "email_taken", "too_often"]),
    ]
}
