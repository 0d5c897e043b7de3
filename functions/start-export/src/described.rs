//! OpenAPI description of the routes.

use shared::{
    openapi::{AllowedCaller, Operation, json},
    web::{Method, PartnerFilterParams, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "startExport",
            AllowedCaller::Team(crate::NEEDS),
            "Export partners as CSV",
        )
        .details(
            "The file is created in the background; poll the export until it has ended. It has one row per partner, \
             newest first. Cells that begin with =, +, - or @ are prefixed with an apostrophe, so that spreadsheets \
             don't run them as formulas. At most 20 exports per hour and brand.",
        )
        .optional_body::<PartnerFilterParams>()
        .example(json!({"state": "active"}))
        .answers::<crate::Output>(StatusCode::ACCEPTED, "The export was started.")
        .refuses(&["too_many_requests"]),
        Operation::new(
            (Method::POST, crate::OF_PERSON),
            "exportPartner",
            AllowedCaller::Team(crate::NEEDS_OF_PERSON),
            "Export a partner’s personal data",
        )
        .details(
            "The file is JSON and created in the background; poll the export until it has ended. docs/retention.md \
             lists its contents.",
        )
        .answers::<crate::Output>(StatusCode::ACCEPTED, "The export was started.")
        .refuses(&["too_many_requests", "erased"]),
    ]
}
