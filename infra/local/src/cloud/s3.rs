//! S3: `s3s` over a plain folder. A bucket is a folder, an object is a file.

use std::{fs, io, path::Path};

use s3s::{Body, HttpError, auth::SimpleAuth, service::S3Service, service::S3ServiceBuilder};
use s3s_fs::FileSystem;

use super::{ACCESS_KEY, SECRET_KEY};

/// The service, with the buckets of a template in `folder`.
pub(crate) fn open(folder: &Path, buckets: &[String]) -> io::Result<S3Service> {
    for bucket in buckets {
        fs::create_dir_all(folder.join(bucket))?;
    }
    let files = FileSystem::new(folder).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    Ok(service.build())
}

/// Answers one call.
pub(crate) async fn answer(
    service: &S3Service,
    request: http::Request<Body>,
) -> Result<http::Response<Body>, HttpError> {
    service.call(request).await
}
