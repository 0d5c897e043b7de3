//! OpenAPI description of the routes.

use shared::{
    domain::{LinkKey, Scope},
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::DELETE, crate::OF_PARTNER),
            "deletePartnersLink",
            MayCall::With(Scope::LinksWrite),
            "Delete a partner’s share link",
        )
        .details("It stops at once. What it earned stays, and its key is never given to anybody else.")
        .part::<LinkKey>("key", "The link’s key.")
        .answers::<crate::Output>(StatusCode::OK, "It is gone."),
        Operation::new(
            (Method::DELETE, crate::OWN),
            "deleteLink",
            MayCall::Partners,
            "Delete a share link of one’s own",
        )
        .part::<LinkKey>("key", "The link’s key.")
        .answers::<crate::Output>(StatusCode::OK, "It is gone."),
    ]
}
