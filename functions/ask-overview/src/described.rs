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
            (Method::POST, crate::PATH),
            "refreshOverview",
            AllowedCaller::Team(crate::NEEDS),
            "Refresh the overview",
        )
        .details(
            "Recalculates the invitation funnel of the last twelve weeks for the admin page *Overview*. The \
             calculation runs in the background, unless the figures are still fresh or a calculation is already \
             running. Figures stay fresh for one minute, plus one minute for every ten thousand partners counted.",
        )
        .answers::<crate::Output>(StatusCode::ACCEPTED, "If the figures are stale, a calculation was started."),
    ]
}
