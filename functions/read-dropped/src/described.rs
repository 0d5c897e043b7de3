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
            (Method::GET, crate::PATH),
            "listDropped",
            AllowedCaller::With(Scope::PartnersRead),
            "List dropped attribution by day",
        )
        .details("Partners and visitors never see it.")
        .query_number("days", "The number of days, including today.", (30, 90))
        .answers::<crate::Output>(StatusCode::OK, "Every requested day, oldest first."),
    ]
}
