//! Transports a call to its service and the response back.

use std::time::Duration;

use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
    },
    http::HttpError,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use winterbaume_core::MockRequest;

use super::{Call, Fault, Service, Wire, recording::classify};

/// The minimum duration of a recorded call. In process, a call could end before a concurrent one has even been signed,
/// and two calls made together would count as two round trips.
const NETWORK: Duration = Duration::from_millis(3);

type Result<T> = std::result::Result<T, ConnectorError>;

impl Wire {
    pub(super) async fn carry(
        &self,
        function: &str,
        tcp: &SharedHttpConnector,
        request: HttpRequest,
    ) -> Result<HttpResponse> {
        let (service, operation) = classify(&request);
        let hook = self.hook().clone();
        let call = Call {
            function: function.to_owned(),
            service,
            operation,
            path: request.uri().parse::<http::Uri>().map(|uri| uri.path().to_owned()).unwrap_or_default(),
            request: request.body().bytes().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default(),
            started: 0,
            ended: None,
            status: None,
            write_units: 0.0,
            read_units: 0.0,
        };
        let fault = match self.0.roles.refuse(&call) {
            Some(need) => {
                let message = format!("The role of {function} does not allow {} on {}.", need.action, need.resource);
                tracing::error!("{message} See infra/template.yaml.");
                denied(&message)
            }
            None => hook.map_or(Fault::Pass, |hook| hook(&call)),
        };
        let writes = call.writes();
        let mut entry = super::recording::begin(&self.0.log, call);
        let (mut request, mut units) = (request, None);
        if entry.is_recorded() {
            tokio::time::sleep(NETWORK).await;
            if service == Service::DynamoDb {
                request = weighed(request)?;
                units = Some(if writes { &mut entry.write_units } else { &mut entry.read_units });
            }
        }
        let result = match fault {
            Fault::Pass => self.deliver(service, &entry.operation, tcp, request).await,
            Fault::Respond { status, headers, body } => respond(status, headers, &body),
            Fault::FailBefore => Err(broken("before anything was done")),
            Fault::FailAfter => self
                .deliver(service, &entry.operation, tcp, request)
                .await
                .and_then(|_lost| Err(broken("before the answer came"))),
            Fault::BreakBody(after) => {
                let response = self.deliver(service, &entry.operation, tcp, request).await;
                response.and_then(|response| break_body(response, after))
            }
        };
        let result = match (result, units) {
            (Ok(response), Some(units)) => weigh(response, units).await,
            (result, _) => result,
        };
        if writes {
            self.0.written.send_modify(|writes| *writes += 1);
        }
        entry.end(result.as_ref().ok().map(|response| response.status().as_u16()));
        result
    }

    async fn deliver(
        &self,
        service: Service,
        operation: &str,
        tcp: &SharedHttpConnector,
        request: HttpRequest,
    ) -> Result<HttpResponse> {
        match service {
            Service::DynamoDb => self.dynamodb(operation, tcp, request).await,
            Service::Sqs => self.sqs(operation, &request).await,
            Service::Ses => self.ses(request).await,
            Service::S3 => self.s3(request).await,
        }
    }

    async fn dynamodb(
        &self,
        operation: &str,
        tcp: &SharedHttpConnector,
        mut request: HttpRequest,
    ) -> Result<HttpResponse> {
        let services = &self.0.services;
        let address = services.indexes.address(operation, request.body().bytes()).unwrap_or(services.tables.address);
        request.set_uri(format!("http://{address}/")).map_err(malformed)?;
        tcp.call(request).await
    }

    async fn sqs(&self, operation: &str, request: &HttpRequest) -> Result<HttpResponse> {
        let input: Value =
            request.body().bytes().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let answer = self.0.services.queues.call(operation, input).await;
        HttpResponse::try_from(answer.map(SdkBody::from)).map_err(malformed)
    }

    async fn ses(&self, request: HttpRequest) -> Result<HttpResponse> {
        let (parts, body) = request.try_into_http1x().map_err(malformed)?.into_parts();
        let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
        let request =
            MockRequest { method: parts.method.to_string(), uri: parts.uri.to_string(), headers: parts.headers, body };
        let answer = self.0.services.ses.answer(request).await;
        let mut response = http::Response::new(SdkBody::from(answer.body));
        *response.status_mut() =
            http::StatusCode::from_u16(answer.status).map_err(|error| ConnectorError::other(error.into(), None))?;
        *response.headers_mut() = answer.headers;
        HttpResponse::try_from(response).map_err(malformed)
    }

