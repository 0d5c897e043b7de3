//! The door to S3: files that people fetch, and, whole, what nobody can work on.

use std::time::Duration;

use aws_config::SdkConfig;
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
    domain::{BrandSlug, Export, ImportId},
    error::{Error, Result},
    invocation::CountCalls,
};

/// How much of a file is held in memory. S3 takes no part under 5 MiB but the last.
const PART_BYTES: usize = 6 * 1024 * 1024;

/// Files are of people, so no browser keeps them beside where they were saved.
const UNCACHED: &str = "private, no-store";

/// The bucket.
#[derive(Debug, Clone)]
pub struct Archive {
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to S3")]
    client: aws_sdk_s3::Client,
    bucket: String,
}

/// Where the file of an export lies.
#[must_use]
pub fn export_key(export: &Export) -> String {
    let kind = if export.person.is_some() { "json" } else { "csv" };
    format!("exports/{}/{}.{kind}", export.brand, export.id)
}

/// Where the file of an import lies that came by the API.
#[must_use]
pub fn import_key(brand: &BrandSlug, id: &ImportId) -> String {
    format!("imports/{brand}/{id}.csv")
}

/// The brand and the rest of the key of an object below `imports/`; `None` for any other.
#[must_use]
pub fn import_of_key(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix("imports/")?.split_once('/')
}

/// Where the report of an import lies.
#[must_use]
pub fn report_key(brand: &BrandSlug, id: &ImportId) -> String {
    format!("reports/{brand}/{id}.csv")
}

/// Where a file lies, and what it is to whoever fetches it.
#[derive(Debug, Clone)]
pub struct File {
    /// Its key in the bucket.
    pub key: String,
    /// What it holds, as in `text/csv; charset=utf-8`.
    pub content_type: &'static str,
    /// What it is called where it is saved; letters, digits, dots and hyphens.
    pub saved_as: String,
}

impl Archive {
    /// The door of a function that was given a bucket.
    pub(crate) fn of(aws: &SdkConfig, config: &Config) -> Option<Self> {
        config.bucket.clone().map(|bucket| Self::new(aws, bucket))
    }

    /// Makes no call.
    #[must_use]
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to S3")]
    pub(crate) fn new(aws: &SdkConfig, bucket: String) -> Self {
        let config = aws_sdk_s3::config::Builder::from(aws)
            // Stand-ins for S3 have no host name per bucket.
            .force_path_style(aws.endpoint_url().is_some())
            // Or else a signed link would ask browsers for headers of its own.
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .interceptor(CountCalls)
            .build();
        Self { client: aws_sdk_s3::Client::from_conf(config), bucket }
    }

    /// Keeps what `worker` could not work on, for a person to look at.
    ///
    /// # Errors
    /// If S3 can't be written.
    pub async fn dead_letter(&self, worker: &str, name: &str, body: String) -> Result<()> {
        let key = format!("dead-letters/{worker}/{name}.json");
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type("application/json");
        put.body(body.into_bytes().into()).send().await.map_err(Error::internal)?;
        Ok(())
    }

    /// Begins a file, which is not there before it is finished.
    pub fn begin(&self, file: File) -> Upload<'_> {
        Upload { archive: self, file, buffer: Vec::new(), id: None, parts: Vec::new() }
    }

    /// An address under which anybody can fetch a file until `lifetime` is over. Makes no call.
    ///
    /// # Errors
    /// If there are no credentials to sign it with.
    pub async fn link(&self, key: &str, lifetime: Duration) -> Result<String> {
        let signing = PresigningConfig::expires_in(lifetime).map_err(Error::internal)?;
        let get = self.client.get_object().bucket(&self.bucket).key(key);
        Ok(get.presigned(signing).await.map_err(Error::internal)?.uri().to_owned())
    }
}

/// A file that was to be read and can't be.
#[derive(Debug)]
pub enum Unreadable {
    /// It is not there, or its content is another one.
    Replaced,
    /// Everything else.
    Failed(Error),
}

/// What an object's owner says of it.
pub type Said = std::collections::HashMap<String, String>;

