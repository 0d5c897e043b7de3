//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{LinkView, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::FOR_PARTNER),
            "createPartnersLink",
            AllowedCaller::With(Scope::LinksWrite),
            "Create a share link for a partner",
        )
        .body::<crate::Input>()
        .answers::<LinkView>(StatusCode::CREATED, "The link.")
        .refuses(&["linkKey_taken", "program_not_granted", "unknown_program", "destination_not_allowed"])
        .refuses(&["partner_revoked", "not_activated", "too_many_links"]),
        Operation::new((Method::POST, crate::OWN), "createLink", AllowedCaller::Partners, "Create own share link")
            .details("At most 1,000 links per partner, including deleted ones. At most 30 visits per hour from one network are counted; all of them are redirected. A program that isn’t granted is treated as one that doesn’t exist.")
            .body::<crate::Input>()
            .answers::<LinkView>(StatusCode::CREATED, "The link.")
            .refuses(&["linkKey_taken", "unknown_program", "destination_not_allowed", "too_many_links"]),
    ]
}
