//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{LIMIT_DEFAULT, LIMIT_MAX, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::GET, crate::PATH),
            "listEvents",
            AllowedCaller::With(Scope::PartnersRead),
            "List a partner’s events",
        )
        .paged((LIMIT_DEFAULT, LIMIT_MAX))
        .answers::<crate::Output>(StatusCode::OK, "A page of events, newest first."),
    ]
}
