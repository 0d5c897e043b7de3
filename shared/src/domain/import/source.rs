//! Sources of an import's rows: a file or the roster.

use serde::{Deserialize, Serialize};

use crate::domain::{Bulk, RowOutcome};

/// The S3 object that an import reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// Key of the object in the bucket.
    pub key: String,
    /// ETag of its content in S3, once its arrival was reported: different content is a different file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// True if only those rows are imported that may be retried according to an earlier report.
    #[serde(default)]
    pub only_failed: bool,
}

impl ImportFile {
    /// Returns `true` if a row with this outcome in an earlier report is to be imported.
    #[must_use]
    pub fn takes(&self, earlier_outcome: Option<&str>) -> bool {
        !self.only_failed || earlier_outcome.and_then(RowOutcome::of_code).is_some_and(RowOutcome::may_be_retried)
    }
}

/// Source of an import's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportSource {
    /// A file of people.
    #[serde(rename = "file")]
    File(ImportFile),
    /// The roster: a bulk job applies one action to many of its partners.
    #[serde(rename = "bulk")]
    Roster(Bulk),
}
