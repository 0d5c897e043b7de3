//! OpenAPI description of the routes.

use shared::{
    openapi::{AllowedCaller, Operation, json},
    web::{Method, StatusCode},
};

/// Describes the API route.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "previewMail",
            AllowedCaller::Team(crate::NEEDS),
            "Preview an email",
        )
        .details(
            "Returns the email that would be sent now, except that its link doesn't work. Nothing is sent or stored.",
        )
        .body::<crate::input::Input>()
        .example(json!({"mail": "invitation", "name": "Maria Lopez", "note": "See you in May!"}))
        .answers::<crate::Output>(StatusCode::OK, "The email.")
        .refuses(&["unknown_program", "missing_field"]),
    ]
}
