//! OpenAPI description of the routes.

use shared::{
    openapi::{MayCall, Operation, json},
    web::{Method, PartnerWords, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "startExport",
            MayCall::Team(crate::NEEDS),
            "Export partners as CSV",
        )
        .details(
            "The file is made after the answer; read the export until it has ended. It holds one partner a line, newest \
             first. A cell that begins with =, +, - or @ has an apostrophe in front, so that no spreadsheet runs it. A \
             brand may start 20 an hour.",
        )
        .optional_body::<PartnerWords>()
        .example(json!({"state": "active"}))
        .answers::<crate::Output>(StatusCode::ACCEPTED, "The export has begun.")
        .refuses(&["too_many_requests"]),
        Operation::new(
            (Method::POST, crate::OF_PERSON),
            "exportPartner",
            MayCall::Team(crate::NEEDS_OF_PERSON),
            "Export all that is known of a person",
        )
        .details(
            "The file is JSON, and made after the answer; read the export until it has ended. docs/retention.md says what is \
             in it.",
        )
        .answers::<crate::Output>(StatusCode::ACCEPTED, "The export has begun.")
        .refuses(&["too_many_requests", "erased"]),
    ]
}
