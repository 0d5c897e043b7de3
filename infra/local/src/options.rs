//! How an instance is started, and why it might not.

use std::{path::PathBuf, sync::Arc, time::Duration};

use shared::{Random, egress::Outside};

use crate::clock::ClockStart;

/// How an instance is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The SAM template.
    pub template: PathBuf,
    /// Where state is kept.
    pub data: Data,
    /// Empties the data folder first.
    pub reset: bool,
    /// The port of the HTTP API, which is in every link. 0 takes any that is free.
    pub port: u16,
    /// Whether the port is listened on. Without it, only [`crate::Local::http`] leads to the API, and the port is just a name.
    pub listen: bool,
    /// Seeds a brand, its admin, an API key and programs.
    pub seed: bool,
    /// Leaves the demo out of the seed: its partners with their past, and its second brand.
    pub bare: bool,
    /// Leads visitors of share links to a pretend shop, where the real one of a seeded brand would be.
    pub shop: bool,
    /// Connects the seeded brands with the pretend Network. Without it, that is there all the same, but nobody calls it.
    pub network: bool,
    /// Is told what takes a moment at the start.
    pub say: Option<fn(&str)>,
    /// Where the clock starts.
    pub clock: ClockStart,
    /// Where randomness comes from; the system's, if nothing else is said.
    pub random: Option<Arc<dyn Random>>,
    /// The way to other systems: the real one, on which `localhost` may be called too, if nothing else is said. The pretend Network
    /// is before either.
    pub outside: Option<Arc<dyn Outside>>,
    /// Deletes rows some time after they expired, as DynamoDB's TTL does.
    pub sweep_ttl: bool,
    /// Lets every mail be delivered by itself shortly after it was sent, or whatever else the mailboxes of its host do.
    pub auto_feedback: bool,
    /// Lets indexes lag behind the tables, as on AWS, and catch up every so often.
    pub index_lag: Option<Duration>,
    /// Parameters of the template that are to have other values than they have on a laptop.
    pub parameters: Vec<(String, String)>,
    /// Caps how many batches of one queue are under way at once. With 1, what happens has one order.
    pub concurrency_max: Option<usize>,
}

/// Where state is kept.
#[derive(Debug, Clone)]
pub enum Data {
    /// In a folder, for the next start.
    Dir(PathBuf),
    /// In memory, and gone with the instance.
    Memory,
}

impl Options {
    /// An instance of its own for one test: in memory, without a port, unseeded, with a clock that stands.
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

/// The template of this repository: below the current folder, or else where it was when this was compiled.
#[must_use]
pub fn template() -> PathBuf {
    let here = PathBuf::from("infra/template.yaml");
    if here.exists() { here } else { PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml")) }
}

/// Why an instance could not start, in one sentence.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The template can't be read or run.
    #[error("The template {path} can't be run locally: {cause}.", path = .path.display())]
    Template {
        /// Where it is.
        path: PathBuf,
        /// What is not understood.
        cause: crate::template::TemplateError,
    },
    /// The data folder can't be used.
    #[error("The data folder {path} can't be used: {cause}.", path = .path.display())]
    Data {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The port can't be listened on.
    #[error("Port {port} can't be used: {}. Choose another one with --port.", in_words(cause))]
    Port {
        /// Which.
        port: u16,
        /// Why not.
        cause: std::io::Error,
    },
    /// Nothing could be seeded.
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
