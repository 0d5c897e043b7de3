//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::GET, crate::OF_PARTNER),
            "listPartnersLinks",
            AllowedCaller::With(Scope::PartnersRead),
            "List a partner’s share links",
        )
        .answers::<crate::Output>(
            StatusCode::OK,
            "The links, newest first, with their clicks, conversions and earnings.",
        ),
        Operation::new((Method::GET, crate::OWN), "listLinks", AllowedCaller::Partners, "List own share links")
            .answers::<crate::Output>(
            StatusCode::OK,
            "The links, newest first, with their clicks, conversions and earnings.",
        ),
    ]
}
