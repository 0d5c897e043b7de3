//! OpenAPI description of the routes.

use shared::{
    domain::{ImportId, Scope},
    openapi::{MayCall, Operation},
    web::{ImportView, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "retryImport",
            MayCall::With(Scope::ImportsWrite),
            "Try rows of an import again",
        )
        .details(
            "Starts another import, of the rows that came out as `failed`, `cancelled` or `over_limit`. It keeps their \
             numbers.",
        )
        .part::<ImportId>("import", "The import whose rows are tried again. It has ended, and its report is there.")
        .answers::<ImportView>(StatusCode::ACCEPTED, "The new import.")
        .refuses(&["nothing_to_retry", "no_report", "sign_in_again"]),
    ]
}