    async fn s3(&self, request: HttpRequest) -> Result<HttpResponse> {
        let mut request = request.try_into_http1x().map_err(malformed)?;
        // Over TCP the client would add it, and the signature covers it.
        if let Some(authority) = request.uri().authority().and_then(|authority| authority.as_str().parse().ok()) {
            request.headers_mut().insert(http::header::HOST, authority);
        }
        let response = self.0.services.buckets.answer(request.map(s3s::Body::http_body_unsync)).await;
        let response = response.map_err(|error| ConnectorError::other(error.into(), None))?;
        // Streamed, since a file may be too large to hold in memory.
        HttpResponse::try_from(response.map(SdkBody::from_body_1_x)).map_err(malformed)
    }
}

/// Returns AWS's error for a caller without permission.
fn denied(message: &str) -> Fault {
    let code = "AccessDeniedException";
    let headers = vec![("x-amzn-errortype".to_owned(), code.to_owned())];
    Fault::Respond { status: 400, headers, body: json!({"__type": code, "message": message}) }
}

/// Returns the same request, which also asks for the consumed capacity.
fn weighed(mut request: HttpRequest) -> Result<HttpRequest> {
    let body = request.body().bytes().and_then(|body| serde_json::from_slice::<Value>(body).ok());
    let Some(Value::Object(mut fields)) = body else { return Ok(request) };
    fields.insert("ReturnConsumedCapacity".to_owned(), "TOTAL".into());
    let body = Value::Object(fields).to_string();
    request.headers_mut().try_insert("content-length", body.len().to_string()).map_err(malformed)?;
    *request.body_mut() = SdkBody::from(body);
    Ok(request)
}

/// Reads the capacity that a request consumed.
async fn weigh(response: HttpResponse, units: &mut f64) -> Result<HttpResponse> {
    let (parts, body) = response.try_into_http1x().map_err(malformed)?.into_parts();
    let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
    let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    let taken = answer.get("ConsumedCapacity").cloned().unwrap_or_default();
    let tables = taken.as_array().cloned().unwrap_or_else(|| vec![taken]);
    *units = tables.iter().filter_map(|table| table.get("CapacityUnits")?.as_f64()).sum();
    HttpResponse::try_from(http::Response::from_parts(parts, SdkBody::from(body))).map_err(malformed)
}

fn respond(status: u16, headers: Vec<(String, String)>, body: &Value) -> Result<HttpResponse> {
    let body = Bytes::from(body.to_string());
    let mut response = http::Response::builder().status(status).header("content-type", "application/x-amz-json-1.0");
    for (name, value) in headers {
        response = response.header(name, value);
    }
    let response = response.body(SdkBody::from(body)).map_err(|error| ConnectorError::other(error.into(), None))?;
    HttpResponse::try_from(response).map_err(malformed)
}

/// Returns the same response with a body that breaks off after this number of bytes.
fn break_body(response: HttpResponse, after: usize) -> Result<HttpResponse> {
    let (parts, body) = response.try_into_http1x().map_err(malformed)?.into_parts();
    let frames = futures::stream::unfold(Some((body, after)), |state| async {
        let (mut body, left) = state?;
        let bytes = match body.frame().await?.map(http_body::Frame::into_data) {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(_trailers)) => return None,
            Err(cause) => return Some((Err(cause), None)),
        };
        if bytes.len() <= left {
            let left = left - bytes.len();
            return Some((Ok(http_body::Frame::data(bytes)), Some((body, left))));
        }
        let cause = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "the body broke off by injection");
        Some((Err(cause.into()), None))
    });
    let body = SdkBody::from_body_1_x(http_body_util::StreamBody::new(futures::StreamExt::fuse(frames)));
    HttpResponse::try_from(http::Response::from_parts(parts, body)).map_err(malformed)
}

fn malformed(error: HttpError) -> ConnectorError {
    ConnectorError::user(error.into())
}

fn broken(when: &str) -> ConnectorError {
    ConnectorError::io(format!("the connection broke by injection, {when}").into())
}
