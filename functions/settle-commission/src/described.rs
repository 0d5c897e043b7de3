//! OpenAPI description of the routes.

use shared::{
    domain::{CommissionId, Scope},
    openapi::{MayCall, Operation},
    web::{CommissionView, Method, Nothing, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PAID),
            "payCommission",
            MayCall::With(Scope::CommissionsWrite),
            "Note that a commission was paid",
        )
        .part::<CommissionId>("commission", "The commission.")
        .optional_body::<Nothing>()
        .answers::<CommissionView>(StatusCode::OK, "The commission as it is now.")
        .refuses(&["already_settled"]),
        Operation::new(
            (Method::POST, crate::REVERSE),
            "reverseCommission",
            MayCall::With(Scope::CommissionsWrite),
            "Take a commission back before it is paid",
        )
        .part::<CommissionId>("commission", "The commission.")
        .optional_body::<Nothing>()
        .answers::<CommissionView>(StatusCode::OK, "The commission as it is now.")
        .refuses(&["already_settled"]),
    ]
}
