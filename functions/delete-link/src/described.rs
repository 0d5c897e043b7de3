//! OpenAPI description of the routes.

use shared::{
    domain::{LinkKey, Scope},
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::DELETE, crate::OF_PARTNER),
            "deletePartnersLink",
            AllowedCaller::With(Scope::LinksWrite),
            "Delete a partner’s share link",
        )
        .details("The link stops working immediately. What it earned stays, and its key is never given to anyone else.")
        .part::<LinkKey>("key", "The link key.")
        .answers::<crate::Output>(StatusCode::OK, "The link was deleted."),
        Operation::new((Method::DELETE, crate::OWN), "deleteLink", AllowedCaller::Partners, "Delete own share link")
            .part::<LinkKey>("key", "The link key.")
            .answers::<crate::Output>(StatusCode::OK, "The link was deleted."),
    ]
}
