//! OpenAPI description of the routes.

use shared::{
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::GET, crate::PATH),
            "readAttribution",
            AllowedCaller::Team(crate::NEEDS),
            "Get attribution settings",
        )
        .answers::<crate::Output>(StatusCode::OK, "The settings, with the secret."),
        Operation::new(
            (Method::PUT, crate::PATH),
            "changeAttribution",
            AllowedCaller::Team(crate::NEEDS),
            "Update attribution settings",
        )
        .body::<crate::Input>()
        .answers::<crate::Output>(StatusCode::OK, "The updated settings.")
        .refuses(&["secret_shown_once"]),
    ]
}
