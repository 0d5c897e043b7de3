//! What rows of an import go out with, and what came of those that went out together.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{ImportOptions, ProgramId, RowOutcome};

/// The programs as an import found them when it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPlan {
    /// Those that were open; rows name them by their place here.
    pub open: Vec<ProgramId>,
    /// How many rows go out together.
    pub chunk_rows: u64,
    /// How many people a day the brand may invite by imports.
    pub daily_limit: u64,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl ImportPlan {
    /// What a row grants: the programs at the places that it names, or else what the import says, or else all of them.
    #[must_use]
    pub fn granted(&self, options: &ImportOptions, named: &[u8]) -> Vec<ProgramId> {
        match (&options.programs, named) {
            (chosen, []) => chosen.clone().unwrap_or_else(|| self.open.clone()),
            (_, named) => named.iter().filter_map(|place| self.open.get(usize::from(*place)).cloned()).collect(),
        }
    }
}

/// What came of the rows of one chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// A letter for each row, in the order of the file.
    pub outcomes: String,
    /// The rows that could not be invited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<RowProblem>,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

/// A row that could not be invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// Its number in the file.
    pub row: u64,
    /// What came of it.
    pub outcome: RowOutcome,
    /// Its address, or what stands where it should be, cut short.
    pub email: String,
    /// Why, if there is more to say than the outcome says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl RowProblem {
    /// Why, in one sentence.
    #[must_use]
    pub fn in_words(&self) -> String {
        self.detail.clone().unwrap_or_else(|| self.outcome.in_words().to_owned())
    }
}
