//! Reading imports and the outcomes of their rows, and the progress of their reports.

use super::Which;
use crate::{
    domain::{BrandSlug, Chunk, FileProgress, Import, ImportId, RowError},
    error::Result,
    store::{Key, Store, Update, attribute, keys},
};

/// The number of problematic rows that are shown, and the number of chunks that are searched for them.
const PROBLEMS_SHOWN: usize = 100;
const PROBLEM_CHUNKS: usize = 20;

impl Store {
    /// Stores the checkpoint of an import's report for another worker.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn keep_report_progress(&self, which: Which<'_>, progress: &FileProgress) -> Result<()> {
        self.put_whole(&keys::report_progress(which.0, which.1), progress).await
    }

    /// Records that the report of an import is complete.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_report(&self, which: Which<'_>, etag: &str) -> Result<()> {
        let key = keys::import(which.0, which.1);
        self.update_if(&key, Update::of(&key).set("report_etag", attribute(etag)?)).await.map(drop)
    }

    /// Lists a page of a brand's imports, newest first, and returns the cursor of the next one. Makes two read steps.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn imports(
        &self,
        brand: &BrandSlug,
        after: Option<&ImportId>,
        limit: usize,
    ) -> Result<(Vec<Import>, Option<ImportId>)> {
        let after = after.map(ImportId::as_str);
        let mut listed = self.listed(&keys::imports(brand), after, limit + 1).await?;
        let more = listed.len() > limit;
        listed.truncate(limit);
        let found = self.read(listed.iter().map(|(_, key)| key.clone())).await?;
        let imports = listed.iter().map(|(_, key)| found.at::<Import>(key)).collect::<Result<Vec<_>>>()?;
        let next = listed.last().filter(|_| more).and_then(|(id, _)| ImportId::parse(id).ok());
        Ok((imports.into_iter().flatten().collect(), next))
    }

    /// Returns the first rows of an import that could not be invited.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn row_problems(&self, which: Which<'_>) -> Result<Vec<RowError>> {
        let listed = self.listed(&keys::chunks_with_problems(which.0, which.1), None, PROBLEM_CHUNKS).await?;
        let found = self.read(listed.iter().map(|(_, key)| key.clone())).await?;
        let chunks = listed.iter().map(|(_, key)| found.at::<Chunk>(key)).collect::<Result<Vec<_>>>()?;
        let problems = chunks.into_iter().flatten().flat_map(|chunk| chunk.problems);
        Ok(problems.take(PROBLEMS_SHOWN).collect())
    }

    /// Returns the results of those of the given chunks that were completed, in one step for up to a hundred.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn chunks(&self, which: Which<'_>, numbers: std::ops::Range<u64>) -> Result<Vec<Option<Chunk>>> {
        let keys: Vec<_> = numbers.map(|number| keys::import_chunk(which.0, which.1, number)).collect();
        let found = self.read(keys.iter().map(Key::raw)).await?;
        keys.iter().map(|key| found.get(key)).collect()
    }
}
