//! The S3 client: files that people download, and complete copies of messages that no worker could process.

use std::time::Duration;

use aws_config::{SdkConfig, timeout::TimeoutConfig};
use aws_sdk_s3::{
    config::{RequestChecksumCalculation, ResponseChecksumValidation},
    error::SdkError,
    operation::{get_object::GetObjectError, head_object::HeadObjectError},
    presigning::PresigningConfig,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};

use crate::{
    Config,
    domain::{BrandSlug, Export, ImportId, UploadProgress, UploadedPart},
    error::{Error, ErrorChain, Result},
    invocation::CallCounter,
};

/// The number of bytes of a file held in memory. S3 accepts no part under 5 MiB except the last.
const PART_BYTES: usize = 6 * 1024 * 1024;

/// The time limit for one attempt of a call: S3 takes longer to store a part than the table to write an item.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// The time limit for S3 to assemble the parts of a file. Its reference speaks of minutes for large files; ours have at
/// most a hundred parts. Giving up earlier makes the SDK repeat the call, and the repetition may find that the upload
/// no longer exists: then the file is created again.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>
const COMPLETED_WITHIN: Duration = Duration::from_secs(60);

/// The time for which a download may stall before it is requested again. S3 drops connections that are slow or idle.
const ARRIVES_WITHIN: Duration = Duration::from_secs(15);

/// The number of times in a row that a stalled file is requested again, and the wait before the first of them.
const RESUMED_MAX: u32 = 5;
const RESUMED_AFTER: Duration = Duration::from_millis(100);

/// The files contain personal data, so browsers must not cache them.
const UNCACHED: &str = "private, no-store";

/// The bucket.
#[derive(Debug, Clone)]
pub struct Storage {
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to S3")]
    client: aws_sdk_s3::Client,
    bucket: String,
}

/// Returns the object key of an export's file.
#[must_use]
pub fn export_key(export: &Export) -> String {
    let kind = if export.person.is_some() { "json" } else { "csv" };
    format!("exports/{}/{}.{kind}", export.brand, export.id)
}

/// Returns the object key of an import's file that was sent through the API.
#[must_use]
pub fn import_key(brand: &BrandSlug, id: &ImportId) -> String {
    format!("imports/{brand}/{id}.csv")
}

/// Splits the key of an object below `imports/` into the brand and the rest; `None` for any other key.
#[must_use]
pub fn import_of_key(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix("imports/")?.split_once('/')
}

/// Returns the object key of an import's report.
#[must_use]
pub fn report_key(brand: &BrandSlug, id: &ImportId) -> String {
    format!("reports/{brand}/{id}.csv")
}

/// A file's location in the bucket, and how it is presented to the person who downloads it.
#[derive(Debug, Clone)]
pub struct File {
    /// Its key in the bucket.
    pub key: String,
    /// Its content type, such as `text/csv; charset=utf-8`.
    pub content_type: &'static str,
    /// The suggested file name: letters, digits, dots and hyphens.
    pub saved_as: String,
}

impl Storage {
    /// Creates the S3 client of a function that was given a bucket.
    pub(crate) fn of(aws: &SdkConfig, config: &Config) -> Option<Self> {
        config.bucket.clone().map(|bucket| Self::new(aws, bucket))
    }

    /// Creates a client for `bucket`. Makes no call.
    #[must_use]
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to S3")]
    pub(crate) fn new(aws: &SdkConfig, bucket: String) -> Self {
        let config = aws_sdk_s3::config::Builder::from(aws)
            // Emulators of S3 have no host name per bucket.
            .force_path_style(aws.endpoint_url().is_some())
            // Otherwise, browsers would have to send additional headers with a presigned URL.
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .timeout_config(within(ANSWER_WITHIN))
            .interceptor(CallCounter)
            .build();
        Self { client: aws_sdk_s3::Client::from_conf(config), bucket }
    }

    /// Stores a message that `worker` could not process, so that a person can examine it.
    ///
    /// # Errors
    /// Fails if S3 can't be written.
    pub async fn dead_letter(&self, worker: &str, name: &str, body: String) -> Result<()> {
        let key = format!("dead-letters/{worker}/{name}.json");
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type("application/json");
        put.body(body.into_bytes().into()).send().await.map_err(Error::internal)?;
        Ok(())
    }

    /// Begins a file, which doesn't exist until it is finished.
    pub fn begin(&self, file: File) -> Upload<'_> {
        Upload { archive: self, file, buffer: Vec::new(), progress: None }
    }

    /// Continues a file that another worker began, from the end of the last part that was sent.
    pub fn resume(&self, file: File, progress: UploadProgress) -> Upload<'_> {
        Upload { archive: self, file, buffer: Vec::new(), progress: Some(progress) }
    }

    /// Returns a URL at which anyone can download a file until `lifetime` has passed. Makes no call.
    ///
    /// # Errors
    /// Fails if there are no credentials to sign it with.
    pub async fn link(&self, key: &str, lifetime: Duration) -> Result<String> {
        let signing = PresigningConfig::expires_in(lifetime).map_err(Error::internal)?;
        let get = self.client.get_object().bucket(&self.bucket).key(key);
        Ok(get.presigned(signing).await.map_err(Error::internal)?.uri().to_owned())
    }
}

