//! How far the upload of a file that is made in parts has come.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A file of which some parts are in the bucket. It is there when all of them are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadProgress {
    /// Names the upload.
    pub id: String,
    /// The parts, in their order.
    pub parts: Vec<UploadedPart>,
}

/// A part of a file, as the bucket named it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedPart {
    /// Names its content.
    pub etag: String,
    /// Its checksum, if the bucket gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc32: Option<String>,
}

/// A file that is made of a long list, so that another worker can go on with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileProgress {
    /// What was sent of it.
    pub upload: UploadProgress,
    /// The place in the list after which it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// How many rows were sent.
    pub rows: u64,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}
