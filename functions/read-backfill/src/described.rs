//! OpenAPI description of the routes.

use shared::{
    domain::{BackfillId, Scope},
    openapi::{MayCall, Operation},
    web::{BackfillView, Method, StatusCode},
};

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let may = MayCall::With(Scope::NetworkWrite);
    vec![
        Operation::new((Method::GET, crate::LIST), "listBackfills", may, "List backfills")
            .answers::<crate::Listed>(StatusCode::OK, "The last ones."),
        Operation::new((Method::GET, crate::ONE), "readBackfill", may, "See how far a backfill is")
            .part::<BackfillId>("backfill", "The backfill’s id.")
            .answers::<BackfillView>(StatusCode::OK, "It, with a line for the first 200 whom the Network refused."),
    ]
}
