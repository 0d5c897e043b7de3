//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{Method, StatusCode},
};

use crate::output::{Listed, Output};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let may = MayCall::With(Scope::NetworkWrite);
    vec![
        Operation::new((Method::GET, crate::LIST), "listNetworkRequests", may, "List who waits on the Network")
            .query::<String>("cursor", "`nextCursor` of the part before.")
            .answers::<Listed>(StatusCode::OK, "Those that wait, as the Network tells of them.")
            .refuses(&["not_connected", "network_failed"]),
        Operation::new((Method::POST, crate::APPROVE), "approveNetworkRequests", may, "Approve applications")
            .details("The Network is told of each; its webhook brings the creator in.")
            .body::<crate::Input>()
            .answers::<Output>(StatusCode::OK, "What the Network said of each.")
            .refuses(&["not_connected", "invalid_reason"]),
        Operation::new((Method::POST, crate::REJECT), "rejectNetworkRequests", may, "Reject applications")
            .body::<crate::Input>()
            .answers::<Output>(StatusCode::OK, "What the Network said of each.")
            .refuses(&["not_connected", "invalid_reason"]),
    ]
}
