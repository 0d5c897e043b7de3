//! OpenAPI description of the routes.

use shared::{
    domain::{BackfillId, Scope},
    openapi::{AllowedCaller, Operation},
    web::{BackfillView, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let may = AllowedCaller::With(Scope::NetworkWrite);
    vec![
        Operation::new((Method::GET, crate::LIST), "listBackfills", may, "List backfills")
            .answers::<crate::Listed>(StatusCode::OK, "The most recent backfills."),
        Operation::new((Method::GET, crate::ONE), "readBackfill", may, "Get a backfill")
            .part::<BackfillId>("backfill", "The backfill’s ID.")
            .answers::<BackfillView>(
                StatusCode::OK,
                "The backfill, with an entry for each of the first 200 partners that the Network rejected.",
            ),
    ]
}
