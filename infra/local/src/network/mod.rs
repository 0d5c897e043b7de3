//! A simulated Network: a marketplace where creators apply to the offerings of the seeded brands.
//!
//! It implements both directions of the real protocol: it responds to the product's calls (`api`), in process (`door`)
//! as well as over HTTP, and it sends signed webhooks (`webhook`). Its data is in the ledger (`memory`), so it outlives
//! the instance. Its pages are in `pages`. It never reads the product's table: everything that it knows of a brand's
//! partners, the product sent it.

mod api;
mod applications;
mod door;
mod forms;
mod memory;
mod pages;
mod people;
mod roster;
mod webhook;

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::Random;
use tokio::sync::mpsc;

use self::memory::{Kind, Memory, Result};
pub(crate) use self::{door::Door, webhook::Deliveries};
use crate::{clock::LocalClock, ledger::Ledger};

/// Its path below the base URL of the instance.
const PATH: &str = "/_local/network";
/// The length of a body that its log stores.
const BODY_CHARS_MAX: usize = 2_000;
/// The number of calls that its log retains for each brand.
const CALLS_MAX: usize = 100;

/// The simulated Network. Clones share the same state.
#[derive(Clone)]
pub(crate) struct Network(Arc<Inner>);

struct Inner {
    memory: Memory,
    ledger: Ledger,
    clock: LocalClock,
    base_url: String,
    /// True if its data outlives the instance. If so, its secrets are random; otherwise they are the same every time,
    /// for tests.
    lasts: bool,
    vendors: OnceLock<Vec<Vendor>>,
    /// Approvals that a webhook is about to report.
    soon: mpsc::UnboundedSender<webhook::Due>,
    under_way: AtomicUsize,
}

/// The values that connect a brand with the simulated Network.
#[derive(Debug, Clone)]
pub struct NetworkSeed {
    /// The base URL for the product's calls to the Network.
    pub url: String,
    /// The token that the product sends.
    pub token: String,
    /// The secret with which the Network signs its webhooks, as `whsec_…`.
    pub signing_secret: String,
    /// The URL to which the Network sends them.
    pub webhook: String,
}

/// A brand, as the Network knows it.
struct Vendor {
    brand: String,
    name: String,
    seed: NetworkSeed,
}

/// Its behaviour towards a brand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// It responds immediately.
    #[default]
    Up,
    /// It carries out the request and responds after five seconds.
    Slow,
    /// It does nothing and responds that there were too many requests.
    Limited,
    /// It does nothing and responds with a server error.
    Down,
}

impl Mode {
    const ALL: [Self; 4] = [Self::Up, Self::Slow, Self::Limited, Self::Down];

    fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Slow => "slow",
            Self::Limited => "limited",
            Self::Down => "down",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Up => "Up",
            Self::Slow => "Slow",
            Self::Limited => "Too many calls",
            Self::Down => "Down",
        }
    }

    fn means(self) -> &'static str {
        match self {
            Self::Up => "Every call is answered immediately.",
            Self::Slow => "Every call is processed, but answered only after 5 seconds.",
            Self::Limited => "Every call returns 429 with “retry after 5 seconds”.",
            Self::Down => "Every call returns 503.",
        }
    }
}

/// Settings that a developer may change.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Settings {
    mode: Mode,
    /// The secret that signs webhooks, if it isn't the seeded one.
    secret: Option<String>,
}

/// One call, of the product or of the Network.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    at: Timestamp,
    /// True if the Network made it.
    ours: bool,
    what: String,
    sent: String,
    status: u16,
    answered: String,
}

impl Network {
    /// Creates a Network with the data in `ledger`, and the worker that delivers its webhooks.
    pub(crate) fn new(ledger: Ledger, clock: LocalClock, base_url: String, lasts: bool) -> (Self, Deliveries) {
        let (soon, due) = mpsc::unbounded_channel();
        let network = Self(Arc::new(Inner {
            memory: Memory::new(ledger.clone()),
            ledger,
            clock,
            base_url,
            lasts,
            vendors: OnceLock::new(),
            soon,
            under_way: AtomicUsize::new(0),
        }));
        (network.clone(), Deliveries::new(network, due))
    }

