//! SQS consumer that writes the report of an import: the imported file with the outcome of each row.
//!
//! It reads the file again, together with the outcomes of its chunks. Uploading the report as another import is safe
//! for every row, since no one is invited twice. The report of a bulk job lists the partners as they are now. A
//! checkpoint is stored after each uploaded part, so that another worker can continue.

mod outcomes;
mod roster;
mod table;

use jiff::SignedDuration;
use shared::{
    App, Error, Function, LongRead, Result,
    aws::s3::{File, Unreadable, Upload, report_key},
    csv::Reader,
    domain::{FILES_KEPT, FileProgress, Import, ImportFile, ImportPlan, UploadProgress},
    jobs::ImportJob,
    needed,
    runtime::worker::{self, Message},
    store::keys,
};

use crate::{outcomes::Outcomes, table::Table};

/// Time slice of one invocation; the timeout is five minutes.
const TURN: SignedDuration = SignedDuration::from_secs(200);

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_files().with_settings(&["IMPORT_REPORTS_QUEUE"])
}

async fn handle(app: App, message: Message<ImportJob>) -> Result<()> {
    let ImportJob { brand, import } = &message.job;
    let (key, plan, kept) =
        (keys::import(brand, import), keys::import_plan(brand, import), keys::report_progress(brand, import));
    let found = app.store.read([key.raw(), plan.raw(), kept.raw()]).await?;
    let Some(import) = found.get(&key)? else { return Ok(()) };
    if !import.is_to_be_reported() {
        return Ok(());
    }
    // A failed import may still have chunks in progress.
    if !import.is_done() {
        return Err(Error::Busy);
    }
    let kept = found.get(&kept)?.filter(|kept| kept.rows > 0);
    let resumed = kept.as_ref().map(|kept| kept.rows);
    let report = Report::begin(&app, &import, kept)?;
    let written = match (import.file(), found.get(&plan)?) {
        (Some(file), Some(plan)) => of_file(report, file, &plan).await,
        (Some(_), None) => Ok(Written::Never),
        (None, _) => roster::write(report).await,
    };
    if written.is_err() && resumed.is_some() {
        restart(&app, &import, resumed).await?;
    }
    match written? {
        Written::Whole(etag) => app.store.note_report((brand, &import.id), &etag).await,
        Written::InPart => {
            let queue = needed(&app.config.import_reports_queue, "IMPORT_REPORTS_QUEUE")?;
            app.queues()?.come_back(queue, &message.receipt, 0).await
        }
        Written::Never => Ok(()),
    }
}

/// Resets the checkpoint so that the next worker starts the report over, unless another worker got further meanwhile.
/// S3 may no longer know the upload, for example if a worker crashed just after it completed it.
async fn restart(app: &App, import: &Import, resumed: Option<u64>) -> Result<()> {
    let which = (&import.brand, &import.id);
    let now = app.store.get(&keys::report_progress(which.0, which.1)).await?.map(|kept| kept.rows);
    if now != resumed {
        return Ok(());
    }
    let nothing =
        FileProgress { upload: UploadProgress::default(), after: None, rows: 0, expires_at: app.now() + FILES_KEPT };
    app.store.keep_report_progress(which, &nothing).await
}

/// The outcome of writing a report.
enum Written {
    /// The report is complete and has this ETag.
    Whole(String),
    /// Another invocation has to continue.
    InPart,
    /// There is no data for a report.
    Never,
}

/// A report that is being uploaded.
struct Report<'a> {
    app: &'a App,
    import: &'a Import,
    table: Table,
    upload: Upload<'a>,
    reading: LongRead,
    /// Number of rows that earlier invocations wrote.
    rows_before: u64,
    /// True if this invocation stored a checkpoint. Without one, the next invocation would start from the same place.
    is_kept: bool,
}

impl<'a> Report<'a> {
    fn begin(app: &'a App, import: &'a Import, kept: Option<FileProgress>) -> Result<Self> {
        let (mut table, reading) = (Table::default(), LongRead::begin(app, TURN));
        let (file, rows_before) = (report_of(import), kept.as_ref().map_or(0, |kept| kept.rows));
        let upload = match kept {
            Some(kept) => {
                table.goes_on();
                app.archive()?.resume(file, kept.upload)
            }
            None => app.archive()?.begin(file),
        };
        Ok(Self { app, import, table, upload, reading, rows_before, is_kept: false })
    }

    /// Uploads the lines so far, which cover the first `rows` rows; `true` if another invocation has to continue.
    async fn send(&mut self, rows: u64) -> Result<bool> {
        self.upload.write(&self.table.take()).await?;
        if let Some(sent) = self.upload.progress() {
            let (upload, expires_at) = (sent.clone(), self.app.now() + FILES_KEPT);
            let progress = FileProgress { upload, after: None, rows, expires_at };
            self.app.store.keep_report_progress((&self.import.brand, &self.import.id), &progress).await?;
            self.is_kept = true;
        }
        Ok(self.is_kept && self.reading.is_over(self.app))
    }

    async fn finish(mut self) -> Result<Written> {
        self.upload.write(&self.table.take()).await?;
        self.upload.finish().await.map(Written::Whole)
    }
}

/// Returns the file of the report.
fn report_of(import: &Import) -> File {
    File {
        key: report_key(&import.brand, &import.id),
        content_type: "text/csv; charset=utf-8",
        saved_as: format!("import-{}-{}-report.csv", import.brand, import.created_at.strftime("%Y-%m-%d")),
    }
}

/// Writes the report of an imported file.
async fn of_file(mut report: Report<'_>, file: &ImportFile, plan: &ImportPlan) -> Result<Written> {
    let (app, import) = (report.app, report.import);
    let mut download = match app.archive()?.open(&file.key, file.etag.as_deref().unwrap_or_default()).await {
        Ok(download) => download,
        Err(unreadable) => return gone(import, unreadable),
    };
    let mut outcomes = Outcomes::after(app, import, (plan.chunk_rows, report.rows_before));
    let (mut reader, mut rows) = (Reader::new(), 0);
    loop {
        let more = match download.next().await {
            Ok(more) => more,
            Err(unreadable) => return gone(import, unreadable),
        };
        match &more {
            Some(bytes) => reader.push(bytes.as_ref()).map_err(Error::internal)?,
            None => reader.end().map_err(Error::internal)?,
        }
        while let Some(row) = reader.next().map_err(Error::internal)? {
            if !file.takes(row.earlier_outcome()) {
                continue;
            }
            rows += 1;
            if rows <= report.rows_before {
                continue;
            }
            let number = if file.only_failed { row.earlier_number() } else { row.number() };
            let (outcome, message) = outcomes.next(number).await?;
            report.table.row(&row, number, outcome, &message)?;
            if report.table.is_long() && report.send(rows).await? {
                return Ok(Written::InPart);
            }
        }
        if more.is_none() {
            return report.finish().await;
        }
    }
}

/// The imported file was deleted before its report was written, so a retry wouldn't help.
fn gone(import: &Import, unreadable: Unreadable) -> Result<Written> {
    match unreadable {
        Unreadable::Replaced => {
            tracing::warn!(import.id = %import.id, "the file of an import is gone before its report was written");
            Ok(Written::Never)
        }
        Unreadable::Failed(error) => Err(error),
    }
}
