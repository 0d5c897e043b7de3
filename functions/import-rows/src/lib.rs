//! Behind the queue of chunks: brings the people of a file in, as *Invite* does, or does something to partners of the
//! roster, as an admin does it to one; and ends the chunk.
//!
//! Every row leaves its mark on what it writes, so a chunk that comes again finds its own work and does the rest. If
//! workers took a chunk up again and again and none ended it, what is not done has failed.

mod acts;
mod person;
mod row;
mod rows;
mod write;

use shared::{
    App, Function, Result,
    domain::{ATTEMPTS_MAX, BrandSlug, Chunk, Counts, FILES_KEPT, ImportId, RowOutcome},
    queue::{ChunkJob, PartnersJob, RowWork, RowsJob},
    worker::{self, Message},
};

use crate::{
    acts::Acts,
    rows::{Came, Rows},
};

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_settings(&["SERVER_KEY"])
}

async fn handle(app: App, message: Message<ChunkJob>) -> Result<()> {
    let given_up = is_given_up(&app, &message).await?;
    match &message.job {
        ChunkJob::Rows(job) => {
            let Some(rows) = Rows::find(&app, job, given_up).await? else { return Ok(()) };
            let which = (&job.brand, &job.import);
            if !rows.have_ended() {
                end(&app, (which, job.chunk), rows.bring_in().await?, job.day.map(|day| (day, people(job)))).await?;
            }
            finish(&app, which).await
        }
        ChunkJob::Partners(job) => {
            let Some(acts) = Acts::find(&app, job, given_up).await? else { return Ok(()) };
            let which = (&job.brand, &job.import);
            if !acts.have_ended() {
                end(&app, (which, job.chunk), acts.act().await?, job.day.map(|day| (day, acted_on(job)))).await?;
            }
            finish(&app, which).await
        }
    }
}

/// Whether workers took the chunk up too often. Its message may have been received more often than that, since Lambda
/// returns what it has no concurrency for: that is no attempt.
async fn is_given_up(app: &App, message: &Message<ChunkJob>) -> Result<bool> {
    if message.deliveries <= 1 {
        return Ok(false);
    }
    let (brand, import, chunk) = match &message.job {
        ChunkJob::Rows(RowsJob { brand, import, chunk, .. })
        | ChunkJob::Partners(PartnersJob { brand, import, chunk, .. }) => (brand, import, *chunk),
    };
    Ok(app.store.count_chunk_attempt((brand, import), chunk).await? > ATTEMPTS_MAX)
}

/// Ends a chunk, of whose people some were counted to a day of the brand's limit.
async fn end(
    app: &App,
    (which, number): ((&BrandSlug, &ImportId), u64),
    came: Vec<Came>,
    counted: Option<(i64, u64)>,
) -> Result<()> {
    let outcomes: Vec<RowOutcome> = came.iter().map(|(outcome, _)| *outcome).collect();
    let counts: Counts = outcomes.iter().copied().collect();
    let mailed = counts.of(RowOutcome::Invited) + counts.of(RowOutcome::Resent);
    let unused = counted.map(|(day, people)| (day, people.saturating_sub(mailed)));
    let chunk = Chunk {
        outcomes: outcomes.iter().map(|outcome| outcome.letter()).collect(),
        problems: came.into_iter().filter_map(|(_, problem)| problem).collect(),
        expires_at: app.now() + FILES_KEPT,
    };
    app.store.end_chunk(which, (number, &chunk), &counts, unused).await.map(drop)
}

async fn finish(app: &App, which: (&BrandSlug, &ImportId)) -> Result<()> {
    app.store.finish_import(which, (app.fresh(), app.now())).await
}

/// How many people of a chunk were counted to a day of the brand's limit.
fn people(job: &RowsJob) -> u64 {
    job.rows.iter().filter(|row| matches!(row.what, RowWork::Bring { .. })).map(|_| 1).sum()
}

/// How many of the roster were.
fn acted_on(job: &PartnersJob) -> u64 {
    job.selection.partners.iter().map(|_| 1).sum()
}
