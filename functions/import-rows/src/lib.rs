//! Behind the queue of rows: brings the people of a chunk in, as *Invite* does, and ends the chunk.
//!
//! Every row leaves its mark on what it writes, so a chunk that comes again finds its own work and does the rest. A
//! chunk that failed again and again comes once more, from the queue of dead letters: then what is not done has failed.

mod person;
mod rows;

use shared::{
    App, Function, Result,
    domain::{Chunk, Counts, FILES_KEPT, RowOutcome},
    queue::{RowWork, RowsJob},
    worker::{self, Message},
};

use crate::rows::Rows;

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_settings(&["IMPORT_ROWS_DEAD_QUEUE", "SERVER_KEY"])
}

async fn handle(app: App, message: Message<RowsJob>) -> Result<()> {
    let job = &message.job;
    let given_up = message.is_from(app.config.import_rows_dead_queue.as_deref());
    let Some(rows) = Rows::find(&app, job, given_up).await? else { return Ok(()) };

    if !rows.have_ended() {
        let came = rows.bring_in().await?;
        let outcomes: Vec<RowOutcome> = came.iter().map(|(outcome, _)| *outcome).collect();
        let counts: Counts = outcomes.iter().copied().collect();
        let unused = people(job).saturating_sub(counts.of(RowOutcome::Invited));
        let chunk = Chunk {
            outcomes: outcomes.iter().map(|outcome| outcome.letter()).collect(),
            problems: came.into_iter().filter_map(|(_, problem)| problem).collect(),
            expires_at: app.now() + FILES_KEPT,
        };
        app.store.end_chunk(job, &chunk, &counts, unused).await?;
    }
    app.store.finish_import((&job.brand, &job.import), (app.fresh(), app.now())).await
}

/// How many people of a chunk were counted to a day of the brand's limit.
fn people(job: &RowsJob) -> u64 {
    let counted = job.rows.iter().filter(|row| job.day.is_some() && matches!(row.what, RowWork::Bring { .. }));
    counted.map(|_| 1).sum()
}
