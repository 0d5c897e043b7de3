//! A simulation of external systems: it records every call, and responds as a test decides.
//!
//! It replaces the network of an instance (`Options::outside`). URLs are checked by their text, as in a deployed
//! function; the IP address behind a host name is what the test decides, or a public one.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::future::BoxFuture;
use http::Method;
use serde_json::Value;
use shared::egress::{BlockedUrl, OutboundClient, OutboundError, OutboundRequest, OutboundResponse, check_text};
use url::Url;

type Answers = dyn Fn(&OutboundRequest) -> Result<OutboundResponse, OutboundError> + Send + Sync;
type Checks = dyn Fn(&Url) -> Result<(), BlockedUrl> + Send + Sync;

/// A call as it was made.
#[derive(Clone)]
pub(crate) struct Called {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Called {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl fmt::Debug for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {:?} {}", self.method, self.url, self.headers, String::from_utf8_lossy(&self.body))
    }
}

/// All external systems, behind one closure.
pub(crate) struct Others {
    answers: Mutex<Arc<Answers>>,
    checks: Mutex<Arc<Checks>>,
    takes: Mutex<Duration>,
    calls: Mutex<Vec<Called>>,
    under_way: Mutex<(usize, usize)>,
}

impl Others {
    /// They respond with 200 to everything, until [`Others::answer`] changes that.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(Arc::new(|_: &OutboundRequest| says(200, ""))),
            checks: Mutex::new(Arc::new(|_: &Url| Ok(()))),
            takes: Mutex::new(Duration::ZERO),
            calls: Mutex::default(),
            under_way: Mutex::default(),
        })
    }

    /// Sets the responses from now on.
    pub(crate) fn answer(
        &self,
        answers: impl Fn(&OutboundRequest) -> Result<OutboundResponse, OutboundError> + Send + Sync + 'static,
    ) {
        *self.answers.lock().unwrap() = Arc::new(answers);
    }

    /// Sets the result of checking the IP addresses behind host names from now on, in addition to the check of the
    /// URL's text.
    pub(crate) fn resolve(&self, checks: impl Fn(&Url) -> Result<(), BlockedUrl> + Send + Sync + 'static) {
        *self.checks.lock().unwrap() = Arc::new(checks);
    }

    /// Sets how long every response takes from now on, in real time.
    pub(crate) fn take(&self, time: Duration) {
        *self.takes.lock().unwrap() = time;
    }

    /// Returns every call so far, oldest first.
    pub(crate) fn calls(&self) -> Vec<Called> {
        self.calls.lock().unwrap().clone()
    }

    /// Returns the calls so far to URLs that begin with `start`.
    pub(crate) fn calls_to(&self, start: &str) -> Vec<Called> {
        self.calls().into_iter().filter(|call| call.url.as_str().starts_with(start)).collect()
    }

    /// Forgets the calls so far.
    pub(crate) fn forget(&self) {
        self.calls.lock().unwrap().clear();
    }

    /// Returns the largest number of calls that were in progress at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.under_way.lock().unwrap().1
    }

    fn checked(&self, url: &Url) -> Result<(), BlockedUrl> {
        check_text(url)?;
        let checks = Arc::clone(&self.checks.lock().unwrap());
        checks(url)
    }
}

/// Returns a response with a status and a body.
#[expect(clippy::unnecessary_wraps, reason = "it is what the closures give back")]
pub(crate) fn says(status: u16, body: &str) -> Result<OutboundResponse, OutboundError> {
    Ok(OutboundResponse { status, retry_after_s: None, body: body.as_bytes().to_vec() })
}

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Others")
    }
}

impl OutboundClient for Others {
    fn check(&self, url: Url) -> BoxFuture<'_, Result<(), BlockedUrl>> {
        Box::pin(async move { self.checked(&url) })
    }

    fn call(&self, call: OutboundRequest) -> BoxFuture<'_, Result<OutboundResponse, OutboundError>> {
        Box::pin(async move {
            self.checked(&call.url)?;
            let OutboundRequest { method, url, headers, body, .. } = call.clone();
            self.calls.lock().unwrap().push(Called { method, url, headers, body });
            {
                let mut under_way = self.under_way.lock().unwrap();
                under_way.0 += 1;
                under_way.1 = under_way.1.max(under_way.0);
            }
            let takes = *self.takes.lock().unwrap();
            if !takes.is_zero() {
                tokio::time::sleep(takes).await;
            }
            let answers = Arc::clone(&self.answers.lock().unwrap());
            let heard = answers(&call);
            self.under_way.lock().unwrap().0 -= 1;
            heard
        })
    }
}
