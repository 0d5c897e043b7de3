//! The connection of the functions' AWS SDK to the emulators of AWS.
//!
//! It is an HTTP client of the SDK, one for each function, so it knows the caller. DynamoDB is reached over a loopback
//! port; SQS, SES and S3 are called in process. On the way it can count calls ([`Recording`]) and break them
//! ([`Fault`]).

mod carry;
mod recording;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    runtime_components::RuntimeComponents,
};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::access::Roles;
use crate::cloud::{dynamodb::Tables, lag::Indexes, queues::Queues, s3::Buckets, ses::Ses};

pub use recording::{Call, Calls, Recording, Service};

/// The fault that the wire injects into a call.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Nothing: it is carried out.
    Pass,
    /// It is not carried out, and this is the response.
    Respond {
        /// The status.
        status: u16,
        /// Headers besides `content-type`.
        headers: Vec<(String, String)>,
        /// The body.
        body: Value,
    },
    /// The connection breaks before anything is carried out.
    FailBefore,
    /// It is carried out, and the connection breaks before the response arrives.
    FailAfter,
    /// It is carried out, and the connection breaks after this number of bytes of the response's body.
    BreakBody(usize),
}

impl Fault {
    /// Creates a response in place of the service's own.
    #[must_use]
    pub const fn respond(status: u16, body: Value) -> Self {
        Self::Respond { status, headers: Vec::new(), body }
    }

    /// Creates an error of the service, in the format of DynamoDB, SQS and SES.
    #[must_use]
    pub fn error(status: u16, code: &str) -> Self {
        Self::Respond {
            status,
            headers: vec![("x-amzn-errortype".to_owned(), code.to_owned())],
            body: json!({"__type": code, "message": format!("{code} by injection.")}),
        }
    }
}

type Hook = Arc<dyn Fn(&Call) -> Fault + Send + Sync>;

/// The clients of all functions together. Clones share the same wire.
#[derive(Clone)]
pub struct Wire(Arc<Inner>);

pub(crate) struct Services {
    pub(crate) tables: Tables,
    pub(crate) indexes: Indexes,
    pub(crate) queues: Queues,
    pub(crate) ses: Arc<Ses>,
    pub(crate) buckets: Buckets,
}

struct Inner {
    services: Services,
    roles: Roles,
    tcp: SharedHttpClient,
    hook: Mutex<Option<Hook>>,
    log: Arc<Mutex<recording::Log>>,
    written: watch::Sender<u64>,
}

impl Wire {
    pub(crate) fn new(services: Services, roles: Roles) -> Self {
        let tcp = aws_smithy_http_client::Builder::new().build_http();
        Self(Arc::new(Inner {
            services,
            roles,
            tcp,
            hook: Mutex::default(),
            log: Arc::default(),
            written: watch::channel(0).0,
        }))
    }

    /// Calls `hook` for each call from now on, with the call as it will be recorded.
    pub fn on_call(&self, hook: impl Fn(&Call) -> Fault + Send + Sync + 'static) {
        *self.hook() = Some(Arc::new(hook));
    }

    /// Lets all calls pass again.
    pub fn repair(&self) {
        *self.hook() = None;
    }

    /// Records calls until it is dropped.
    #[must_use]
    pub fn record(&self) -> Recording {
        Recording::start(Arc::clone(&self.0.log))
    }

    /// Returns the HTTP client for the SDK of one function.
    pub(crate) fn line(&self, function: &str) -> SharedHttpClient {
        SharedHttpClient::new(Line { wire: self.clone(), function: function.into() })
    }

    /// Returns a receiver that changes whenever a table was written.
    pub(crate) fn written(&self) -> watch::Receiver<u64> {
        self.0.written.subscribe()
    }

    fn hook(&self) -> std::sync::MutexGuard<'_, Option<Hook>> {
        self.0.hook.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

#[derive(Debug, Clone)]
struct Line {
    wire: Wire,
    function: Arc<str>,
}

impl HttpClient for Line {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let tcp = self.wire.0.tcp.http_connector(settings, components);
        SharedHttpConnector::new(Connector { line: self.clone(), tcp })
    }
}

#[derive(Debug)]
struct Connector {
    line: Line,
    tcp: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (line, tcp) = (self.line.clone(), self.tcp.clone());
        HttpConnectorFuture::new(async move { line.wire.carry(&line.function, &tcp, request).await })
    }
}
