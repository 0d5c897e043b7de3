//! OpenAPI description of the routes.

use shared::{
    domain::ExportId,
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::GET, crate::PATH),
            "readExport",
            MayCall::Team(crate::NEEDS),
            "Read how far an export is",
        )
        .details("Exports and their files are kept for a week.")
        .part::<ExportId>("export", "The export.")
        .answers::<crate::Output>(StatusCode::OK, "The export, with the address of its file once that is there."),
    ]
}
