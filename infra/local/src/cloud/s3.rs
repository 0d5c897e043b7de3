//! S3: `s3s` over a plain folder. A bucket is a folder, an object is a file.
//!
//! Functions reach it in process and browsers through the port, both by the same address, which signatures cover. They
//! hold by the real time, since the library knows no other: moving the clock doesn't end a signed address early.

use std::{fs, io, path::Path, sync::Arc};

use s3s::{Body, HttpError, auth::SimpleAuth, service::S3Service, service::S3ServiceBuilder};
use s3s_fs::FileSystem;

use super::{ACCESS_KEY, SECRET_KEY};

/// The service. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Buckets {
    service: S3Service,
    names: Arc<[String]>,
}

impl Buckets {
    /// The buckets of a template, in `folder`.
    pub(crate) fn open(folder: &Path, names: &[String]) -> io::Result<Self> {
        for name in names {
            fs::create_dir_all(folder.join(name))?;
        }
        let files = FileSystem::new(folder).map_err(|error| io::Error::other(format!("{error:?}")))?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        Ok(Self { service: service.build(), names: names.into() })
    }

    /// Whether a path leads into a bucket.
    pub(crate) fn hold(&self, path: &str) -> bool {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        path.starts_with('/') && self.names.iter().any(|name| name == first)
    }

    /// Answers one call, if it is signed.
    pub(crate) async fn answer(&self, request: http::Request<Body>) -> Result<http::Response<Body>, HttpError> {
        self.service.call(request).await
    }
}
