//! Writing what is done to one partner of many.

use shared::{App, Error, Result, domain::Acted};

/// Writes it as for one partner alone; `false` if somebody was faster, with the same or with something else.
pub(crate) async fn write(app: &App, change: &Acted) -> Result<bool> {
    let written = match change {
        Acted::Access(changed) => app.store.change_access(changed, None).await,
        Acted::Reached(reached) => app.store.reach(reached, None, None).await,
        Acted::Programs(set) => app.store.set_programs(set, None).await,
    };
    match written {
        Ok(()) => Ok(true),
        Err(
            Error::Access(_) | Error::Reach(_) | Error::GrantsChanged(_) | Error::ChangedMeanwhile | Error::NotFound(_),
        ) => Ok(false),
        Err(error) => Err(error),
    }
}
