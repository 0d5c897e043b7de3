//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{LinkView, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::FOR_PARTNER),
            "createPartnersLink",
            MayCall::With(Scope::LinksWrite),
            "Create a share link for a partner",
        )
        .body::<crate::Input>()
        .answers::<LinkView>(StatusCode::CREATED, "The link.")
        .refuses(&["linkKey_taken", "program_not_granted", "unknown_program", "destination_not_allowed"])
        .refuses(&["partner_revoked", "not_activated", "too_many_links"]),
        Operation::new((Method::POST, crate::OWN), "createLink", MayCall::Partners, "Create a share link of one’s own")
            .details("A program that isn’t granted is answered like one that doesn’t exist.")
            .details("At most 1,000 a partner, deleted ones included. Visits from one network count 30 an hour; all of them arrive.")
            .body::<crate::Input>()
            .answers::<LinkView>(StatusCode::CREATED, "The link.")
            .refuses(&["linkKey_taken", "unknown_program", "destination_not_allowed", "too_many_links"]),
    ]
}
