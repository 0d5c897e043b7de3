//! The HTTP client for AWS: HTTP/1.1 over TLS, with the same library that calls other systems.
//!
//! The SDK's own client would include HTTP/2, which none of our calls needs and which is a tenth of every binary.

use std::{error::Error, io, time::Duration};

use aws_smithy_runtime_api::client::{
    connection::{CaptureSmithyConnection, ConnectionMetadata},
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect},
    rt::{TokioExecutor, TokioTimer},
};

/// A connection that was idle for this long is not used again: AWS may have closed it, and Lambda freezes between
/// calls.
const IDLE_FOR: Duration = Duration::from_secs(20);

type Connections = Client<HttpsConnector<connect::HttpConnector>, SdkBody>;

/// Creates the one HTTP client that all SDK clients use, so that they share connections. Makes no call.
///
/// # Errors
/// Fails if there are no certificates to trust.
pub(crate) fn client(connect_within: Duration) -> io::Result<SharedHttpClient> {
    let mut http = connect::HttpConnector::new();
    http.enforce_http(false);
    http.set_connect_timeout(Some(connect_within));
    http.set_nodelay(true);
    let https = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
        .https_or_http()
        .enable_http1()
        .wrap_connector(http);
    let mut connections = Client::builder(TokioExecutor::new());
    let connections = connections.pool_idle_timeout(IDLE_FOR).pool_timer(TokioTimer::new()).build(https);
    Ok(SharedHttpClient::new(Https(connections)))
}

#[derive(Debug, Clone)]
struct Https(Connections);

// The SDK's connect and read timeouts are ignored: connecting has its own timeout here, and reading has that of the
// attempt.
impl HttpClient for Https {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Https {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connections = self.0.clone();
        HttpConnectorFuture::new(async move {
            let mut request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
            expose_connection(&mut request);
            let response = connections.request(request).await.map_err(broken)?;
            let response = response.map(SdkBody::from_body_1_x);
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Lets the SDK close the connection of a response that makes the connection suspect.
fn expose_connection(request: &mut http::Request<SdkBody>) {
    let captured = connect::capture_connection(request);
    if let Some(wanted) = request.extensions().get::<CaptureSmithyConnection>() {
        wanted.set_connection_retriever(move || {
            let proxied = captured.connection_metadata().as_ref()?.is_proxied();
            let captured = captured.clone();
            let give_up = move || {
                if let Some(connection) = captured.connection_metadata().as_ref() {
                    connection.poison();
                }
            };
            Some(ConnectionMetadata::builder().proxied(proxied).poison_fn(give_up).build())
        });
    }
}

/// Converts the error of a connection that could not be made or broke, so that the SDK may try again.
fn broken(error: hyper_util::client::legacy::Error) -> ConnectorError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(it) = cause {
        if it.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return ConnectorError::timeout(error.into());
        }
        cause = it.source();
    }
    ConnectorError::io(error.into())
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    async fn call(address: &str) -> Result<u16, ConnectorError> {
        let components = RuntimeComponentsBuilder::for_tests().build().unwrap();
        let connector = client(Duration::from_millis(200)).unwrap();
        let connector = connector.http_connector(&HttpConnectorSettings::default(), &components);
        let mut request = HttpRequest::new(SdkBody::from("{}"));
        request.set_uri(address).unwrap();
        request.set_method("POST").unwrap();
        connector.call(request).await.map(|response| response.status().as_u16())
    }

    #[tokio::test]
    async fn an_answer_comes_back() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut read = vec![0; 4096];
            let length = stream.read(&mut read).await.unwrap();
            stream.write_all(b"HTTP/1.1 418 Teapot\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            String::from_utf8(read[..length].to_vec()).unwrap()
        };
        let (answer, asked) = tokio::join!(call(&address), serve);
        assert_eq!(answer.unwrap(), 418);
        assert!(asked.starts_with("POST / HTTP/1.1"), "{asked}");
    }

    #[tokio::test]
    async fn what_broke_may_be_tried_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        drop(listener);
        assert!(call(&address).await.unwrap_err().is_io());
    }
}
