//! SQS consumer that processes a chunk of rows: invites the people of a file as `invite-partner` does, or applies a
//! bulk action to partners of the roster, and completes the chunk.
//!
//! Every write carries the row's identifier, so that a redelivered chunk recognizes what is done and does only the
//! rest. If workers claimed a chunk too often without completing it, the remaining rows fail.

mod acts;
mod person;
mod row;
mod rows;
mod write;

use shared::{
    App, Function, Result,
    domain::{ATTEMPTS_MAX, BrandSlug, Chunk, Counts, FILES_KEPT, ImportId, RowOutcome},
    jobs::{ChunkJob, PartnersJob, RowTask, RowsJob},
    runtime::worker::{self, Message},
};

use crate::{
    acts::Acts,
    rows::{Came, Rows},
};

/// Returns the function, with its routes or event source.
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

/// True if workers attempted the chunk too often. The receive count of its message may be higher, since Lambda returns
/// messages for which it has no concurrency; those aren't attempts.
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

/// Completes a chunk. `counted` is the day of the daily limit, and the people reserved in it.
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

/// Counts the people of a chunk of a file who were reserved in the daily limit.
fn people(job: &RowsJob) -> u64 {
    job.rows.iter().filter(|row| matches!(row.what, RowTask::Bring { .. })).map(|_| 1).sum()
}

/// Counts those of a chunk of a bulk job.
fn acted_on(job: &PartnersJob) -> u64 {
    job.selection.partners.iter().map(|_| 1).sum()
}
