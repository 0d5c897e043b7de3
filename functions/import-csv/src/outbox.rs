//! Chunks on their way out: ten to a call, or fewer if they are large.

use shared::{
    domain::Import,
    queue::{RowJob, RowWork, RowsJob},
};

/// How many chunks go out in one call.
const CHUNKS: usize = 10;

/// How much one call carries. SQS takes four times as much, and took only this for long.
const BYTES: usize = 250_000;

/// Rows that are yet to go out, in chunks of a fixed number of rows, so that whoever comes next cuts them alike.
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

    /// Puts one more row in.
    pub(crate) fn put(&mut self, row: RowJob) {
        self.bytes += size(&row);
        self.rows.push(row);
        if self.rows.len() == self.chunk_rows {
            self.chunks.push(std::mem::take(&mut self.rows));
        }
    }

    /// Whether it is time to send: there is no room for another chunk.
    pub(crate) fn is_full(&self) -> bool {
        let largest = self.chunks.iter().map(|rows| rows.iter().map(size).sum::<usize>()).max().unwrap_or_default();
        let whole = self.rows.is_empty() && !self.chunks.is_empty();
        whole && (self.chunks.len() == CHUNKS || self.bytes + largest.max(BYTES / CHUNKS) > BYTES)
    }

    /// No more rows will come: what is left is a chunk too.
    pub(crate) fn end(&mut self) {
        if !self.rows.is_empty() {
            self.chunks.push(std::mem::take(&mut self.rows));
        }
    }

    /// Takes out what is in it, as messages of an import that has sent so many chunks before.
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

/// How many of the rows are people that are yet to be invited.
pub(crate) fn people(jobs: &[RowsJob]) -> u64 {
    let rows = jobs.iter().flat_map(|job| &job.rows);
    rows.filter(|row| matches!(row.what, RowWork::Bring { .. })).map(|_| 1).sum()
}

/// About how many bytes a row takes in a message.
fn size(row: &RowJob) -> usize {
    const FRAME: usize = 60;
    match &row.what {
        RowWork::Bring { email, name, programs } => {
            FRAME + email.as_str().len() + 2 * name.as_str().len() + 4 * programs.len()
        }
        RowWork::Decided(problem) => {
            FRAME + 2 * problem.email.len() + 2 * problem.detail.as_ref().map_or(0, String::len)
        }
    }
}