impl Archive {
    /// Begins to read a file, if its content is the one that `etag` stands for.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub async fn open(&self, key: &str, etag: &str) -> Result<Download, Unreadable> {
        let get = self.client.get_object().bucket(&self.bucket).key(key).if_match(quoted(etag));
        match get.send().await {
            Ok(object) => Ok(Download(object.body)),
            Err(error) if is_other(&error, GetObjectError::is_no_such_key) => Err(Unreadable::Replaced),
            Err(error) => Err(Unreadable::Failed(Error::internal(error))),
        }
    }

    /// What was said of a file when it was put there, if its content is still the one that `etag` stands for.
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

    /// Puts a small file in its place.
    ///
    /// # Errors
    /// If S3 can't be written.
    pub async fn put(&self, key: &str, content_type: &str, body: Vec<u8>) -> Result<()> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        put.body(body.into()).send().await.map(drop).map_err(Error::internal)
    }

    /// An address to which anybody can upload a file of exactly `bytes` until `lifetime` is over. Makes no call.
    ///
    /// # Errors
    /// If there are no credentials to sign it with.
    pub async fn upload_link(&self, key: &str, bytes: u64, lifetime: Duration) -> Result<String> {
        let signing = PresigningConfig::expires_in(lifetime).map_err(Error::internal)?;
        let length = i64::try_from(bytes).map_err(Error::internal)?;
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_length(length);
        Ok(put.presigned(signing).await.map_err(Error::internal)?.uri().to_owned())
    }
}

/// Whether S3 says that there is no such content.
fn is_other<E>(error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>, is_missing: impl Fn(&E) -> bool) -> bool {
    let status = error.raw_response().map(|response| response.status().as_u16());
    status == Some(412) || status == Some(404) || error.as_service_error().is_some_and(is_missing)
}

/// Events tell an ETag without the quotes that belong to it.
fn quoted(etag: &str) -> String {
    format!("\"{}\"", etag.trim_matches('"'))
}

/// A file that is being read.
#[derive(Debug)]
pub struct Download(ByteStream);

impl Download {
    /// The next bytes of it; `None` at its end.
    ///
    /// # Errors
    /// If the connection breaks.
    pub async fn next(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>> {
        self.0.try_next().await.map_err(Error::internal)
    }
}

/// A file on its way. Whatever its size, one part of it is in memory; a small one is written in one call.
#[derive(Debug)]
#[must_use = "a file that is not finished is never there"]
pub struct Upload<'a> {
    archive: &'a Archive,
    file: File,
    buffer: Vec<u8>,
    id: Option<String>,
    parts: Vec<CompletedPart>,
}

impl Upload<'_> {
    /// Goes on with the file.
    ///
    /// # Errors
    /// If S3 can't be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PART_BYTES { self.part().await } else { Ok(()) }
    }

    /// Makes the file be there, in the place of one that was, and gives back what S3 knows its content by.
    ///
    /// # Errors
    /// If S3 can't be written; then there is no file, or the one that was.
    pub async fn finish(mut self) -> Result<String> {
        let named = |etag: Option<String>| etag.map(|etag| etag.trim_matches('"').to_owned()).unwrap_or_default();
        let Archive { client, bucket } = self.archive;
        if self.id.is_none() {
            let put = client.put_object().bucket(bucket).key(&self.file.key).content_type(self.file.content_type);
            let put = put.content_disposition(self.file.disposition()).cache_control(UNCACHED);
            let put = put.body(self.buffer.into());
            return Ok(named(put.send().await.map_err(Error::internal)?.e_tag));
        }
        if !self.buffer.is_empty() {
            self.part().await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts)).build();
        let complete = client.complete_multipart_upload().bucket(bucket).key(&self.file.key);
        let complete = complete.set_upload_id(self.id).multipart_upload(parts);
        Ok(named(complete.send().await.map_err(Error::internal)?.e_tag))
    }

    /// Sends what is in memory. Parts of files that are never finished are swept by a rule of the bucket.
    async fn part(&mut self) -> Result<()> {
        let Archive { client, bucket } = self.archive;
        let id = match self.id.take() {
            Some(id) => id,
            None => {
                let create = client.create_multipart_upload().bucket(bucket).key(&self.file.key);
                let create = create.content_type(self.file.content_type).content_disposition(self.file.disposition());
                let created = create.cache_control(UNCACHED).send().await.map_err(Error::internal)?;
                created.upload_id.ok_or_else(|| Error::internal("S3 began an upload without a name"))?
            }
        };
        let number = i32::try_from(self.parts.len() + 1).map_err(Error::internal)?;
        let body = std::mem::take(&mut self.buffer);
        let part = client.upload_part().bucket(bucket).key(&self.file.key).upload_id(&id).part_number(number);
        let sent = part.body(body.into()).send().await.map_err(Error::internal)?;
        let done = CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag);
        self.parts.push(done.set_checksum_crc32(sent.checksum_crc32).build());
        self.id = Some(id);
        Ok(())
    }
}

impl File {
    fn disposition(&self) -> String {
        format!("attachment; filename=\"{}\"", self.saved_as)
    }
}
