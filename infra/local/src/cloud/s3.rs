//! S3: `s3s` over a plain folder. A bucket is a folder, an object is a file.
//!
//! Functions reach it in process and browsers through the port, both with the same URL, which signatures cover.
//! Presigned URLs expire by the real time, since the emulator knows no other: moving the clock doesn't end them early.

use std::{
    fs, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use http::{HeaderMap, Method, StatusCode, header};
use s3s::{Body, HttpError, auth::SimpleAuth, service::S3Service, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use serde_json::json;

use super::{ACCESS_KEY, SECRET_KEY, bus::Bus};
use crate::{
    clock::LocalClock,
    template::{ACCOUNT, Bucket, REGION},
};

/// The service. Clones share the same service.
#[derive(Clone)]
pub(crate) struct Buckets {
    service: S3Service,
    buckets: Arc<[Bucket]>,
    bus: Bus,
    clock: LocalClock,
}

impl Buckets {
    /// Opens the buckets of a template in `folder`.
    pub(crate) fn open(folder: &Path, buckets: &[Bucket], bus: Bus, clock: LocalClock) -> io::Result<Self> {
        for bucket in buckets {
            fs::create_dir_all(folder.join(&bucket.name))?;
        }
        let files = FileSystem::new(folder).map_err(|error| io::Error::other(format!("{error:?}")))?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        Ok(Self { service: service.build(), buckets: buckets.into(), bus, clock })
    }

    /// Returns `true` if a path belongs to a bucket.
    pub(crate) fn hold(&self, path: &str) -> bool {
        self.bucket_and_key(path).is_some()
    }

    /// Handles one call, if it is signed. The event of a stored object has been published when this returns.
    pub(crate) async fn answer(&self, request: http::Request<Body>) -> Result<http::Response<Body>, HttpError> {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let wanted = request.headers().get(header::IF_MATCH).cloned();
        let length = number(request.headers(), "content-length");
        // A chunked upload by the SDK has a header with the length of its content alone.
        let length = number(request.headers(), "x-amz-decoded-content-length").or(length);
        let response = self.service.call(request).await?;
        let etag = response.headers().get(header::ETAG).cloned();
        // The emulator checks this condition only for writes.
        let reads = matches!(method, Method::GET | Method::HEAD);
        if reads && response.status().is_success() && wanted.is_some_and(|wanted| Some(wanted) != etag) {
            let mut refusal = http::Response::new(Body::from(String::new()));
            *refusal.status_mut() = StatusCode::PRECONDITION_FAILED;
            return Ok(refusal);
        }
        let part =
            |name: &str| uri.query().unwrap_or_default().split('&').any(|part| part.split('=').next() == Some(name));
        let whole = method == Method::PUT && !part("partNumber");
        let completed = method == Method::POST && part("uploadId");
        if (whole || completed)
            && response.status().is_success()
            && let Some((bucket, key)) = self.bucket_and_key(uri.path()).filter(|(bucket, _)| bucket.announces)
        {
            let etag = etag.as_ref().and_then(|etag| etag.to_str().ok()).unwrap_or_default();
            self.announce(bucket, key, (etag.trim_matches('"'), length.filter(|_| whole))).await;
        }
        Ok(response)
    }

    fn bucket_and_key<'a>(&self, path: &'a str) -> Option<(&Bucket, &'a str)> {
        let path = path.strip_prefix('/')?;
        let (name, key) = path.split_once('/').unwrap_or((path, ""));
        Some((self.buckets.iter().find(|bucket| bucket.name == name)?, key))
    }

    /// Publishes the event `Object Created` on the bus, as S3 does.
    async fn announce(&self, bucket: &Bucket, key: &str, (etag, size): (&str, Option<u64>)) {
        let key = percent_encoding::percent_decode_str(key).decode_utf8_lossy();
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let now = self.clock.now();
        let place = format!("{:016X}{:04X}", now.as_nanosecond(), COUNT.fetch_add(1, Ordering::SeqCst));
        let mut object = json!({"key": key, "etag": etag, "sequencer": place});
        // The emulator doesn't return the size of a multipart upload.
        if let (Some(size), Some(object)) = (size, object.as_object_mut()) {
            object.insert("size".to_owned(), size.into());
        }
        let event = json!({
            "version": "0",
            "id": place,
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": ACCOUNT,
            "time": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": REGION,
            "resources": [format!("arn:aws:s3:::{}", bucket.name)],
            "detail": {"version": "0", "bucket": {"name": bucket.name}, "object": object, "reason": "PutObject"},
        });
        if let Err(error) = self.bus.put(&event).await {
            tracing::error!("The event of an object could not be brought: {error}");
        }
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}
