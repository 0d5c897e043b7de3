//! Behind the queue of exports: walks through a brand's partners and makes the file of them.
//!
//! The file is written from its first line to its last, part by part, and is there only when it is whole. After each part
//! it is kept how far the walk is, so whoever comes after a worker that died, or whose turn was over, goes on from there.
//! Partners are walked through in the order of their ids, which never change, so nobody is in the file twice, whoever
//! writes it; by a search, in the order of names and addresses: who is renamed meanwhile may be in it twice.

mod document;
mod person;
mod table;

use jiff::SignedDuration;
use shared::{
    App, Function, LongRead, Result,
    archive::{File, export_key},
    domain::{ATTEMPTS_MAX, Export, FileProgress},
    needed,
    queue::ExportJob,
    store::{ExportClaimed, Lease, PartnerQuery, keys},
    worker::{self, Message},
};

use crate::table::Table;

/// How many partners are read at a time: as many as the table looks at for a page whatever is asked.
const PAGE: usize = 1_000;

/// How long no other worker may make an export that was claimed: this function's timeout and ten seconds.
const LEASE: SignedDuration = SignedDuration::from_secs(910);

/// How long one worker walks. A file of which only some partners are grows slowly, and can be handed over only at the end of
/// a part, so a walk through a million partners, seven minutes, has to fit.
const TURN: SignedDuration = SignedDuration::from_secs(800);

/// After so many attempts without a further part, a file is begun anew: S3 may know nothing of its upload any more, as after
/// a worker that died when it had put the parts together.
const RESUMED_MAX: u32 = 2;

/// When an export is tried again that failed, and when one is looked at again that another worker is making.
const AGAIN_S: i64 = 20;
const LOOK_AGAIN_S: i64 = 60;

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_files().with_settings(&["EXPORTS_QUEUE"])
}

async fn handle(app: App, message: Message<ExportJob>) -> Result<()> {
    let ExportJob { brand, export } = &message.job;
    let (which, claim) = ((brand, export), Lease { by: message.receipt.clone(), lease: LEASE });
    let export = match app.store.claim_export(which, &claim).await? {
        ExportClaimed::Ours(export) => *export,
        // It may die.
        ExportClaimed::Theirs => return come_back(&app, &message, LOOK_AGAIN_S).await,
        ExportClaimed::Over => return Ok(()),
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
            tracing::warn!(message.id, "an export failed: {}", shared::Chain(&cause));
            if export.attempts >= ATTEMPTS_MAX {
                return app.store.give_export_up(which).await;
            }
            app.store.release_export(which, &claim).await?;
            come_back(&app, &message, AGAIN_S).await
        }
    }
}

/// Makes the file, and gives back how many partners it holds; `None` if somebody else has to go on.
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
        // A turn that kept nothing would begin again where it began.
        if is_kept && reading.is_over(app) {
            return Ok(None);
        }
    }
    upload.finish().await?;
    Ok(Some(table.rows()))
}

/// Returns the message to the queue for so many seconds.
async fn come_back(app: &App, message: &Message<ExportJob>, seconds: i64) -> Result<()> {
    app.queues()?.come_back(needed(&app.config.exports_queue, "EXPORTS_QUEUE")?, &message.receipt, seconds).await
}
