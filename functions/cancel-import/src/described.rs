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
            "cancelImport",
            MayCall::With(Scope::ImportsWrite),
            "Cancel an import",
        )
        .details(
            "Stops what is not yet invited. Rows that are under way at this moment may still be invited; once `endedAt` is \
             set, every row is accounted for. Who was invited stays invited.",
        )
        .part::<ImportId>("import", "The import.")
        .answers::<ImportView>(StatusCode::OK, "The import, which is cancelled.")
        .refuses(&["import_over", "changed_meanwhile"]),
        Operation::new(
            (Method::POST, crate::BULK),
            "cancelBulk",
            MayCall::With(Scope::PartnersWrite),
            "Stop what is done to many partners",
        )
        .details(
            "Nobody further is begun; those who are under way may still go through. Once `endedAt` is set, everybody is \
             accounted for. What was done stays.",
        )
        .part::<ImportId>("import", "What is done to many.")
        .answers::<ImportView>(StatusCode::OK, "It, which is cancelled.")
        .refuses(&["import_over", "changed_meanwhile"]),
    ]
}