    /// Returns what connects a brand with it: the same at every start.
    pub(crate) fn seed(&self, brand: &str) -> Result<NetworkSeed> {
        let base = &self.0.base_url;
        Ok(NetworkSeed {
            url: format!("{base}{PATH}/api"),
            token: format!("net_{}", hex(&self.bytes(&format!("network.token.{brand}"))?)),
            signing_secret: shared::crypto::webhook_signature::secret_text(self.secret_bytes(brand)?),
            webhook: format!("{base}/webhooks/network/{brand}"),
        })
    }

    /// Returns the bytes from which the signing secret of a brand's webhooks is made.
    pub(crate) fn secret_bytes(&self, brand: &str) -> Result<[u8; 32]> {
        self.bytes(&format!("network.secret.{brand}"))
    }

    fn bytes(&self, fact: &str) -> Result<[u8; 32]> {
        let text = self.0.ledger.fact_or(fact, || {
            let mut bytes = [0; 32];
            if self.0.lasts {
                shared::runtime::OsRandom.fill(&mut bytes);
            } else {
                // Derived from the name, so that tests draw no random number for it.
                for (byte, of_name) in bytes.iter_mut().zip(fact.bytes().rev().cycle()) {
                    *byte = of_name;
                }
            }
            STANDARD.encode(bytes)
        })?;
        Ok(STANDARD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).unwrap_or_default())
    }

    /// Adds the seeded brands, each with its slug and its name.
    pub(crate) fn open<'a>(&self, brands: impl Iterator<Item = (&'a str, &'a str, &'a NetworkSeed)>) {
        let vendor = |(brand, name, seed): (&str, &str, &NetworkSeed)| Vendor {
            brand: brand.to_owned(),
            name: name.to_owned(),
            seed: seed.clone(),
        };
        self.0.vendors.get_or_init(|| brands.map(vendor).collect());
    }

    /// Returns `true` if every approval has been sent.
    pub(crate) fn is_settled(&self) -> bool {
        self.0.under_way.load(Ordering::SeqCst) == 0
    }

    fn vendors(&self) -> &[Vendor] {
        self.0.vendors.get().map(Vec::as_slice).unwrap_or_default()
    }

    fn vendor(&self, brand: &str) -> Option<&Vendor> {
        self.vendors().iter().find(|vendor| vendor.brand == brand)
    }

    fn settings(&self, brand: &str) -> Result<Settings> {
        Ok(self.0.memory.look(brand, |notes| notes.get(Kind::Settings, ""))?.unwrap_or_default())
    }

    fn change_settings(&self, brand: &str, change: impl FnOnce(&mut Settings)) -> Result<()> {
        self.0.memory.write(brand, |notes| {
            let mut settings: Settings = notes.get(Kind::Settings, "")?.unwrap_or_default();
            change(&mut settings);
            notes.put(Kind::Settings, "", &settings)
        })
    }

    /// Returns the secret that signs webhooks to a brand.
    fn signing_secret(&self, vendor: &Vendor) -> Result<String> {
        Ok(self.settings(&vendor.brand)?.secret.unwrap_or_else(|| vendor.seed.signing_secret.clone()))
    }

    /// Logs a call. Those with a wrong token are logged without a brand.
    fn log(&self, brand: &str, call: Call) -> Result<()> {
        let call = Call { sent: cut(&call.sent), answered: cut(&call.answered), ..call };
        self.0.memory.write(brand, |notes| {
            let id = notes.fresh_number()?.to_string();
            notes.put(Kind::Call, &id, &call)?;
            notes.keep(Kind::Call, CALLS_MAX)
        })
    }
}

/// Cuts a body to the length that the log stores.
fn cut(body: &str) -> String {
    let mut cut: String = body.chars().take(BODY_CHARS_MAX).collect();
    if cut.len() < body.len() {
        cut.push('…');
    }
    cut
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the body of an error response.
fn refusal(code: &str) -> serde_json::Value {
    json!({"error": code})
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Network({}{PATH})", self.0.base_url)
    }
}
