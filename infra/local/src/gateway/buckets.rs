//! Buckets behind the port: presigned URLs, as a browser opens them.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use s3s::Body;

use super::{Gateway, message};

impl Gateway {
    /// Returns `true` if a request is for a bucket rather than for the API.
    pub(super) fn is_for_a_bucket<B>(&self, request: &Request<B>) -> bool {
        self.0.buckets.hold(request.uri().path())
    }

    /// Handles a request for a bucket. Bodies are streamed, however large they are.
    pub(super) async fn of_bucket(&self, mut request: Request<Body>) -> Response<Body> {
        if let Some(refusal) = self.misdirected(&request) {
            return refusal.map(Body::from);
        }
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if !reads && !self.same_site(&request) {
            return message(StatusCode::FORBIDDEN, "This request came from another site and was rejected.")
                .map(Body::from);
        }
        // The signature covers the host name of the request.
        if !request.headers().contains_key(header::HOST)
            && let Ok(host) = self.0.hosts[0].parse()
        {
            request.headers_mut().insert(header::HOST, host);
        }
        let mut response = self.0.buckets.answer(request).await.unwrap_or_else(|error| {
            tracing::error!("S3 failed: {error:?}");
            message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").map(Body::from)
        });
        // On AWS, files have a separate origin; here they must not act as pages of ours.
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }

    /// Handles a request for a bucket without a socket.
    pub(super) async fn whole_of_bucket(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = self.of_bucket(request.map(Body::from)).await.into_parts();
        match body.collect().await {
            Ok(body) => Response::from_parts(parts, body.to_bytes()),
            Err(error) => {
                tracing::error!("S3 broke off: {error}");
                message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            }
        }
    }
}
