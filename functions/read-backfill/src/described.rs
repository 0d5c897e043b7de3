//! How the document of the API tells of it.

use shared::{
    domain::{BackfillId, Scope},
    web::{
        BackfillView, Method, StatusCode,
        described::{MayCall, Operation},
    },
};

/// The routes as the document tells of them.
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
