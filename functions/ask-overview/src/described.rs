//! OpenAPI description of the routes.

use shared::{
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    vec![
        Operation::new(
            (Method::POST, crate::PATH),
            "refreshOverview",
            MayCall::Team(crate::NEEDS),
            "Have the numbers of the overview added up",
        )
        .details(
            "How far the invitations of the last twelve weeks led, for the admins' page *Overview*. The numbers are added \
             up after the answer, unless they are fresh or somebody is at it: they are fresh for a minute, and for one \
             more with each ten thousand partners that were counted.",
        )
        .answers::<crate::Output>(StatusCode::ACCEPTED, "If the numbers are old, new ones follow."),
    ]
}
