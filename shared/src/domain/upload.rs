//! Progress of multipart uploads.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A file of which some parts have been uploaded. It exists once all of them have been.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadProgress {
    /// ID of the multipart upload.
    pub id: String,
    /// The uploaded parts in order.
    pub parts: Vec<UploadedPart>,
}

/// A part of a file, as S3 identifies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadedPart {
    /// ETag of its content.
    pub etag: String,
    /// Its checksum, if S3 returned one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crc32: Option<String>,
}

/// A file that is created from a long list: a checkpoint from which another worker can continue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileProgress {
    /// The upload and its parts.
    pub upload: UploadProgress,
    /// Position in the list after which it continues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Number of rows uploaded so far.
    pub rows: u64,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}
