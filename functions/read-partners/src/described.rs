//! How the document of the API tells of it.

use shared::{
    domain::{EmailAddress, PartnerState, Scope},
    web::{
        Method, PartnerView, StatusCode,
        described::{MayCall, Operation},
    },
};

/// The routes as the document tells of them.
#[must_use]
pub fn described() -> Vec<Operation> {
    let readers = MayCall::With(Scope::PartnersRead);
    vec![
        Operation::new((Method::GET, crate::LIST), "listPartners", readers, "List partners")
            .paged((crate::LIMIT_DEFAULT, crate::LIMIT_MAX))
            .query::<EmailAddress>("email", "Only the partner with this address.")
            .query::<PartnerState>("state", "Only partners in this state.")
            .answers::<crate::Output>(StatusCode::OK, "A page of partners."),
        Operation::new((Method::GET, crate::ONE), "readPartner", readers, "Read one partner")
            .answers::<PartnerView>(StatusCode::OK, "The partner, with their metadata."),
    ]
}
