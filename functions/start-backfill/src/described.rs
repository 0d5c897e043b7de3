//! OpenAPI description of the routes.

use shared::{
    domain::Scope,
    openapi::{AllowedCaller, Operation},
    web::{BackfillView, Method, StatusCode},
};

/// Describes the route.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = (Method::POST, crate::PATH);
    vec![
        Operation::new(route, "startBackfill", AllowedCaller::With(Scope::NetworkWrite), "Start a backfill")
            .details("Sends names, email addresses, statuses and dates of partners to the Network, and nothing else. It can be repeated at any time and skips partners who are already up to date on the Network. Only one backfill can run at a time, except for dry runs.")
            .optional_body::<crate::Input>()
            .answers::<BackfillView>(StatusCode::ACCEPTED, "The backfill was started.")
            .refuses(&["not_connected", "backfill_running"]),
    ]
}
