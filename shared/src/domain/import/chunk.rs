//! The plan of an import's rows, and the outcomes of each chunk.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{ImportOptions, ProgramId, RowOutcome};

/// The brand's programs and limits as they were when the import began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPlan {
    /// Active programs; rows refer to them by their index here.
    pub open: Vec<ProgramId>,
    /// Number of rows per chunk.
    pub chunk_rows: u64,
    /// Number of people per day that the brand may invite through imports.
    pub daily_limit: u64,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl ImportPlan {
    /// Returns the programs that a row grants: those at the indexes it names, otherwise those of the import's options,
    /// otherwise all.
    #[must_use]
    pub fn granted(&self, options: &ImportOptions, named: &[u8]) -> Vec<ProgramId> {
        match (&options.programs, named) {
            (chosen, []) => chosen.clone().unwrap_or_else(|| self.open.clone()),
            (_, named) => named.iter().filter_map(|place| self.open.get(usize::from(*place)).cloned()).collect(),
        }
    }
}

/// Outcomes of the rows of one chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// One letter per row, in the order of the file.
    pub outcomes: String,
    /// Rows that could not be invited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<RowError>,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// A row that could not be invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// Row number in the file.
    pub row: u64,
    /// Outcome code.
    pub outcome: RowOutcome,
    /// Email address, or the text in its place, shortened.
    pub email: String,
    /// Reason, if there is more to say than the outcome does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl RowError {
    /// Returns the reason as one sentence.
    #[must_use]
    pub fn in_words(&self) -> String {
        self.detail.clone().unwrap_or_else(|| self.outcome.in_words().to_owned())
    }
}
