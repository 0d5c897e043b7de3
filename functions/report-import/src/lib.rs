//! Behind the queue of reports: writes the file that an import gives back, with its own columns and what came of each row.
//!
//! It reads the file once more, beside what was written of its chunks. Uploading the report again does the right thing
//! for every row, since nobody is invited twice. Where no file was read, its lines are the partners as they are now.

mod outcomes;
mod roster;
mod table;

use shared::{
    App, Error, Function, Result,
    archive::{File, Unreadable, Upload, report_key},
    domain::{Import, ImportFile, ImportPlan},
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
    let Some(import) = found.get(&key)? else { return Ok(()) };
    if !import.is_to_be_reported() {
        return Ok(());
    }
    // One that failed may have rows under way.
    if !import.is_done() {
        return Err(Error::Busy);
    }
    let written = match (import.file(), found.get(&plan)?) {
        (Some(file), Some(plan)) => of_file(&app, &import, file, &plan).await?,
        (Some(_), None) => None,
        (None, _) => Some(roster::report(&app, &import, begin(&app, &import)?).await?),
    };
    let Some(etag) = written else { return Ok(()) };
    app.store.note_report((brand, &import.id), &etag).await
}

/// Begins the file that the import gives back.
fn begin<'a>(app: &'a App, import: &Import) -> Result<Upload<'a>> {
    let file = File {
        key: report_key(&import.brand, &import.id),
        content_type: "text/csv; charset=utf-8",
        saved_as: format!("import-{}-{}-report.csv", import.brand, import.created_at.strftime("%Y-%m-%d")),
    };
    Ok(app.archive()?.begin(file))
}

/// Writes the report of a file that was imported; `None` if that is not there any more.
async fn of_file(app: &App, import: &Import, file: &ImportFile, plan: &ImportPlan) -> Result<Option<String>> {
    let mut download = match app.archive()?.open(&file.key, file.etag.as_deref().unwrap_or_default()).await {
        Ok(download) => download,
        Err(Unreadable::Replaced) => {
            // There is nothing to write a report of, and trying again would not bring it back.
            tracing::warn!(import.id = %import.id, "the file of an import is gone before its report was written");
            return Ok(None);
        }
        Err(Unreadable::Failed(error)) => return Err(error),
    };
    let mut outcomes = Outcomes::new(app, import, plan.chunk_rows);
    let mut upload = begin(app, import)?;
    let (mut reader, mut table) = (Reader::new(), Table::default());
    loop {
        let more = download.next().await?;
        match &more {
            Some(bytes) => reader.push(bytes.as_ref()).map_err(Error::internal)?,
            None => reader.end().map_err(Error::internal)?,
        }
        while let Some(row) = reader.next().map_err(Error::internal)? {
            if !file.takes(row.earlier_outcome()) {
                continue;
            }
            let number = if file.only_failed { row.earlier_number() } else { row.number() };
            let (outcome, message) = outcomes.next(number).await?;
            table.row(&row, number, outcome, &message)?;
            if table.is_long() {
                upload.write(&table.take()).await?;
            }
        }
        upload.write(&table.take()).await?;
        if more.is_none() {
            return upload.finish().await.map(Some);
        }
    }
}
