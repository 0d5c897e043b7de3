//! OpenAPI description of the routes.

use shared::{
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(
            route,
            "erasePartner",
            AllowedCaller::Team(crate::NEEDS),
            "Erase a revoked partner’s personal data",
        )
        .details(
            "Name, email address, metadata, reasons and emails are deleted permanently; links, commissions and \
                 dates stay under the ID. A keyed hash of the email address prevents accidental new invitations. \
                 docs/retention.md lists what else is deleted and when.",
        )
        .body::<crate::Input>()
        .answers::<crate::Output>(StatusCode::OK, "The partner was erased.")
        .refuses(&["not_revoked", "erased", "changed_meanwhile"]),
    ]
}
