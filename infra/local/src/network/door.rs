//! The transport of the product's calls to the simulated Network: calls to its URL stay in the process, so no port has
//! to be open.

use std::sync::Arc;

use futures::future::BoxFuture;
use shared::egress::{BlockedUrl, OutboundClient, OutboundError, OutboundRequest, OutboundResponse};
use url::Url;

use super::{Network, PATH, api::Asked};

/// An HTTP client for external systems that passes calls to the simulated Network directly to it.
#[derive(Debug)]
pub(crate) struct Door {
    network: Network,
    /// The client for all other calls.
    beyond: Arc<dyn OutboundClient>,
}

impl Door {
    pub(crate) fn new(network: Network, beyond: Arc<dyn OutboundClient>) -> Self {
        Self { network, beyond }
    }

    /// Returns the path below the Network's URL, if `url` is below it.
    fn path<'a>(&self, url: &'a Url) -> Option<&'a str> {
        let ours = Url::parse(&self.network.0.base_url).ok()?;
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1"))
            && url.scheme() == ours.scheme()
            && url.port_or_known_default() == ours.port_or_known_default()
            && url.username().is_empty()
            && url.password().is_none();
        let path = url.path().strip_prefix(PATH)?.strip_prefix("/api")?;
        (here && (path.is_empty() || path.starts_with('/'))).then_some(path)
    }
}

impl OutboundClient for Door {
    fn check(&self, url: Url) -> BoxFuture<'_, Result<(), BlockedUrl>> {
        if self.path(&url).is_some() { Box::pin(async { Ok(()) }) } else { self.beyond.check(url) }
    }

    fn call(&self, call: OutboundRequest) -> BoxFuture<'_, Result<OutboundResponse, OutboundError>> {
        if self.path(&call.url).is_none() {
            return self.beyond.call(call);
        }
        Box::pin(async move {
            let authorization = call.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
            let asked = Asked {
                method: &call.method,
                path: self.path(&call.url).unwrap_or_default(),
                query: call.url.query(),
                authorization: authorization.map(|(_, value)| value.as_str()),
                body: &call.body,
            };
            match tokio::time::timeout(call.patience, self.network.answer(asked)).await {
                Ok(answered) => Ok(OutboundResponse {
                    status: answered.status,
                    retry_after_s: answered.retry_after_s,
                    body: answered.body.to_string().into_bytes(),
                }),
                Err(_elapsed) => Err(OutboundError::TooSlow(call.patience.as_secs())),
            }
        })
    }
}
