//! Behind the queue of reports: writes the file that an import gives back, with its own columns and what came of each row.
//!
//! It reads the file once more, beside what was written of its chunks. Uploading the report again does the right thing
//! for every row, since nobody is invited twice.

mod outcomes;
mod table;

use shared::{
    App, Error, Function, Result,
    archive::{File, Unreadable, report_key},
    domain::Import,
    queue::ImportJob,
    sheet::Reader,
    store::keys,
    worker::{self, Message},
};

use crate::{outcomes::Outcomes, table::Table};

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_files()
}

async fn handle(app: App, message: Message<ImportJob>) -> Result<()> {
    let ImportJob { brand, import } = &message.job;
    let (key, plan) = (keys::import(brand, import), keys::import_plan(brand, import));
    let found = app.store.read([key.raw(), plan.raw()]).await?;
    let (Some(import), Some(plan)) = (found.get(&key)?, found.get(&plan)?) else { return Ok(()) };
    if !import.is_to_be_reported() {
        return Ok(());
    }
    // One that failed may have rows under way.
    if !import.is_done() {
        return Err(Error::Busy);
    }
    let etag = import.file.etag.clone().unwrap_or_default();
    let download = match app.archive()?.open(&import.file.key, &etag).await {
        Ok(download) => download,
        Err(Unreadable::Replaced) => {
            // There is nothing to write a report of, and trying again would not bring it back.
            tracing::warn!(import.id = %import.id, "the file of an import is gone before its report was written");
            return Ok(());
        }
        Err(Unreadable::Failed(error)) => return Err(error),
    };
    let outcomes = Outcomes::new(&app, &import, plan.chunk_rows);
    let etag = write(&app, &import, download, outcomes).await?;
    app.store.note_report((brand, &import.id), &etag).await
}

async fn write(
    app: &App,
    import: &Import,
    mut download: shared::archive::Download,
    mut outcomes: Outcomes<'_>,
) -> Result<String> {
    let file = File {
        key: report_key(&import.brand, &import.id),
        content_type: "text/csv; charset=utf-8",
        saved_as: format!("import-{}-{}-report.csv", import.brand, import.created_at.strftime("%Y-%m-%d")),
    };
    let mut upload = app.archive()?.begin(file);
    let (mut reader, mut table) = (Reader::new(), Table::default());
    loop {
        let more = download.next().await?;
        match &more {
            Some(bytes) => reader.push(bytes.as_ref()).map_err(Error::internal)?,
            None => reader.end().map_err(Error::internal)?,
        }
        while let Some(row) = reader.next().map_err(Error::internal)? {
            if !import.file.takes(row.earlier_outcome()) {
                continue;
            }
            let number = if import.file.only_failed { row.earlier_number() } else { row.number() };
            let (outcome, message) = outcomes.next(number).await?;
            table.row(&row, number, outcome, &message)?;
            if table.is_long() {
                upload.write(&table.take()).await?;
            }
        }
        upload.write(&table.take()).await?;
        if more.is_none() {
            return upload.finish().await;
        }
    }
}
