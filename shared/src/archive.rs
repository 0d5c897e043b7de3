//! The door to S3: where goes, whole, what nobody can work on.

use aws_config::SdkConfig;

use crate::error::{Error, Result};

/// The bucket.
#[derive(Debug, Clone)]
pub struct Archive {
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to S3")]
    client: aws_sdk_s3::Client,
    bucket: String,
}

impl Archive {
    /// Makes no call.
    #[must_use]
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to S3")]
    pub(crate) fn new(aws: &SdkConfig, bucket: String) -> Self {
        // Stand-ins for S3 have no host name per bucket.
        let config = aws_sdk_s3::config::Builder::from(aws).force_path_style(aws.endpoint_url().is_some()).build();
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
}
