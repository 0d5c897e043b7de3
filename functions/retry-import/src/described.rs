//! OpenAPI description of the routes.

use shared::{
    domain::{ImportId, Scope},
    openapi::{AllowedCaller, Operation},
    web::{ImportView, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "retryImport",
            AllowedCaller::With(Scope::ImportsWrite),
            "Retry rows of an import",
        )
        .details(
            "Starts another import with the rows whose outcome is `failed`, `cancelled` or `over_limit`. Row numbers \
             stay the same.",
        )
        .part::<ImportId>("import", "The import whose rows are retried. It must have ended and have a report.")
        .answers::<ImportView>(StatusCode::ACCEPTED, "The new import.")
        .refuses(&["nothing_to_retry", "no_report", "sign_in_again"]),
    ]
}
