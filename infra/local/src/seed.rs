//! The initial data of an instance: a brand with its admin, an API key and programs; and, unless it is to be bare, the
//! demo: a second brand, and twelve weeks of activity at both.
//!
//! All of it goes through the functions themselves, except the keys, which an operator would also create directly.

use std::sync::{Arc, OnceLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use shared::{Error, Random, crypto::secret::signature, domain::BrandSlug, store::keys};

use crate::{
    functions::Functions,
    gateway::Gateway,
    ledger::Ledger,
    network::{Network, NetworkSeed},
};

/// The name under which the ledger stores the first brand's key: without it, nothing was ever seeded.
const FIRST_KEY: &str = "seed.api_key";

/// High enough that no local import ever waits for the next day.
const DAILY_INVITES: u64 = 1_000_000;

/// A brand to seed.
struct Plant {
    slug: &'static str,
    name: &'static str,
    time_zone: &'static str,
    admin: (&'static str, &'static str),
    /// The names of its values in the ledger.
    key: &'static str,
    programs: &'static str,
}

const ACME: Plant = Plant {
    slug: "acme",
    name: "Acme",
    time_zone: "Europe/Berlin",
    admin: ("Ada Admin", "ada@acme.example"),
    key: FIRST_KEY,
    programs: "seed.programs",
};

const GLOBEX: Plant = Plant {
    slug: "globex",
    name: "Globex",
    time_zone: "America/New_York",
    admin: ("Grace Park", "grace@globex.example"),
    key: "seed.api_key.globex",
    programs: "seed.programs.globex",
};

/// Seeds an instance and remembers what was seeded. Clones share it.
#[derive(Clone)]
pub(crate) struct Seed {
    functions: Functions,
    network: Network,
    seeded: Arc<OnceLock<Vec<Seeded>>>,
}

/// A brand that was seeded.
#[derive(Debug, Clone)]
pub struct Seeded {
    /// Its slug.
    pub brand: String,
    /// Its name.
    pub name: String,
    /// The email address of its admin.
    pub admin_email: String,
    /// An API key with every scope.
    pub api_key: String,
    /// The values that connect it with the simulated Network.
    pub network: NetworkSeed,
}

/// The reason why seeding failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SeedError {
    #[error("{0}")]
    Function(#[from] Error),
    #[error("{0} returned {1}: {2}")]
    Refused(String, u16, String),
    #[error("the ledger: {0}")]
    Ledger(#[from] rusqlite::Error),
    #[error("the template lacks the function {0}, which the seed needs")]
    NoFunction(&'static str),
    #[error("the demo could not be created: {0}")]
    Story(String),
}

/// Returns `true` if this instance was ever seeded.
pub(crate) fn was_planted(ledger: &Ledger) -> rusqlite::Result<bool> {
    Ok(ledger.fact(FIRST_KEY)?.is_some())
}

impl Seed {
    pub(crate) fn new(functions: Functions, network: Network) -> Self {
        Self { functions, network, seeded: Arc::default() }
    }

    /// Returns the brands that were seeded.
    pub(crate) fn brands(&self) -> &[Seeded] {
        self.seeded.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns a seeded brand by its slug.
    pub(crate) fn brand(&self, slug: &str) -> Option<&Seeded> {
        self.brands().iter().find(|seeded| seeded.brand == slug)
    }

    /// Returns a new one-time link that signs in the admin of a seeded brand.
    pub(crate) async fn admin_link(&self, seeded: &Seeded) -> Result<String, SeedError> {
        Ok(shared::operator::admin_link(&self.functions.operator(), &seeded.brand, &seeded.admin_email).await?)
    }

    /// Returns a `userHash` as the server of the brand's shop computes it, with the secret from the brand's settings.
    pub(crate) async fn user_hash(&self, seeded: &Seeded, user: &str) -> Result<String, SeedError> {
        const SETTINGS: &str = "attribution-settings";
        let app = self.functions.app(SETTINGS).ok_or(SeedError::NoFunction(SETTINGS))?;
        let slug = BrandSlug::parse(&seeded.brand).map_err(Error::internal)?;
        let brand = app.store.get(&keys::brand(&slug)).await?.ok_or(Error::NotFound("brand"))?;
        Ok(signature(&brand.identify_secret(app.server_key()?), user).as_str().to_owned())
    }

    /// Seeds what is missing: the first brand, and with `demo` the second one. The next start completes a seed that a
    /// kill interrupted.
    pub(crate) async fn plant(
        &self,
        gateway: &Gateway,
        ledger: &Ledger,
        random: &dyn Random,
        demo: bool,
    ) -> Result<(), SeedError> {
        let acme = self.plant_brand(&ACME, ledger, random).await?;
        self.programs(gateway, ledger, &ACME, &acme.api_key, &acme_programs(demo)).await?;
        let mut seeded = vec![acme];
        if demo {
            let globex = self.plant_brand(&GLOBEX, ledger, random).await?;
            self.programs(gateway, ledger, &GLOBEX, &globex.api_key, &globex_programs()).await?;
            seeded.push(globex);
        }
        let seeded = self.seeded.get_or_init(|| seeded);
        self.network.open(seeded.iter().map(|one| (one.brand.as_str(), one.name.as_str(), &one.network)));
        Ok(())
    }

    /// Connects the seeded brands with the simulated Network, unless an earlier start did: an admin's later changes
    /// stay.
    pub(crate) async fn connect(&self, ledger: &Ledger) -> Result<(), SeedError> {
        const CONNECTION: &str = "network-connection";
        let app = self.functions.app(CONNECTION).ok_or(SeedError::NoFunction(CONNECTION))?;
        for Seeded { brand, network, .. } in self.brands() {
            let fact = format!("network.connected.{brand}");
            // With another port, its URL is different.
            if ledger.fact(&fact)?.as_ref() != Some(&network.url) {
                let secret = self.network.secret_bytes(brand)?;
                shared::operator::connect_network(&app, brand, &network.url, &network.token, secret).await?;
                ledger.remember(&fact, &network.url)?;
            }
        }
        Ok(())
    }

    async fn plant_brand(&self, plant: &Plant, ledger: &Ledger, random: &dyn Random) -> Result<Seeded, SeedError> {
        let Plant { slug, name, time_zone, admin, .. } = plant;
        let reply_to = format!("partners@{slug}.example");
        let brand = json!({
            "brand": {"slug": slug, "name": name, "replyTo": reply_to, "timeZone": time_zone, "dailyInvites": DAILY_INVITES},
            "admins": [{"name": admin.0, "email": admin.1}],
        });
        // An admin's later changes stay.
        if ledger.fact(plant.key)?.is_none() {
            self.functions.invoke("create-brand", brand).await?;
        }

        let secret = ledger.fact_or(plant.key, || {
            let mut bytes = [0; 32];
            random.fill(&mut bytes);
            STANDARD.encode(bytes)
        })?;
        let bytes = STANDARD.decode(secret).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).unwrap_or_default();
        let api_key = shared::operator::api_key(&self.functions.operator(), slug, "Seed", bytes).await?;
        let (brand, name) = ((*slug).to_owned(), (*name).to_owned());
        let network = self.network.seed(&brand)?;
        Ok(Seeded { brand, name, admin_email: admin.1.to_owned(), api_key, network })
    }

    /// Creates a brand's programs, unless an earlier start did. Idempotency keys make it safe to repeat after a start
    /// that was interrupted.
    async fn programs(
        &self,
        gateway: &Gateway,
        ledger: &Ledger,
        plant: &Plant,
        api_key: &str,
        programs: &[Value],
    ) -> Result<(), SeedError> {
        if ledger.fact(plant.programs)?.is_some() {
            return Ok(());
        }
        for (number, body) in programs.iter().enumerate() {
            let path = format!("/api/t/{}/programs", plant.slug);
            let request = Request::post(&path)
                .header("authorization", format!("Bearer {api_key}"))
                .header("content-type", "application/json")
                .header("idempotency-key", format!("seed-programs-{number}"))
                .body(Bytes::from(body.to_string()));
            let response = gateway.answer(request.map_err(Error::internal)?).await;
            if !response.status().is_success() {
                let text = String::from_utf8_lossy(response.body()).into_owned();
                return Err(SeedError::Refused(path, response.status().as_u16(), text));
            }
        }
        Ok(ledger.remember(plant.programs, "planted")?)
    }
}

fn program(slug: &str, (name, path): (&str, &str), commission: &Value) -> Value {
    json!({
        "name": name,
        "destination": format!("https://shop.{slug}.example/{path}"),
        "allowedHosts": [format!("blog.{slug}.example")],
        "commission": commission,
    })
}

fn percent(basis_points: u32) -> Value {
    json!({"type": "percent", "basisPoints": basis_points})
}

fn acme_programs(demo: bool) -> Vec<Value> {
    let program = |name_and_path, commission| program("acme", name_and_path, &commission);
    let mut programs = vec![
        program(("Spring launch", "spring"), percent(1000)),
        program(("Refer a friend", "friends"), json!({"type": "fixed", "amount": 500, "currency": "EUR"})),
        program(("Creators", "creators"), percent(1500)),
    ];
    // The demo archives it.
    programs.extend(demo.then(|| program(("Winter clearance", "winter"), percent(800))));
    programs
}

fn globex_programs() -> [Value; 2] {
    let program = |name_and_path, commission| program("globex", name_and_path, &commission);
    [
        program(("Ambassadors", "welcome"), percent(2000)),
        program(("Workshops", "workshops"), json!({"type": "fixed", "amount": 2500, "currency": "USD"})),
    ]
}
