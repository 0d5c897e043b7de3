//! Writes the change of a bulk action to one partner.

use shared::{App, Error, Result, domain::BulkWrite};

/// Writes the change like an action on one partner; `false` if a concurrent write was first, with
/// the same change or another.
pub(crate) async fn write(app: &App, change: &BulkWrite) -> Result<bool> {
    let written = match change {
        BulkWrite::Access(changed) => app.store.change_access(changed, None).await,
        BulkWrite::Reached(reached) => app.store.reach(reached, None, None).await,
        BulkWrite::Programs(set) => app.store.set_programs(set, None).await,
    };
    match written {
        Ok(()) => Ok(true),
        Err(
            Error::Access(_) | Error::Reach(_) | Error::GrantsChanged(_) | Error::ChangedMeanwhile | Error::NotFound(_),
        ) => Ok(false),
        Err(error) => Err(error),
    }
}