/// The reasons why a file can't be read.
#[derive(Debug)]
pub enum Unreadable {
    /// It doesn't exist, or its content has changed.
    Replaced,
    /// Any other failure.
    Failed(Error),
}

/// The metadata that was stored with an object.
pub type Said = std::collections::HashMap<String, String>;

impl Storage {
    /// Begins to read a file, if its content is still the one that `etag` identifies.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub async fn open(&self, key: &str, etag: &str) -> Result<Download, Unreadable> {
        let (body, bytes) = self.bytes_from(key, etag, 0).await?;
        let (archive, key, etag) = (self.clone(), key.to_owned(), etag.to_owned());
        Ok(Download { archive, key, etag, body, read: 0, bytes, resumed: 0 })
    }

    /// Requests the bytes of a file from an offset on. Also returns their number, if S3 reports it.
    async fn bytes_from(&self, key: &str, etag: &str, from: u64) -> Result<(ByteStream, Option<u64>), Unreadable> {
        let get = self.client.get_object().bucket(&self.bucket).key(key).if_match(quoted(etag));
        let range = (from > 0).then(|| format!("bytes={from}-"));
        match get.set_range(range).send().await {
            Ok(object) => Ok((object.body, object.content_length.and_then(|bytes| u64::try_from(bytes).ok()))),
            Err(error) if is_other(&error, GetObjectError::is_no_such_key) => Err(Unreadable::Replaced),
            Err(error) => Err(Unreadable::Failed(Error::internal(error))),
        }
    }

    /// Returns the metadata that was stored with a file, if its content is still the one that `etag` identifies.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub async fn said_of(&self, key: &str, etag: &str) -> Result<Said, Unreadable> {
        let head = self.client.head_object().bucket(&self.bucket).key(key).if_match(quoted(etag));
        match head.send().await {
            Ok(object) => Ok(object.metadata.unwrap_or_default()),
            Err(error) if is_other(&error, HeadObjectError::is_not_found) => Err(Unreadable::Replaced),
            Err(error) => Err(Unreadable::Failed(Error::internal(error))),
        }
    }

    /// Writes a small file.
    ///
    /// # Errors
    /// Fails if S3 can't be written.
    pub async fn put(&self, key: &str, content_type: &str, body: Vec<u8>) -> Result<()> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        put.body(body.into()).send().await.map(drop).map_err(Error::internal)
    }

    /// Returns a URL to which anyone can upload a file of exactly `bytes` until `lifetime` has passed. Makes no call.
    ///
    /// # Errors
    /// Fails if there are no credentials to sign it with.
    pub async fn upload_link(&self, key: &str, bytes: u64, lifetime: Duration) -> Result<String> {
        let signing = PresigningConfig::expires_in(lifetime).map_err(Error::internal)?;
        let length = i64::try_from(bytes).map_err(Error::internal)?;
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_length(length);
        Ok(put.presigned(signing).await.map_err(Error::internal)?.uri().to_owned())
    }
}

/// True if S3 reports that the object doesn't exist or has other content.
fn is_other<E>(error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>, is_missing: impl Fn(&E) -> bool) -> bool {
    let status = error.raw_response().map(|response| response.status().as_u16());
    status == Some(412) || status == Some(404) || error.as_service_error().is_some_and(is_missing)
}

/// Adds the quotes that belong to an ETag: events contain it without them.
fn quoted(etag: &str) -> String {
    format!("\"{}\"", etag.trim_matches('"'))
}

fn within(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().operation_attempt_timeout(attempt).build()
}

/// A file that is being read. If the connection breaks or stalls, the rest is requested again from where it stopped.
#[derive(Debug)]
pub struct Download {
    archive: Storage,
    key: String,
    etag: String,
    body: ByteStream,
    /// The number of bytes that have arrived.
    read: u64,
    /// The size of the file in bytes, if S3 reported it.
    bytes: Option<u64>,
    /// The number of times the rest was requested again since anything last arrived.
    resumed: u32,
}

