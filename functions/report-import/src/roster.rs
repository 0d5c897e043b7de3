//! The report of a bulk job: the partners as they are now, with their outcomes.

use shared::{
    App, Result,
    domain::{Chunk, Import, RowOutcome, Selection},
    store::{Found, keys},
};

use crate::{Report, Written, table::Table};

const COLUMNS: [&str; 6] = ["id", "name", "email", "import_row", "import_outcome", "import_message"];

/// Number of chunks per read: a thousand partners.
const AT_ONCE: u64 = 10;

pub(crate) async fn write(mut report: Report<'_>) -> Result<Written> {
    let (app, import) = (report.app, report.import);
    let (which, chunks) = ((&import.brand, &import.id), import.bulk().map_or(0, |bulk| bulk.chunks));
    let (mut first, mut rows) = (0, 0);
    while first < chunks {
        let numbers = first..chunks.min(first + AT_ONCE);
        first = numbers.end;
        let selections = app.store.selections(which, numbers.clone()).await?;
        let many = selections.iter().flat_map(|selection| &selection.partners).map(|_| 1).sum::<u64>();
        rows += many;
        if rows <= report.rows_before {
            continue;
        }
        report.reading.page().await;
        let (came, partners) =
            futures::try_join!(app.store.chunks(which, numbers), partners(app, import, &selections))?;
        for (selection, chunk) in selections.iter().zip(came) {
            lines(import, (selection, chunk), &partners, &mut report.table)?;
        }
        if report.send(rows).await? {
            return Ok(Written::InPart);
        }
    }
    report.finish().await
}

/// Reads the partners as they are now.
async fn partners(app: &App, import: &Import, selections: &[Selection]) -> Result<Found> {
    let ids = selections.iter().flat_map(|selection| &selection.partners);
    app.store.eventually().read(ids.map(|id| keys::partner(&import.brand, id).raw())).await
}

fn lines(
    import: &Import,
    (selection, chunk): (&Selection, Option<Chunk>),
    found: &Found,
    table: &mut Table,
) -> Result<()> {
    let partners: Vec<_> = selection.partners.iter().map(|id| keys::partner(&import.brand, id)).collect();
    let outcomes = chunk.map(|chunk| chunk.outcomes).unwrap_or_default();
    let mut outcomes = outcomes.chars().filter_map(RowOutcome::of_letter);
    for ((number, id), key) in selection.rows().zip(&partners) {
        // Partners who weren't processed: the job was cancelled, or it failed.
        let never = if import.cancelled_at.is_some() { RowOutcome::Cancelled } else { RowOutcome::Failed };
        let outcome = outcomes.next().unwrap_or(never);
        let partner = found.get(key)?;
        let (name, email) = partner.map(|it| (it.name.to_string(), it.email.to_string())).unwrap_or_default();
        let (code, words) = (outcome.as_str().to_owned(), outcome.in_words().to_owned());
        table.plain(&COLUMNS, &[id.to_string(), name, email, number.to_string(), code, words])?;
    }
    Ok(())
}
