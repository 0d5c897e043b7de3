//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::GET, crate::PATH),
            "listDropped",
            MayCall::With(Scope::PartnersRead),
            "List attribution that was dropped, by day",
        )
        .details("Partners and visitors never hear of it.")
        .query_number("days", "How many days back, today included.", (30, 90))
        .answers::<crate::Output>(StatusCode::OK, "Every day asked for, oldest first."),
    ]
}
