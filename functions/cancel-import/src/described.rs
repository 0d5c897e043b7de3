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
            "cancelImport",
            AllowedCaller::With(Scope::ImportsWrite),
            "Cancel an import",
        )
        .details(
            "No further rows are started. Rows in progress may still be invited; once `endedAt` is set, every row has \
             its outcome. People already invited stay invited.",
        )
        .part::<ImportId>("import", "The import.")
        .answers::<ImportView>(StatusCode::OK, "The cancelled import.")
        .refuses(&["import_over", "changed_meanwhile"]),
        Operation::new(
            (Method::POST, crate::BULK),
            "cancelBulk",
            AllowedCaller::With(Scope::PartnersWrite),
            "Cancel a bulk job",
        )
        .details(
            "No further partners are started. Partners in progress may still finish; once `endedAt` is set, every \
             partner has an outcome. Changes already made stay.",
        )
        .part::<ImportId>("import", "The bulk job.")
        .answers::<ImportView>(StatusCode::OK, "The cancelled bulk job.")
        .refuses(&["import_over", "changed_meanwhile"]),
    ]
}
