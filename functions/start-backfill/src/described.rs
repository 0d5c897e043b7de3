//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{MayCall, Operation},
    web::{BackfillView, Method, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "startBackfill", MayCall::With(Scope::NetworkWrite), "Tell the Network of the roster")
            .details("Names, addresses, states and dates leave; nothing else does. It can be run again at any time and tells only of those whom the Network doesn’t know as they are. One at a time, dry runs aside.")
            .optional_body::<crate::Input>()
            .answers::<BackfillView>(StatusCode::ACCEPTED, "It is under way.")
            .refuses(&["not_connected", "backfill_running"]),
    ]
}
