//! The HTTP client for calls to other systems: the Network, and the brand's own. All such calls go through it.
//!
//! A URL that a brand enters could point at our own network (server-side request forgery). So only `https` on port 443
//! is called, and every IP address to which a name resolves is checked when the URL is saved and again with each call:
//! we connect to exactly the IP addresses that were checked. Redirects are not followed, each call has a timeout, and
//! responses are cut.

mod address_policy;
mod client;

use std::{fmt, time::Duration};

use futures::future::BoxFuture;
use http::Method;
use url::Url;

pub use address_policy::BlockedUrl;
pub use client::{EgressClient, LoopbackPolicy};

/// The number of bytes of a response that are read.
pub const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// A call to another system.
#[derive(Clone)]
pub struct OutboundRequest {
    /// The HTTP method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// The headers besides `content-type`, which is that of JSON.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// The timeout of the whole call.
    pub patience: Duration,
}

/// Shows neither headers nor body, which contain tokens and personal data.
impl fmt::Debug for OutboundRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutsideCall({} {})", self.method, self.url.host_str().unwrap_or_default())
    }
}

/// The response of another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboundResponse {
    /// The status.
    pub status: u16,
    /// The delay in seconds after which it asks us to retry, if it sent one.
    pub retry_after_s: Option<u64>,
    /// The first [`ANSWER_BYTES_MAX`] bytes of the body.
    pub body: Vec<u8>,
}

impl OutboundResponse {
    /// True if the call succeeded.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// True if it denies us access: until a person has fixed that, every call gets this response.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self.status, 401 | 403)
    }

    /// True if a retry may get another response: the system is overloaded, broken, or still processing something.
    #[must_use]
    pub fn may_change(&self) -> bool {
        self.status >= 500 || matches!(self.status, 408 | 425 | 429)
    }
}

/// The reasons why there was no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The URL may not be called.
    #[error(transparent)]
    BlockedUrl(#[from] BlockedUrl),
    /// There was no response in time.
    #[error("No response within {0} seconds.")]
    TooSlow(u64),
    /// The connection failed or broke.
    #[error("Connection failed: {0}.")]
    Unreachable(String),
}

/// Checks by its text alone whether `url` may be called in production; for simulated clients.
///
/// # Errors
/// Returns the reason why it may not be called.
pub fn check_text(url: &Url) -> Result<(), BlockedUrl> {
    address_policy::check_text(url, LoopbackPolicy::None)
}

/// The HTTP client for other systems.
pub trait OutboundClient: Send + Sync + fmt::Debug {
    /// Checks whether `url` may be called now, by its text and by the IP addresses to which its host name resolves.
    fn check(&self, url: Url) -> BoxFuture<'_, Result<(), BlockedUrl>>;

    /// Calls another system.
    fn call(&self, call: OutboundRequest) -> BoxFuture<'_, Result<OutboundResponse, OutboundError>>;
}
