//! The report of what was done to partners of the roster: they, as they are now, and what came of each.

use shared::{
    App, Result,
    archive::Upload,
    domain::{Chunk, Import, RowOutcome, Selection},
    store::{Key, keys},
};

use crate::table::Table;

const COLUMNS: [&str; 6] = ["id", "name", "email", "import_row", "import_outcome", "import_message"];

/// How many chunks are read at a time: a thousand partners.
const AT_ONCE: u64 = 10;

/// Writes the report, and gives back what S3 knows its content by.
pub(crate) async fn report(app: &App, import: &Import, mut upload: Upload<'_>) -> Result<String> {
    let (which, chunks) = ((&import.brand, &import.id), import.bulk().map_or(0, |bulk| bulk.chunks));
    let mut table = Table::default();
    let mut first = 0;
    while first < chunks {
        let numbers = first..chunks.min(first + AT_ONCE);
        first = numbers.end;
        let selections = app.store.selections(which, numbers.clone()).await?;
        let came = app.store.chunks(which, numbers).await?;
        for (selection, chunk) in selections.iter().zip(came) {
            lines(app, import, (selection, chunk), &mut table).await?;
        }
        upload.write(&table.take()).await?;
    }
    upload.finish().await
}

async fn lines(
    app: &App,
    import: &Import,
    (selection, chunk): (&Selection, Option<Chunk>),
    table: &mut Table,
) -> Result<()> {
    let partners: Vec<_> = selection.partners.iter().map(|id| keys::partner(&import.brand, id)).collect();
    let found = app.store.read(partners.iter().map(Key::raw)).await?;
    let outcomes = chunk.map(|chunk| chunk.outcomes).unwrap_or_default();
    let mut outcomes = outcomes.chars().filter_map(RowOutcome::of_letter);
    for ((number, id), key) in selection.rows().zip(&partners) {
        // Those who never went out were cancelled before, or it failed.
        let never = if import.cancelled_at.is_some() { RowOutcome::Cancelled } else { RowOutcome::Failed };
        let outcome = outcomes.next().unwrap_or(never);
        let partner = found.get(key)?;
        let (name, email) = partner.map(|it| (it.name.to_string(), it.email.to_string())).unwrap_or_default();
        let (code, words) = (outcome.as_str().to_owned(), outcome.in_words().to_owned());
        table.plain(&COLUMNS, &[id.to_string(), name, email, number.to_string(), code, words])?;
    }
    Ok(())
}
