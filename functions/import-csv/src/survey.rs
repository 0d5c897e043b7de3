//! The first pass over a file: validates it and counts its rows. Nothing is dispatched before that.

use shared::{
    App,
    domain::{FILES_KEPT, IMPORT_DAYS_MAX, Import, ImportFailure, ImportPlan, ROWS_MAX, ROWS_UNPROVEN},
    store::keys,
};

use crate::{
    reading::{Reading, Stopped},
    too_many_rows,
};

/// Returns the failure of a file with so many rows that it would have required a recent sign-in.
fn unproven() -> ImportFailure {
    let message = format!(
        "A file with more than {ROWS_UNPROVEN} rows requires a sign-in within the last 15 minutes. Sign in again and import it again. No one was invited."
    );
    ImportFailure::new("sign_in_again", message)
}

/// Counts the rows of an import once, and stores the plan with the programs that are active now.
pub(crate) async fn of(app: &App, import: &Import) -> Result<(u64, ImportPlan), Stopped> {
    let key = keys::import_plan(&import.brand, &import.id);
    if let (Some(rows), Some(plan)) = (import.rows, app.store.get(&key).await?) {
        return Ok((rows, plan));
    }
    let mut reading = Reading::begin(app, import).await?;
    let mut rows = 0;
    while reading.more().await? {
        while let Some((_, counts)) = reading.next()? {
            rows += u64::from(counts);
            if import.rows_most.is_some_and(|most| rows > most) {
                return Err(Stopped::Unreadable(unproven()));
            }
            if rows > ROWS_MAX {
                return Err(Stopped::Unreadable(too_many_rows()));
            }
        }
    }
    if rows == 0 {
        let message = "The file has column names but no rows below them.";
        return Err(Stopped::Unreadable(ImportFailure::new("empty_file", message)));
    }
    let brand = app.store.get(&keys::brand(&import.brand)).await?;
    let daily_limit = brand.map_or(0, |brand| brand.daily_invites);
    let people_a_day = Import::people_a_day(daily_limit, app.config.bulk_emails_a_day());
    let days = Import::days_for(rows, people_a_day);
    if import.invites() && daily_limit > 0 && days > IMPORT_DAYS_MAX {
        let message = format!(
            "At {people_a_day} people a day these {rows} rows would take {days} days; the limit is {IMPORT_DAYS_MAX} days. Split the file. No one was invited."
        );
        return Err(Stopped::Unreadable(ImportFailure::new("too_many_days", message)));
    }
    let programs = app.store.list(keys::programs(&import.brand)).await?;
    let plan = ImportPlan {
        open: programs.iter().filter(|program| program.is_live()).map(|program| program.id.clone()).collect(),
        chunk_rows: if import.invites() { Import::chunk_rows(people_a_day) } else { Import::chunk_rows(u64::MAX) },
        daily_limit,
        expires_at: app.now() + FILES_KEPT,
    };
    app.store.plan_import((&import.brand, &import.id), rows, &plan).await?;
    // If another worker stored a plan first, that one counts.
    let plan = app.store.get(&key).await?.unwrap_or(plan);
    Ok((rows, plan))
}
