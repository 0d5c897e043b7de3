//! The door to S3: files that people fetch, and, whole, what nobody can work on.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_s3::{
    config::ResponseChecksumValidation,
    presigning::PresigningConfig,
    types::{CompletedMultipartUpload, CompletedPart},
};

use crate::{
    domain::{BrandSlug, ExportId},
    error::{Error, Result},
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
pub fn export_key(brand: &BrandSlug, id: &ExportId) -> String {
    format!("exports/{brand}/{id}.csv")
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
    /// Makes no call.
    #[must_use]
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to S3")]
    pub(crate) fn new(aws: &SdkConfig, bucket: String) -> Self {
        let config = aws_sdk_s3::config::Builder::from(aws)
            // Stand-ins for S3 have no host name per bucket.
            .force_path_style(aws.endpoint_url().is_some())
            // Or else a signed link would ask browsers for a header of its own.
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
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

    /// Makes the file be there, in the place of one that was.
    ///
    /// # Errors
    /// If S3 can't be written; then there is no file, or the one that was.
    pub async fn finish(mut self) -> Result<()> {
        let Archive { client, bucket } = self.archive;
        if self.id.is_none() {
            let put = client.put_object().bucket(bucket).key(&self.file.key).content_type(self.file.content_type);
            let put = put.content_disposition(self.file.disposition()).cache_control(UNCACHED);
            let put = put.body(self.buffer.into());
            return put.send().await.map(drop).map_err(Error::internal);
        }
        if !self.buffer.is_empty() {
            self.part().await?;
        }
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.parts)).build();
        let complete = client.complete_multipart_upload().bucket(bucket).key(&self.file.key);
        let complete = complete.set_upload_id(self.id).multipart_upload(parts);
        complete.send().await.map(drop).map_err(Error::internal)
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
