//! Behind the queue of exports: walks through a brand's partners and makes the file of them.
//!
//! The file is written from its first line to its last in one go, part by part, and is there only when it is whole.
//! Nobody keeps a place to go on from. A hundred thousand partners are a hundred pages of two read steps each, which
//! leaves much of the five minutes; and a file that is half of yesterday's roster and half of today's would hold some
//! twice. So whoever dies on the way is followed by somebody who begins anew. Two who work on the same export, as
//! queues may have it, each write a whole file, and the last one stands.

mod document;
mod person;
mod table;

use shared::{
    App, Chain, Function, Result,
    archive::{File, export_key},
    domain::{Export, ExportState},
    needed,
    queue::ExportJob,
    store::{PartnerQuery, keys},
    worker::{self, Message},
};

use crate::table::Table;

/// How many partners are read at a time: as many as the table looks at for a page whatever is asked.
const PAGE: usize = 1_000;

/// How often it is tried: as often as the queue delivers a message before it sets it aside.
const TRIES: u32 = 5;

/// When a failed export is tried again, unless whoever made it died and nobody is left to say so.
const AGAIN_S: i32 = 20;

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_files().with_settings(&["EXPORTS_QUEUE"])
}

async fn handle(app: App, message: Message<ExportJob>) -> Result<()> {
    let ExportJob { brand, export } = &message.job;
    let Some(export) = app.store.get(&keys::export(brand, export)).await? else { return Ok(()) };
    if export.state(app.now()) != ExportState::Running {
        return Ok(());
    }
    let made = match &export.person {
        None => make(&app, &export).await,
        Some(id) => person::make(&app, &export, id).await,
    };
    match made {
        Ok(rows) => app.store.complete_export(&export.brand, &export.id, rows).await,
        Err(cause) => {
            if message.deliveries >= TRIES {
                app.store.give_export_up(&export.brand, &export.id).await?;
            }
            come_again(&app, &message).await;
            Err(cause)
        }
    }
}

/// Makes the file, and gives back how many partners it holds.
async fn make(app: &App, export: &Export) -> Result<u64> {
    let programs = app.store.list(keys::programs(&export.brand)).await?;
    let file = File { key: export_key(export), content_type: "text/csv; charset=utf-8", saved_as: export.file_name() };
    let mut upload = app.archive()?.begin(file);
    let mut table = Table::new(&programs);
    let (search, filter) = (export.wanted.search.clone(), export.wanted.filter.clone());
    let mut query = PartnerQuery { search, filter, after: None, limit: PAGE };
    upload.write(&table.head()?).await?;
    loop {
        let page = app.store.partners(&export.brand, &query).await?;
        upload.write(&table.lines(&page.partners, app.now())?).await?;
        match page.next {
            Some(place) => query.after = Some(place),
            None => break,
        }
    }
    upload.finish().await?;
    Ok(table.rows())
}

/// Lets the message come back soon.
async fn come_again(app: &App, message: &Message<ExportJob>) {
    let again = async {
        let queue = needed(&app.config.exports_queue, "EXPORTS_QUEUE")?;
        app.queues()?.later(queue, &message.receipt, AGAIN_S).await
    };
    if let Err(error) = again.await {
        // Then it comes back after the queue's usual time.
        tracing::warn!(message.id, "an export's return could not be set: {}", Chain(&error));
    }
}
