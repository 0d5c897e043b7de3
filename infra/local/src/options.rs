//! Options with which an instance starts, and the errors of a start.

use std::{path::PathBuf, sync::Arc, time::Duration};

use shared::{Random, egress::OutboundClient};

use crate::clock::ClockStart;

/// Options with which an instance starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// The path of the SAM template.
    pub template: PathBuf,
    /// The storage of the instance's state.
    pub data: Data,
    /// Empties the data folder first.
    pub reset: bool,
    /// The port of the HTTP API, which is part of every link. 0 takes any free port.
    pub port: u16,
    /// True to listen on the port. If not, the API is reached only through [`crate::Local::http`], and the port is just
    /// part of links.
    pub listen: bool,
    /// Seeds a brand, its admin, an API key and programs.
    pub seed: bool,
    /// Leaves the demo out of the seed: its partners with their history, and its second brand.
    pub bare: bool,
    /// Redirects visitors of share links to a simulated shop in place of a seeded brand's real one.
    pub shop: bool,
    /// Connects the seeded brands with the simulated Network. Otherwise the Network runs too, but the product doesn't
    /// call it.
    pub network: bool,
    /// Receives messages about slow steps of the start.
    pub say: Option<fn(&str)>,
    /// The starting point of the clock.
    pub clock: ClockStart,
    /// The source of randomness; by default the operating system's.
    pub random: Option<Arc<dyn Random>>,
    /// The HTTP client for external systems; by default the real one, which may also call `localhost`. Calls to the
    /// simulated Network never reach it.
    pub outside: Option<Arc<dyn OutboundClient>>,
    /// Deletes rows some time after they expired, as DynamoDB's TTL does.
    pub sweep_ttl: bool,
    /// Lets each mailbox react automatically shortly after an email was sent: by accepting it, or as its host does.
    pub auto_feedback: bool,
    /// Lets indexes lag behind the tables, as on AWS, and catch up at this interval.
    pub index_lag: Option<Duration>,
    /// Values of template parameters that differ from the local runner's usual ones.
    pub parameters: Vec<(String, String)>,
    /// The maximum number of batches of one queue in progress at a time. With 1, events have a fixed order.
    pub concurrency_max: Option<usize>,
}

/// The storage of the instance's state.
#[derive(Debug, Clone)]
pub enum Data {
    /// In a folder, for the next start.
    Dir(PathBuf),
    /// In memory; it is lost with the instance.
    Memory,
}

impl Options {
    /// Returns options for the isolated instance of one test: in memory, without a port, unseeded, with a paused clock.
    #[must_use]
    pub fn for_tests() -> Self {
        Self {
            template: template(),
            data: Data::Memory,
            reset: false,
            port: 9000,
            listen: false,
            seed: false,
            bare: true,
            shop: false,
            network: false,
            say: None,
            clock: ClockStart::At(jiff::Timestamp::constant(1_767_261_600, 0)),
            random: None,
            outside: None,
            sweep_ttl: false,
            auto_feedback: false,
            index_lag: None,
            parameters: Vec::new(),
            concurrency_max: None,
        }
    }
}

/// Returns the path of this repository's template: below the current folder, or else where it was at compile time.
#[must_use]
pub fn template() -> PathBuf {
    let here = PathBuf::from("infra/template.yaml");
    if here.exists() { here } else { PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml")) }
}

/// The reason why an instance could not start, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The template can't be read or run.
    #[error("The template {path} can't be run locally: {cause}.", path = .path.display())]
    Template {
        /// Its path.
        path: PathBuf,
        /// The part that isn't understood.
        cause: crate::template::TemplateError,
    },
    /// The data folder can't be used.
    #[error("The data folder {path} can't be used: {cause}.", path = .path.display())]
    Data {
        /// Its path.
        path: PathBuf,
        /// The cause.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The port can't be listened on.
    #[error("Port {port} can't be used: {}. Choose another one with --port.", in_words(cause))]
    Port {
        /// Its number.
        port: u16,
        /// The cause.
        cause: std::io::Error,
    },
    /// Seeding failed.
    #[error("The instance could not be seeded: {0}.")]
    Seed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

fn in_words(cause: &std::io::Error) -> String {
    if cause.kind() == std::io::ErrorKind::AddrInUse {
        "another program is using it".to_owned()
    } else {
        cause.to_string()
    }
}
