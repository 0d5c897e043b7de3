//! OpenAPI description of the routes.

use shared::{
    openapi::{MayCall, Operation, json},
    web::{Method, StatusCode},
};

/// Describes the API route.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "previewMail",
            MayCall::Team(crate::NEEDS),
            "Look at a mail before it goes",
        )
        .details(
            "It is the mail that would be sent now, but for its link, which opens nothing. Nothing is sent or kept.",
        )
        .body::<crate::input::Input>()
        .example(json!({"mail": "invitation", "name": "Maria Lopez", "note": "See you in May!"}))
        .answers::<crate::Output>(StatusCode::OK, "The mail.")
        .refuses(&["unknown_program", "missing_field"]),
    ]
}
