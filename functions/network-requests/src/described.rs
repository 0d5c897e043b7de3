//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{Method, StatusCode},
};

use crate::output::{Listed, Output};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let may = AllowedCaller::With(Scope::NetworkWrite);
    vec![
        Operation::new((Method::GET, crate::LIST), "listNetworkRequests", may, "List pending applications")
            .query::<String>("cursor", "`nextCursor` of the previous page.")
            .answers::<Listed>(StatusCode::OK, "The pending applications, as the Network returns them.")
            .refuses(&["not_connected", "network_failed"]),
        Operation::new((Method::POST, crate::APPROVE), "approveNetworkRequests", may, "Approve applications")
            .details("Sends each decision to the Network, whose webhook then adds the creator as a partner.")
            .body::<crate::Input>()
            .answers::<Output>(StatusCode::OK, "The Network’s response to each decision.")
            .refuses(&["not_connected", "invalid_reason"]),
        Operation::new((Method::POST, crate::REJECT), "rejectNetworkRequests", may, "Reject applications")
            .body::<crate::Input>()
            .answers::<Output>(StatusCode::OK, "The Network’s response to each decision.")
            .refuses(&["not_connected", "invalid_reason"]),
    ]
}
