//! OpenAPI description of the routes.

use shared::{
    domain::{CommissionState, PartnerId, Scope},
    openapi::{AllowedCaller, Operation},
    web::{LIMIT_DEFAULT, LIMIT_MAX, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::GET, crate::PATH),
            "listCommissions",
            AllowedCaller::With(Scope::CommissionsRead),
            "List commissions",
        )
        .paged((LIMIT_DEFAULT, LIMIT_MAX))
        .query::<CommissionState>("state", "Only commissions with this status.")
        .query::<PartnerId>("partner", "Only commissions of this partner.")
        .refuses(&["invalid_id"])
        .answers::<crate::Output>(StatusCode::OK, "A page of commissions, newest first."),
    ]
}