impl Download {
    /// Returns the next bytes; `None` at the end of the file.
    ///
    /// # Errors
    /// [`Unreadable::Replaced`] if the content has changed since; [`Unreadable::Failed`] if the connection keeps
    /// breaking.
    pub async fn next(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Unreadable> {
        loop {
            let broken = match tokio::time::timeout(ARRIVES_WITHIN, self.body.try_next()).await {
                Ok(Ok(Some(arrived))) => {
                    self.read += u64::try_from(arrived.len()).map_err(Error::internal)?;
                    self.resumed = 0;
                    return Ok(Some(arrived));
                }
                Ok(Ok(None)) if self.bytes.is_none_or(|bytes| bytes <= self.read) => return Ok(None),
                Ok(Ok(None)) => Error::internal("a file ended before its end"),
                Ok(Err(cause)) => Error::internal(cause),
                Err(cause) => Error::internal(cause),
            };
            self.resume(broken).await?;
        }
    }

    async fn resume(&mut self, mut broken: Error) -> Result<(), Unreadable> {
        loop {
            if self.resumed >= RESUMED_MAX {
                return Err(Unreadable::Failed(broken));
            }
            tracing::info!(
                from = self.read,
                "the connection to a file broke, and is made again: {}",
                ErrorChain(&broken)
            );
            tokio::time::sleep(RESUMED_AFTER * 2_u32.pow(self.resumed)).await;
            self.resumed += 1;
            match self.archive.bytes_from(&self.key, &self.etag, self.read).await {
                Ok((body, _)) => {
                    self.body = body;
                    return Ok(());
                }
                Err(Unreadable::Failed(cause)) => broken = cause,
                Err(replaced @ Unreadable::Replaced) => return Err(replaced),
            }
        }
    }
}

impl From<Error> for Unreadable {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// A file that is being written. Whatever its size, only one part of it is in memory; a small file is written in one
/// call.
#[derive(Debug)]
#[must_use = "a file that is not finished is never there"]
pub struct Upload<'a> {
    archive: &'a Storage,
    file: File,
    buffer: Vec<u8>,
    /// The parts sent so far, once the file is larger than one part.
    progress: Option<UploadProgress>,
}

impl Upload<'_> {
    /// Appends to the file.
    ///
    /// # Errors
    /// Fails if S3 can't be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PART_BYTES { self.part().await } else { Ok(()) }
    }

    /// Completes the file, replacing an earlier one with the same key, and returns the ETag of its content.
    ///
    /// # Errors
    /// Fails if S3 can't be written; then there is no file, or still the earlier one.
    pub async fn finish(mut self) -> Result<String> {
        let named = |etag: Option<String>| etag.map(|etag| etag.trim_matches('"').to_owned()).unwrap_or_default();
        let Storage { client, bucket } = self.archive;
        if self.progress.is_none() {
            let put = client.put_object().bucket(bucket).key(&self.file.key).content_type(self.file.content_type);
            let put = put.content_disposition(self.file.disposition()).cache_control(UNCACHED);
            let put = put.body(self.buffer.into());
            return Ok(named(put.send().await.map_err(Error::internal)?.e_tag));
        }
        if !self.buffer.is_empty() {
            self.part().await?;
        }
        let UploadProgress { id, parts } = self.progress.unwrap_or_default();
        let part = |(number, part): (i32, UploadedPart)| {
            let sent = CompletedPart::builder().part_number(number).e_tag(part.etag);
            sent.set_checksum_crc32(part.crc32).build()
        };
        let parts = (1..).zip(parts).map(part).collect();
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = client.complete_multipart_upload().bucket(bucket).key(&self.file.key);
        let complete = complete.upload_id(id).multipart_upload(parts).customize();
        let patient = aws_sdk_s3::config::Config::builder().timeout_config(within(COMPLETED_WITHIN));
        let completed = complete.config_override(patient).send().await;
        Ok(named(completed.map_err(Error::internal)?.e_tag))
    }

    /// Returns the checkpoint from which another worker could continue: everything that was written has been sent.
    /// `None` if some of it is still in memory, or nothing was sent yet.
    #[must_use]
    pub fn progress(&self) -> Option<&UploadProgress> {
        self.progress.as_ref().filter(|_| self.buffer.is_empty())
    }

    /// Sends the bytes in memory as one part. A lifecycle rule of the bucket deletes the parts of files that are never
    /// finished.
    async fn part(&mut self) -> Result<()> {
        let Storage { client, bucket } = self.archive;
        let mut progress = match self.progress.take() {
            Some(progress) => progress,
            None => {
                let create = client.create_multipart_upload().bucket(bucket).key(&self.file.key);
                let create = create.content_type(self.file.content_type).content_disposition(self.file.disposition());
                let created = create.cache_control(UNCACHED).send().await.map_err(Error::internal)?;
                let id = created.upload_id.ok_or_else(|| Error::internal("S3 began an upload without a name"))?;
                UploadProgress { id, parts: Vec::new() }
            }
        };
        let number = i32::try_from(progress.parts.len() + 1).map_err(Error::internal)?;
        let body = std::mem::take(&mut self.buffer);
        let part = client.upload_part().bucket(bucket).key(&self.file.key).upload_id(&progress.id).part_number(number);
        let sent = part.body(body.into()).send().await.map_err(Error::internal)?;
        progress.parts.push(UploadedPart { etag: sent.e_tag.unwrap_or_default(), crc32: sent.checksum_crc32 });
        self.progress = Some(progress);
        Ok(())
    }
}

impl File {
    fn disposition(&self) -> String {
        format!("attachment; filename=\"{}\"", self.saved_as)
    }
}

#[cfg(test)]
mod tests;
