//! SQS consumer that writes an export: reads the brand's partners and uploads a CSV file of them.
//!
//! The file is uploaded part by part and exists only when it is complete. A checkpoint is stored after each part, so
//! that another worker continues there after a crash or the end of a time slice. Partners are read in the order of
//! their IDs, which never change, so that none is in the file twice, whichever workers write it. With a search, they
//! are read in the order of names and email addresses: a partner who is renamed meanwhile may be in the file twice.

mod document;
mod person;
mod table;

use jiff::SignedDuration;
use shared::{
    App, Function, LongRead, Result,
    aws::s3::{File, export_key},
    domain::{ATTEMPTS_MAX, Export, FileProgress},
    jobs::ExportJob,
    needed,
    runtime::worker::{self, Message},
    store::{ExportClaim, Lease, PartnerQuery, keys},
};

use crate::table::Table;

/// Number of partners per read: the most that the table reads for a page, whatever the filter.
const PAGE: usize = 1_000;

/// Lease on an export: this function's timeout plus ten seconds.
const LEASE: SignedDuration = SignedDuration::from_secs(910);

/// Time slice of one invocation. With a selective filter the file grows slowly, and a checkpoint is possible only at
/// the end of a part, so reading a million partners, which takes seven minutes, has to fit.
const TURN: SignedDuration = SignedDuration::from_secs(800);

/// After this many attempts without a further part, the file is started over: S3 may no longer know the upload, for
/// example if a worker crashed just after it completed it.
const RESUMED_MAX: u32 = 2;

/// Delay in seconds before a failed export is tried again, and before one that another worker is
/// writing is checked again.
const AGAIN_S: i64 = 20;
const LOOK_AGAIN_S: i64 = 60;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_files().with_settings(&["EXPORTS_QUEUE"])
}

async fn handle(app: App, message: Message<ExportJob>) -> Result<()> {
    let ExportJob { brand, export } = &message.job;
    let (which, claim) = ((brand, export), Lease { by: message.receipt.clone(), lease: LEASE });
    let export = match app.store.claim_export(which, &claim).await? {
        ExportClaim::Ours(export) => *export,
        // That worker may crash.
        ExportClaim::Theirs => return come_back(&app, &message, LOOK_AGAIN_S).await,
        ExportClaim::Over => return Ok(()),
    };
    if export.is_given_up() {
        return app.store.give_export_up(which).await;
    }
    let made = match &export.person {
        None => make(&app, &export, &claim).await,
        Some(id) => person::make(&app, &export, id).await.map(Some),
    };
    match made {
        Ok(Some(rows)) => app.store.complete_export(which, rows).await,
        Ok(None) => {
            app.store.release_export(which, &claim).await?;
            come_back(&app, &message, 0).await
        }
        Err(cause) => {
            tracing::warn!(message.id, "an export failed: {}", shared::ErrorChain(&cause));
            if export.attempts >= ATTEMPTS_MAX {
                return app.store.give_export_up(which).await;
            }
            app.store.release_export(which, &claim).await?;
            come_back(&app, &message, AGAIN_S).await
        }
    }
}

/// Writes the file and returns the number of partners in it; `None` if another invocation has to continue.
async fn make(app: &App, export: &Export, claim: &Lease) -> Result<Option<u64>> {
    let (which, kept) = ((&export.brand, &export.id), keys::export_progress(&export.brand, &export.id));
    let (programs, kept) = futures::try_join!(app.store.list(keys::programs(&export.brand)), app.store.get(&kept))?;
    let file = File { key: export_key(export), content_type: "text/csv; charset=utf-8", saved_as: export.file_name() };
    let (search, filter) = (export.wanted.search.clone(), export.wanted.filter.clone());
    let mut query = PartnerQuery { search, filter, after: None, limit: PAGE };
    let mut table = Table::new(&programs);
    let mut upload = match kept.filter(|_| export.attempts <= RESUMED_MAX) {
        Some(FileProgress { upload, after, rows, .. }) => {
            query.after = after;
            table.goes_on_after(rows);
            app.archive()?.resume(file, upload)
        }
        None => {
            let mut upload = app.archive()?.begin(file);
            upload.write(&table.head()?).await?;
            upload
        }
    };
    let (store, mut reading) = (app.store.eventually(), LongRead::begin(app, TURN));
    let mut is_kept = false;
    loop {
        reading.page().await;
        let page = store.partners(&export.brand, &query).await?;
        upload.write(&table.lines(&page.partners, app.now())?).await?;
        let Some(place) = page.next else { break };
        query.after = Some(place);
        if let Some(sent) = upload.progress() {
            let (upload, after, rows) = (sent.clone(), query.after.clone(), table.rows());
            let progress = FileProgress { upload, after, rows, expires_at: export.expires_at };
            if !app.store.keep_export_progress(which, &progress, claim).await? {
                return Ok(None);
            }
            is_kept = true;
        }
        // Without a checkpoint, the next invocation would start from the same place.
        if is_kept && reading.is_over(app) {
            return Ok(None);
        }
    }
    upload.finish().await?;
    Ok(Some(table.rows()))
}

/// Makes the message visible again after this many seconds.
async fn come_back(app: &App, message: &Message<ExportJob>, seconds: i64) -> Result<()> {
    app.queues()?.come_back(needed(&app.config.exports_queue, "EXPORTS_QUEUE")?, &message.receipt, seconds).await
}
