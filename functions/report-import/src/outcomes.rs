//! Returns the outcomes of rows in the order of the file, reading them from the table as needed.

use std::collections::{HashMap, VecDeque};

use shared::{
    App, Result,
    domain::{Chunk, Import, RowOutcome},
};

/// Number of chunks per read, which one call returns.
const AT_ONCE: u64 = 100;

/// The outcomes that weren't returned yet.
pub(crate) struct Outcomes<'a> {
    app: &'a App,
    import: &'a Import,
    chunk_rows: u64,
    /// The next chunk to read.
    chunk: u64,
    /// Number of that chunk's rows to skip.
    skip: u64,
    ready: VecDeque<RowOutcome>,
    /// Details about rows of the last chunks that were read, by row number.
    said: HashMap<u64, String>,
}

impl<'a> Outcomes<'a> {
    /// Starts after the first `rows_before` rows.
    pub(crate) fn after(app: &'a App, import: &'a Import, (chunk_rows, rows_before): (u64, u64)) -> Self {
        let chunk_rows = chunk_rows.max(1);
        let (chunk, skip) = (rows_before / chunk_rows, rows_before % chunk_rows);
        Self { app, import, chunk_rows, chunk, skip, ready: VecDeque::new(), said: HashMap::new() }
    }

    /// Returns the outcome of the next row, and a sentence about it.
    pub(crate) async fn next(&mut self, number: u64) -> Result<(RowOutcome, String)> {
        if self.ready.is_empty() {
            self.read().await?;
            let skipped = usize::try_from(std::mem::take(&mut self.skip)).unwrap_or_default().min(self.ready.len());
            self.ready.drain(..skipped);
        }
        let outcome = self.ready.pop_front().unwrap_or_else(|| self.never());
        let words = if self.import.options.dry_run { outcome.would_be() } else { outcome.in_words() };
        let sentence = self.said.remove(&number).unwrap_or_else(|| words.to_owned());
        Ok((outcome, sentence))
    }

    async fn read(&mut self) -> Result<()> {
        let numbers = self.chunk..self.chunk + AT_ONCE;
        let chunks = self.app.store.chunks((&self.import.brand, &self.import.id), numbers.clone()).await?;
        self.chunk = numbers.end;
        self.said.clear();
        for (number, chunk) in numbers.zip(chunks) {
            let Some(Chunk { outcomes, problems, .. }) = chunk else {
                if number < self.import.chunks_sent {
                    // Its rows were dispatched, but their outcomes are missing. This should be impossible, and must
                    // not shift the other rows.
                    tracing::error!(import.id = %self.import.id, "a chunk of an import is missing");
                }
                let never = self.never();
                self.ready.extend((0..self.chunk_rows).map(|_| never));
                continue;
            };
            self.ready.extend(outcomes.chars().filter_map(RowOutcome::of_letter));
            self.said.extend(problems.into_iter().map(|problem| (problem.row, problem.in_words())));
        }
        Ok(())
    }

    /// Returns the outcome of rows that weren't dispatched, because of a cancellation or because the file
    /// couldn't be read completely.
    fn never(&self) -> RowOutcome {
        if self.import.cancelled_at.is_some() { RowOutcome::Cancelled } else { RowOutcome::Failed }
    }
}
