//! The HTTP API of the template on a loopback port, as API Gateway would serve it, with this crate's own pages beside
//! it.

mod buckets;
mod event;
mod routes;

use std::sync::Arc;

use axum::extract::{Request, State};
use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::json;
use shared::ErrorChain;

pub(crate) use event::SourceIp;
pub(crate) use routes::Routes;

use crate::{clock::LocalClock, cloud::s3::Buckets, functions::Functions, pages::Pages, shop};

/// API Gateway's limit.
const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Everything behind the port. Clones share the same gateway.
#[derive(Clone)]
pub(crate) struct Gateway(Arc<Inner>);

struct Inner {
    routes: Routes,
    functions: Functions,
    clock: LocalClock,
    pages: Pages,
    buckets: Buckets,
    /// True if share links redirect to the simulated shops, as the real shops of the demo don't exist.
    shop: bool,
    /// The host names, with the port, that a request may be for.
    hosts: [String; 2],
}

impl Gateway {
    pub(crate) fn new(
        routes: Routes,
        functions: Functions,
        clock: LocalClock,
        (pages, buckets): (Pages, Buckets),
        (port, shop): (u16, bool),
    ) -> Self {
        let hosts = [format!("localhost:{port}"), format!("127.0.0.1:{port}")];
        Self(Arc::new(Inner { routes, functions, clock, pages, buckets, shop, hosts }))
    }

    /// Serves `listener` until `stop` completes, and then until the requests in progress are answered.
    pub(crate) async fn serve(
        self,
        listener: tokio::net::TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) {
        let app = axum::Router::new().fallback(over_tcp).with_state(self);
        if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(stop).await {
            tracing::error!("The port can't be served any more: {error}");
        }
    }

    /// Handles one request.
    pub(crate) async fn answer(&self, request: http::Request<Bytes>) -> Response<Bytes> {
        let head = request.method() == http::Method::HEAD;
        let mut response = self.respond(request).await;
        if head {
            *response.body_mut() = Bytes::new();
        }
        response
    }

    async fn respond(&self, request: http::Request<Bytes>) -> Response<Bytes> {
        if self.is_for_a_bucket(&request) {
            return self.whole_of_bucket(request).await;
        }
        if request.body().len() > BODY_BYTES_MAX {
            return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        }
        if let Some(refusal) = self.misdirected(&request) {
            return refusal;
        }
        let path = request.uri().path();
        if path == "/" {
            return redirect("/_local");
        }
        if path == "/_local" || path.starts_with("/_local/") {
            if request.method() == http::Method::POST && !self.same_site(&request) {
                return message(StatusCode::FORBIDDEN, "This request came from another site and was rejected.");
            }
            return self.0.pages.answer(&request, self).await;
        }
        let invoked = path.strip_prefix("/2015-03-31/functions/").and_then(|rest| rest.strip_suffix("/invocations"));
        if let Some(function) = invoked.filter(|_| request.method() == http::Method::POST) {
            if !self.same_site(&request) {
                return message(StatusCode::FORBIDDEN, "This request came from another site and was rejected.");
            }
            return self.invoke(function, request.body()).await;
        }
        let follows = path.strip_prefix("/r/").and_then(|rest| rest.split('/').next()).map(str::to_owned);
        let mut response = self.call(&request).await;
        if let Some(brand) = follows.filter(|_| self.0.shop) {
            shop::lead_there(&mut response, &brand);
        }
        response
    }

    /// Handles one request with a function of the template, as API Gateway would.
    pub(crate) async fn call(&self, request: &http::Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path();
        let Some((route, parameters)) = self.0.routes.find(request.method().as_str(), path) else {
            return message(StatusCode::NOT_FOUND, "Not Found");
        };
        let event = event::from_request(request, route, &parameters, self.0.clock.now());
        match self.0.functions.invoke(&route.function, event).await {
            Ok(answer) => event::to_response(&answer).unwrap_or_else(|| {
                tracing::error!("{} answered what API Gateway can't read: {answer}", route.function);
                message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            }),
            Err(error) => {
                tracing::error!("{} failed: {}", route.function, ErrorChain(&error));
                message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            }
        }
    }

    /// Invokes a function directly with an event, as an operator does with `aws lambda invoke`.
    async fn invoke(&self, function: &str, event: &Bytes) -> Response<Bytes> {
        let Ok(event) = serde_json::from_slice(event) else {
            return message(StatusCode::BAD_REQUEST, "Could not parse request body into json.");
        };
        if self.0.functions.app(function).is_none() {
            return message(StatusCode::NOT_FOUND, "Function not found.");
        }
        match self.0.functions.invoke(function, event).await {
            Ok(answer) => json_answer(&answer),
            Err(error) => {
                let text = ErrorChain(&error).to_string();
                let mut response = json_answer(&json!({"errorType": error.status_and_code().1, "errorMessage": text}));
                response.headers_mut().insert("x-amz-function-error", http::HeaderValue::from_static("Unhandled"));
                response
            }
        }
    }

    /// Rejects requests for other host names: an external site may resolve its own name to this machine.
    fn misdirected<B>(&self, request: &http::Request<B>) -> Option<Response<Bytes>> {
        let host = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default());
        let elsewhere = host.is_some_and(|host| !self.is_ours(host));
        let words = "This is a local instance. Open it at localhost.";
        elsewhere.then(|| message(StatusCode::MISDIRECTED_REQUEST, words))
    }

    fn is_ours(&self, host: &str) -> bool {
        self.0.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }

    /// Returns `true` if our own form or script sent this, or a client that isn't a browser.
    fn same_site<B>(&self, request: &http::Request<B>) -> bool {
        let header = |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
        let origin =
            header("origin").is_none_or(|origin| origin.strip_prefix("http://").is_some_and(|host| self.is_ours(host)));
        let site = header("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
        origin && site
    }
}

async fn over_tcp(State(gateway): State<Gateway>, request: Request) -> Response<axum::body::Body> {
    if gateway.is_for_a_bucket(&request) {
        return gateway.of_bucket(request.map(s3s::Body::http_body_unsync)).await.map(axum::body::Body::new);
    }
    let (parts, body) = request.into_parts();
    let response = match axum::body::to_bytes(body, BODY_BYTES_MAX).await {
        Ok(body) => gateway.answer(http::Request::from_parts(parts, body)).await,
        Err(_too_long) => message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
    };
    response.map(axum::body::Body::from)
}

/// Returns a response of the gateway itself, in AWS's format.
fn message(status: StatusCode, text: &str) -> Response<Bytes> {
    let mut response = json_answer(&json!({"message": text}));
    *response.status_mut() = status;
    response
}

fn json_answer(body: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}

fn redirect(to: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::FOUND;
    response.headers_mut().insert(header::LOCATION, http::HeaderValue::from_static(to));
    response
}
