//! What came of the rows, in the order of the file, read from the table as it is needed.

use std::collections::{HashMap, VecDeque};

use shared::{
    App, Result,
    domain::{Chunk, Import, RowOutcome},
};

/// How many chunks are read at a time: as many as one call brings.
const AT_ONCE: u64 = 100;

/// The outcomes that are yet to come.
pub(crate) struct Outcomes<'a> {
    app: &'a App,
    import: &'a Import,
    chunk_rows: u64,
    /// The next chunk that is to be read.
    chunk: u64,
    ready: VecDeque<RowOutcome>,
    /// What more there is to say of rows of the chunks that were read last, by number.
    said: HashMap<u64, String>,
}

impl<'a> Outcomes<'a> {
    pub(crate) fn new(app: &'a App, import: &'a Import, chunk_rows: u64) -> Self {
        Self { app, import, chunk_rows, chunk: 0, ready: VecDeque::new(), said: HashMap::new() }
    }

    /// What came of the next row, and a sentence about it.
    pub(crate) async fn next(&mut self, number: u64) -> Result<(RowOutcome, String)> {
        if self.ready.is_empty() && self.chunk < self.import.chunks_sent {
            self.read().await?;
        }
        // What never went out was cancelled before, or could not be read to its end.
        let never = if self.import.failure.is_some() { RowOutcome::Failed } else { RowOutcome::Cancelled };
        let outcome = self.ready.pop_front().unwrap_or(never);
        let sentence = self.said.remove(&number).unwrap_or_else(|| outcome.in_words().to_owned());
        Ok((outcome, sentence))
    }

    async fn read(&mut self) -> Result<()> {
        let end = (self.chunk + AT_ONCE).min(self.import.chunks_sent);
        let chunks = self.app.store.chunks((&self.import.brand, &self.import.id), self.chunk..end).await?;
        self.chunk = end;
        self.said.clear();
        for chunk in chunks {
            let Some(Chunk { outcomes, problems, .. }) = chunk else {
                // Its rows went out, and then nobody wrote what came of them. That can't be, and must not shift the rest.
                tracing::error!(import.id = %self.import.id, "a chunk of an import is missing");
                self.ready.extend((0..self.chunk_rows).map(|_| RowOutcome::Failed));
                continue;
            };
            self.ready.extend(outcomes.chars().filter_map(RowOutcome::of_letter));
            self.said.extend(problems.into_iter().map(|problem| (problem.row, problem.in_words())));
        }
        Ok(())
    }
}
