//! The real HTTP client for other systems.

use std::{
    error::Error as StdError,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{HttpConnector, dns::Name},
    },
    rt::TokioExecutor,
};
use tower_service::Service;
use url::Url;

use super::{
    ANSWER_BYTES_MAX, BlockedUrl, OutboundClient, OutboundError, OutboundRequest, OutboundResponse, address_policy,
};

/// The permission to call this computer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoopbackPolicy {
    /// It may not be called.
    None,
    /// `localhost` may be called, over plain HTTP too, on any port. Only the local runner constructs it.
    Localhost,
}

type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;
type HttpsClient = Client<HttpsConnector<HttpConnector<GuardedResolver>>, Full<Bytes>>;

/// The real HTTP client for other systems. Creating it costs nothing: the trusted certificates are read with the first
/// call.
pub struct EgressClient {
    checked: GuardedResolver,
    client: OnceLock<HttpsClient>,
}

impl fmt::Debug for EgressClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EgressClient")
    }
}

impl EgressClient {
    /// Creates a client that resolves host names with the system's resolver.
    #[must_use]
    pub fn new(neighbours: LoopbackPolicy) -> Self {
        Self::with(neighbours, Arc::new(|name| Box::pin(system_lookup(name))))
    }

    fn with(neighbours: LoopbackPolicy, lookup: Lookup) -> Self {
        Self { checked: GuardedResolver { neighbours, lookup }, client: OnceLock::new() }
    }

    fn client(&self) -> Result<&HttpsClient, OutboundError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let mut http = HttpConnector::new_with_resolver(self.checked.clone());
        http.enforce_http(false);
        let https = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(hyper_rustls_ring())
            .map_err(|error| OutboundError::Unreachable(error.to_string()))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        // No connection outlives its call: a name is resolved and checked each time.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(https);
        Ok(self.client.get_or_init(|| client))
    }

    async fn try_call(&self, call: OutboundRequest) -> Result<OutboundResponse, OutboundError> {
        address_policy::check_text(&call.url, self.checked.neighbours)?;
        let mut request = Request::builder()
            .method(call.method)
            .uri(call.url.as_str())
            .header(header::USER_AGENT, concat!("partner-invites/", env!("CARGO_PKG_VERSION")))
            .header(header::ACCEPT, "application/json");
        if !call.body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(call.body))).map_err(unreachable)?;
        let answer = self.client()?.request(request).await.map_err(|error| said(&error))?;
        let (head, mut body) = answer.into_parts();
        let retry_after = head.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let mut read = Vec::new();
        while read.len() < ANSWER_BYTES_MAX
            && let Some(frame) = body.frame().await
        {
            if let Ok(data) = frame.map_err(unreachable)?.into_data() {
                read.extend_from_slice(&data);
            }
        }
        read.truncate(ANSWER_BYTES_MAX);
        let retry_after_s = retry_after.and_then(|text| text.trim().parse().ok());
        Ok(OutboundResponse { status: head.status.as_u16(), retry_after_s, body: read })
    }
}

impl OutboundClient for EgressClient {
    fn check(&self, url: Url) -> BoxFuture<'_, Result<(), BlockedUrl>> {
        Box::pin(async move {
            address_policy::check_text(&url, self.checked.neighbours)?;
            let Some(host) = url.domain() else { return Ok(()) };
            self.checked.addresses(host.to_owned()).await.map(drop)
        })
    }

    fn call(&self, call: OutboundRequest) -> BoxFuture<'_, Result<OutboundResponse, OutboundError>> {
        Box::pin(async move {
            let patience = call.patience;
            let outcome = tokio::time::timeout(patience, self.try_call(call)).await;
            outcome.unwrap_or(Err(OutboundError::TooSlow(patience.as_secs())))
        })
    }
}

/// Uses the TLS implementation of the AWS SDK, so that a binary contains only one.
fn hyper_rustls_ring() -> impl Into<Arc<rustls::crypto::CryptoProvider>> {
    rustls::crypto::ring::default_provider()
}

/// A resolver that returns only IP addresses that may be called.
#[derive(Clone)]
struct GuardedResolver {
    neighbours: LoopbackPolicy,
    lookup: Lookup,
}

impl GuardedResolver {
    /// Resolves a name; fails if any of its IP addresses is private.
    async fn addresses(&self, name: String) -> Result<Vec<IpAddr>, BlockedUrl> {
        let local = name == "localhost" || name.ends_with(".localhost");
        let found = (self.lookup)(name).await.map_err(|_not_found| BlockedUrl::Unknown)?;
        if found.is_empty() {
            return Err(BlockedUrl::Unknown);
        }
        let may = |address: &IpAddr| {
            let neighbour = self.neighbours == LoopbackPolicy::Localhost && local && address.is_loopback();
            neighbour || address_policy::is_public(*address)
        };
        if found.iter().all(may) { Ok(found) } else { Err(BlockedUrl::Private) }
    }
}

impl Service<Name> for GuardedResolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BlockedUrl;
    type Future = BoxFuture<'static, Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let found = this.addresses(name.as_str().to_owned()).await?;
            // The HTTP library sets the port, which is that of the URL.
            let addresses: Vec<_> = found.into_iter().map(|address| SocketAddr::new(address, 0)).collect();
            Ok(addresses.into_iter())
        })
    }
}

