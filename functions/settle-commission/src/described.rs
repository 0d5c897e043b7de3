//! OpenAPI description of the routes.

use shared::{
    domain::{CommissionId, Scope},
    openapi::{AllowedCaller, Operation},
    web::{CommissionView, Method, Nothing, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PAID),
            "payCommission",
            AllowedCaller::With(Scope::CommissionsWrite),
            "Mark a commission as paid",
        )
        .part::<CommissionId>("commission", "The commission.")
        .optional_body::<Nothing>()
        .answers::<CommissionView>(StatusCode::OK, "The updated commission.")
        .refuses(&["already_settled"]),
        Operation::new(
            (Method::POST, crate::REVERSE),
            "reverseCommission",
            AllowedCaller::With(Scope::CommissionsWrite),
            "Reverse a commission",
        )
        .part::<CommissionId>("commission", "The commission.")
        .optional_body::<Nothing>()
        .answers::<CommissionView>(StatusCode::OK, "The updated commission.")
        .refuses(&["already_settled"]),
    ]
}
