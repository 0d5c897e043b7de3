//! Where the rows of an import come from: a file, or the roster.

use serde::{Deserialize, Serialize};

use crate::domain::{Bulk, RowOutcome};

/// Which object an import reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// Its key in the bucket.
    pub key: String,
    /// What S3 knows its content by, once it was announced: another content is another file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Whether only rows count of which an earlier report says that they may be tried again.
    #[serde(default)]
    pub only_failed: bool,
}

impl ImportFile {
    /// Whether a row is to be imported of which an earlier report says this.
    #[must_use]
    pub fn takes(&self, earlier_outcome: Option<&str>) -> bool {
        !self.only_failed || earlier_outcome.and_then(RowOutcome::of_code).is_some_and(RowOutcome::may_be_retried)
    }
}

/// Where the rows of an import come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportSource {
    /// A file of people.
    #[serde(rename = "file")]
    File(ImportFile),
    /// The roster: something is done to many of its partners.
    #[serde(rename = "bulk")]
    Roster(Bulk),
}
