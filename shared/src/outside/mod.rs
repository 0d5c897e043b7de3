//! Calls to other systems: the Network, and the brand's own. One door for all of them.
//!
//! Whoever names an address could make us call our own neighbours, so only `https` on port 443 is called, and every
//! address that a name stands for is checked when it is saved and again with each call: we connect to the very
//! addresses that were checked. No redirect is followed, nobody is waited for longer than a call says, and answers are
//! cut.

mod address;
mod client;

use std::{fmt, time::Duration};

use futures::future::BoxFuture;
use http::Method;
use url::Url;

pub use address::Forbidden;
pub use client::{Internet, Neighbours};

/// How many bytes of an answer are read.
pub const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// A call to another system.
#[derive(Clone)]
pub struct OutsideCall {
    /// The verb.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Headers besides `content-type`, which is that of JSON.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// How long it may take in all.
    pub patience: Duration,
}

/// It shows neither headers nor body, which hold tokens and people.
impl fmt::Debug for OutsideCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutsideCall({} {})", self.method, self.url.host_str().unwrap_or_default())
    }
}

/// What another system answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The status.
    pub status: u16,
    /// After how many seconds it wants to be asked again, if it said so.
    pub retry_after_s: Option<u64>,
    /// The first [`ANSWER_BYTES_MAX`] bytes of the body.
    pub body: Vec<u8>,
}

impl Heard {
    /// Whether it said yes.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it doesn't let us in: until somebody has looked, it says so to everything.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self.status, 401 | 403)
    }

    /// Whether it may say something else later: it is overloaded, broken, or in the middle of something.
    #[must_use]
    pub fn may_change(&self) -> bool {
        self.status >= 500 || matches!(self.status, 408 | 425 | 429)
    }
}

/// Why nothing was heard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotHeard {
    /// The address may not be called.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No answer in time.
    #[error("There was no answer within {0} seconds.")]
    TooSlow(u64),
    /// No connection, or a broken one.
    #[error("It could not be reached: {0}.")]
    Unreachable(String),
}

/// Says whether `url` may be called anywhere, by its text alone: what a stand-in for the network asks.
///
/// # Errors
/// Why not.
pub fn check_text(url: &Url) -> Result<(), Forbidden> {
    address::check_text(url, Neighbours::None)
}

/// The way to other systems.
pub trait Outside: Send + Sync + fmt::Debug {
    /// Says whether `url` may be called now, by its text and by what its name stands for.
    fn check(&self, url: Url) -> BoxFuture<'_, Result<(), Forbidden>>;

    /// Calls another system.
    fn call(&self, call: OutsideCall) -> BoxFuture<'_, Result<Heard, NotHeard>>;
}