async fn system_lookup(name: String) -> io::Result<Vec<IpAddr>> {
    let patience = Duration::from_secs(3);
    let found = tokio::time::timeout(patience, tokio::net::lookup_host((name, 443))).await??;
    Ok(found.map(|address| address.ip()).collect())
}

fn unreachable(error: impl fmt::Display) -> OutboundError {
    OutboundError::Unreachable(error.to_string())
}

/// Finds the cause in the chain of the HTTP library's error, where it is deeply nested.
fn said(error: &(dyn StdError + 'static)) -> OutboundError {
    let mut last = error;
    loop {
        if let Some(forbidden) = last.downcast_ref::<BlockedUrl>() {
            return OutboundError::BlockedUrl(forbidden.clone());
        }
        match last.source() {
            Some(source) => last = source,
            None => return OutboundError::Unreachable(last.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use http::Method;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    fn call(url: &str) -> OutboundRequest {
        OutboundRequest {
            method: Method::POST,
            url: Url::parse(url).unwrap(),
            headers: vec![("x-test", "yes".to_owned())],
            body: b"{}".to_vec(),
            patience: Duration::from_millis(500),
        }
    }

    /// Starts a server on this computer that always returns the same response, and returns its URL.
    async fn server(answer: Vec<u8>, asked: Arc<AtomicUsize>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        #[expect(clippy::disallowed_methods, reason = "no Lambda runs this")]
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let mut read = vec![0; 4096];
                let _bytes = stream.read(&mut read).await;
                let _written = stream.write_all(&answer).await;
                let _closed = stream.shutdown().await;
            }
        });
        format!("http://localhost:{port}/hook")
    }

    fn looks_up(addresses: &'static [&'static str]) -> Lookup {
        Arc::new(move |_| Box::pin(async move { Ok(addresses.iter().map(|text| text.parse().unwrap()).collect()) }))
    }

    #[tokio::test]
    async fn an_answer_is_heard() {
        let asked = Arc::default();
        let url = server(b"HTTP/1.1 429 Slow\r\nretry-after: 7\r\n\r\nlater".to_vec(), Arc::clone(&asked)).await;
        let heard = EgressClient::new(LoopbackPolicy::Localhost).call(call(&url)).await.unwrap();
        assert_eq!(heard, OutboundResponse { status: 429, retry_after_s: Some(7), body: b"later".to_vec() });
        assert!(heard.may_change());
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let asked: Arc<AtomicUsize> = Arc::default();
        let moved = b"HTTP/1.1 302 Found\r\nlocation: http://localhost:1/\r\n\r\n".to_vec();
        let url = server(moved, Arc::clone(&asked)).await;
        let heard = EgressClient::new(LoopbackPolicy::Localhost).call(call(&url)).await.unwrap();
        assert_eq!((heard.status, asked.load(Ordering::SeqCst)), (302, 1));
    }

    #[tokio::test]
    async fn an_answer_is_cut_and_nobody_is_waited_for() {
        let mut long = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        long.resize(3 * ANSWER_BYTES_MAX, b'x');
        let url = server(long, Arc::default()).await;
        let internet = EgressClient::new(LoopbackPolicy::Localhost);
        assert_eq!(internet.call(call(&url)).await.unwrap().body.len(), ANSWER_BYTES_MAX);

        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/", silent.local_addr().unwrap().port());
        assert_eq!(internet.call(call(&url)).await, Err(OutboundError::TooSlow(0)));
    }

    #[tokio::test]
    async fn nobody_calls_this_computer_but_a_laptop() {
        let asked: Arc<AtomicUsize> = Arc::default();
        let url = server(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), Arc::clone(&asked)).await;
        let refused = EgressClient::new(LoopbackPolicy::None).call(call(&url)).await;
        assert_eq!(refused, Err(OutboundError::BlockedUrl(BlockedUrl::NotHttps)));
        assert_eq!(asked.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_is_refused_when_it_is_saved_and_when_it_is_called() {
        for addresses in [&["127.0.0.1"][..], &["8.8.8.8", "10.0.0.1"], &["::ffff:169.254.169.254"], &["fd00::1"]] {
            let internet = EgressClient::with(LoopbackPolicy::None, looks_up(addresses));
            let url = "https://network.example/hook";
            assert_eq!(internet.check(Url::parse(url).unwrap()).await, Err(BlockedUrl::Private), "{addresses:?}");
            assert_eq!(internet.call(call(url)).await, Err(BlockedUrl::Private.into()), "{addresses:?}");
        }
    }

    #[tokio::test]
    async fn a_name_is_looked_up_with_every_call() {
        let looked: Arc<AtomicUsize> = Arc::default();
        let counting = Arc::clone(&looked);
        // The first lookup returns a public IP address, as when the URL was saved; every later one returns a loopback
        // address.
        let lookup: Lookup = Arc::new(move |_| {
            let first = counting.fetch_add(1, Ordering::SeqCst) == 0;
            Box::pin(async move { Ok(vec![if first { "192.0.1.1" } else { "127.0.0.1" }.parse().unwrap()]) })
        });
        let internet = EgressClient::with(LoopbackPolicy::None, lookup);
        assert_eq!(internet.check(Url::parse("https://network.example").unwrap()).await, Ok(()));
        assert_eq!(internet.call(call("https://network.example")).await, Err(BlockedUrl::Private.into()));
        assert_eq!(looked.load(Ordering::SeqCst), 2);
    }
}
