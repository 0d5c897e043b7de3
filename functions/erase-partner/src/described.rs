//! OpenAPI description of the routes.

use shared::{
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "erasePartner", MayCall::Team(crate::NEEDS), "Erase the person behind a revoked partner")
            .details(
                "Name, address, metadata, reasons and mails are gone for good; links, commissions and dates stay under the \
                 id. Nobody is invited again at that address by accident. The page on retention says what else ends when.",
            )
            .body::<crate::Input>()
            .answers::<crate::Output>(StatusCode::OK, "The person is erased.")
            .refuses(&["not_revoked", "erased", "changed_meanwhile"]),
    ]
}
