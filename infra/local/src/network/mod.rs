//! A pretend Network: a marketplace where creators apply to what the seeded brands offer.
//!
//! It speaks as the real one does, both ways: it answers the product's calls (`api`), in process (`door`) as well as over HTTP, and it
//! sends signed webhooks (`webhook`). What it knows is in the ledger (`memory`), so it outlives the instance. Its pages are in `pages`.
//! It reads nothing of the product's table: whatever it knows of a brand's partners, the product told it.

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

/// Where it is, below the base address of the instance.
const PATH: &str = "/_local/network";
/// How much of a body its log keeps.
const BODY_CHARS_MAX: usize = 2_000;
/// How many calls its log keeps of each brand.
const CALLS_MAX: usize = 100;

/// The pretend Network. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Network(Arc<Inner>);

struct Inner {
    memory: Memory,
    ledger: Ledger,
    clock: LocalClock,
    base_url: String,
    /// Whether what it knows is to outlive the instance. Its secrets are fresh then, and otherwise the same every time, for tests.
    lasts: bool,
    vendors: OnceLock<Vec<Vendor>>,
    /// Approvals that a webhook is to tell of in a moment.
    soon: mpsc::UnboundedSender<webhook::Due>,
    under_way: AtomicUsize,
}

/// What connects a brand with the pretend Network.
#[derive(Debug, Clone)]
pub struct NetworkSeed {
    /// Where the product calls the Network: the address that its paths go below.
    pub url: String,
    /// What the product calls it with.
    pub token: String,
    /// What the Network signs its webhooks with, as `whsec_…`.
    pub signing_secret: String,
    /// Where the Network sends them.
    pub webhook: String,
}

/// A brand, as the Network knows it.
struct Vendor {
    brand: String,
    name: String,
    seed: NetworkSeed,
}

/// How it behaves towards a brand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// It answers at once.
    #[default]
    Up,
    /// It does what it is asked, and answers after five seconds.
    Slow,
    /// It does nothing, and says that it was asked too often.
    Limited,
    /// It does nothing, and says that it is broken.
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

/// What people may change about it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Settings {
    mode: Mode,
    /// What webhooks are signed with, if not with what was seeded.
    secret: Option<String>,
}

/// One call, of the product or of the Network.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Call {
    at: Timestamp,
    /// Whether the Network made it.
    ours: bool,
    what: String,
    sent: String,
    status: u16,
    answered: String,
}

impl Network {
    /// One that remembers what `ledger` holds, and what brings its webhooks.
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

    /// What is to connect a brand with it: the same at every start.
    pub(crate) fn seed(&self, brand: &str) -> Result<NetworkSeed> {
        let base = &self.0.base_url;
        Ok(NetworkSeed {
            url: format!("{base}{PATH}/api"),
            token: format!("net_{}", hex(&self.bytes(&format!("network.token.{brand}"))?)),
            signing_secret: shared::crypto::webhook_signature::secret_text(self.secret_bytes(brand)?),
            webhook: format!("{base}/webhooks/network/{brand}"),
        })
    }

    /// What the signing secret of a brand's webhooks is made of.
    pub(crate) fn secret_bytes(&self, brand: &str) -> Result<[u8; 32]> {
        self.bytes(&format!("network.secret.{brand}"))
    }

    fn bytes(&self, fact: &str) -> Result<[u8; 32]> {
        let text = self.0.ledger.fact_or(fact, || {
            let mut bytes = [0; 32];
            if self.0.lasts {
                shared::runtime::OsRandom.fill(&mut bytes);
            } else {
                // Taken from the name, so that tests draw no random number for it.
                for (byte, of_name) in bytes.iter_mut().zip(fact.bytes().rev().cycle()) {
                    *byte = of_name;
                }
            }
            STANDARD.encode(bytes)
        })?;
        Ok(STANDARD.decode(text).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).unwrap_or_default())
    }

    /// Lets the seeded brands be found, each with its slug and its name.
    pub(crate) fn open<'a>(&self, brands: impl Iterator<Item = (&'a str, &'a str, &'a NetworkSeed)>) {
        let vendor = |(brand, name, seed): (&str, &str, &NetworkSeed)| Vendor {
            brand: brand.to_owned(),
            name: name.to_owned(),
            seed: seed.clone(),
        };
        self.0.vendors.get_or_init(|| brands.map(vendor).collect());
    }

    /// Whether every approval was told of.
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

    /// What webhooks to a brand are signed with.
    fn signing_secret(&self, vendor: &Vendor) -> Result<String> {
        Ok(self.settings(&vendor.brand)?.secret.unwrap_or_else(|| vendor.seed.signing_secret.clone()))
    }

    /// Notes a call. Those with a wrong token are nobody's, and noted without a brand.
    fn log(&self, brand: &str, call: Call) -> Result<()> {
        let call = Call { sent: cut(&call.sent), answered: cut(&call.answered), ..call };
        self.0.memory.write(brand, |notes| {
            let id = notes.fresh_number()?.to_string();
            notes.put(Kind::Call, &id, &call)?;
            notes.keep(Kind::Call, CALLS_MAX)
        })
    }
}

/// As much of a body as its log keeps.
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

/// What it says when it refuses.
fn refusal(code: &str) -> serde_json::Value {
    json!({"error": code})
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Network({}{PATH})", self.0.base_url)
    }
}
