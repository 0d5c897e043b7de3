//! OpenAPI description of the routes.

use shared::{
    domain::ExportId,
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new((Method::GET, crate::PATH), "readExport", AllowedCaller::Team(crate::NEEDS), "Get an export")
            .details("Exports and their files are stored for a week.")
            .part::<ExportId>("export", "The export.")
            .answers::<crate::Output>(StatusCode::OK, "The export, with the URL of its file once it is ready."),
    ]
}
