//! Batches chunks for SQS: ten per call, or fewer if they are large.

use shared::{
    domain::Import,
    jobs::{RowJob, RowTask, RowsJob},
};

/// Number of chunks per call.
const CHUNKS: usize = 10;

/// Maximum size of one call. SQS accepts four times as much today, but accepted only this much for a long time.
const BYTES: usize = 250_000;

/// Rows to be dispatched, in chunks of a fixed number of rows, so that the next invocation cuts them in the same way.
pub(crate) struct Outbox {
    chunk_rows: usize,
    rows: Vec<RowJob>,
    chunks: Vec<Vec<RowJob>>,
    bytes: usize,
}

impl Outbox {
    pub(crate) fn new(chunk_rows: u64) -> Self {
        let chunk_rows = usize::try_from(chunk_rows).unwrap_or(1);
        Self { chunk_rows, rows: Vec::new(), chunks: Vec::new(), bytes: 0 }
    }

    /// Adds a row.
    pub(crate) fn put(&mut self, row: RowJob) {
        self.bytes += size(&row);
        self.rows.push(row);
        if self.rows.len() == self.chunk_rows {
            self.chunks.push(std::mem::take(&mut self.rows));
        }
    }

    /// True if the batch has to be sent because there is no room for another chunk.
    pub(crate) fn is_full(&self) -> bool {
        let largest = self.chunks.iter().map(|rows| rows.iter().map(size).sum::<usize>()).max().unwrap_or_default();
        let whole = self.rows.is_empty() && !self.chunks.is_empty();
        whole && (self.chunks.len() == CHUNKS || self.bytes + largest.max(BYTES / CHUNKS) > BYTES)
    }

    /// Ends the rows: the remaining ones become the last chunk.
    pub(crate) fn end(&mut self) {
        if !self.rows.is_empty() {
            self.chunks.push(std::mem::take(&mut self.rows));
        }
    }

    /// Takes the chunks out as messages, numbered after those that the import dispatched before.
    pub(crate) fn take(&mut self, import: &Import) -> Vec<RowsJob> {
        self.bytes = 0;
        let chunks = std::mem::take(&mut self.chunks).into_iter();
        let numbered = (import.chunks_sent..).zip(chunks);
        let job = |(chunk, rows)| {
            let (brand, id) = (import.brand.clone(), import.id.clone());
            RowsJob { brand, import: id, chunk, day: None, rows }
        };
        numbered.map(job).collect()
    }
}

/// Counts the rows with people to invite.
pub(crate) fn people(jobs: &[RowsJob]) -> u64 {
    let rows = jobs.iter().flat_map(|job| &job.rows);
    rows.filter(|row| matches!(row.what, RowTask::Bring { .. })).map(|_| 1).sum()
}

/// Estimates the size of a row in a message, in bytes.
fn size(row: &RowJob) -> usize {
    const FRAME: usize = 60;
    match &row.what {
        RowTask::Bring { email, name, programs } => {
            FRAME + email.as_str().len() + 2 * name.as_str().len() + 4 * programs.len()
        }
        RowTask::Decided(problem) => {
            FRAME + 2 * problem.email.len() + 2 * problem.detail.as_ref().map_or(0, String::len)
        }
    }
}
