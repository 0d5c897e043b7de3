//! What an instance starts with: a brand, its admin, an API key, three programs, and a few partners.
//!
//! All of it goes through the functions themselves, except the key, which an operator would make too.

use std::sync::{Arc, OnceLock};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use shared::{Error, Random};

use crate::{functions::Functions, gateway::Gateway, ledger::Ledger};

const BRAND: &str = "acme";
const ADMIN_EMAIL: &str = "ada@acme.example";

/// Plants and remembers. Clones share what was planted.
#[derive(Clone)]
pub(crate) struct Seed {
    functions: Functions,
    seeded: Arc<OnceLock<Seeded>>,
}

/// What was planted.
#[derive(Debug, Clone)]
pub struct Seeded {
    /// The slug of the brand.
    pub brand: String,
    /// The address of its admin.
    pub admin_email: String,
    /// An API key with every scope.
    pub api_key: String,
}

/// Why nothing could be planted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SeedError {
    #[error("{0}")]
    Function(#[from] Error),
    #[error("{0} answered {1}: {2}")]
    Refused(&'static str, u16, String),
    #[error("the ledger: {0}")]
    Ledger(#[from] rusqlite::Error),
    #[error("the function create-brand, which the seed goes through, is not in the template")]
    NoFunction,
}

impl Seed {
    pub(crate) fn new(functions: Functions) -> Self {
        Self { functions, seeded: Arc::default() }
    }

    /// What was planted, if it was.
    pub(crate) fn seeded(&self) -> Option<Seeded> {
        self.seeded.get().cloned()
    }

    /// A fresh link that signs the seeded admin in, once.
    pub(crate) async fn admin_link(&self) -> Result<String, SeedError> {
        let app = self.functions.app("create-brand").ok_or(SeedError::NoFunction)?;
        Ok(shared::setup::admin_link(&app, BRAND, ADMIN_EMAIL).await?)
    }

    /// Plants what is not there yet. A kill in the middle is mended by the next start.
    pub(crate) async fn plant(
        &self,
        gateway: &Gateway,
        ledger: &Ledger,
        random: &dyn Random,
        bare: bool,
    ) -> Result<(), SeedError> {
        let brand = json!({
            "brand": {"slug": BRAND, "name": "Acme", "replyTo": "partners@acme.example", "timeZone": "Europe/Berlin"},
            "admins": [{"name": "Ada Admin", "email": ADMIN_EMAIL}],
        });
        self.functions.invoke("create-brand", brand).await?;

        let secret = ledger.fact_or("seed.api_key", || {
            let mut bytes = [0; 32];
            random.fill(&mut bytes);
            STANDARD.encode(bytes)
        })?;
        let bytes = STANDARD.decode(secret).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).unwrap_or_default();
        let app = self.functions.app("create-brand").ok_or(SeedError::NoFunction)?;
        let api_key = shared::setup::api_key(&app, BRAND, "Seed", bytes).await?;

        self.once(gateway, ledger, &api_key, "programs", &programs()).await?;
        if !bare {
            self.once(gateway, ledger, &api_key, "partners", &partners()).await?;
        }
        let seeded = Seeded { brand: BRAND.to_owned(), admin_email: ADMIN_EMAIL.to_owned(), api_key };
        self.seeded.get_or_init(|| seeded);
        Ok(())
    }

    /// Posts `bodies` to one collection, unless an earlier start did. The idempotency keys make up for a start that was cut off.
    async fn once(
        &self,
        gateway: &Gateway,
        ledger: &Ledger,
        api_key: &str,
        what: &'static str,
        bodies: &[Value],
    ) -> Result<(), SeedError> {
        let fact = format!("seed.{what}");
        if ledger.fact(&fact)?.is_some() {
            return Ok(());
        }
        for (number, body) in bodies.iter().enumerate() {
            let request = Request::post(format!("/api/t/{BRAND}/{what}"))
                .header("authorization", format!("Bearer {api_key}"))
                .header("content-type", "application/json")
                .header("idempotency-key", format!("seed-{what}-{number}"))
                .body(Bytes::from(body.to_string()));
            let response = gateway.answer(request.map_err(Error::internal)?).await;
            // A partner of this name may be there already, from a start long ago that was cut off.
            if !response.status().is_success() && response.status() != http::StatusCode::CONFLICT {
                let text = String::from_utf8_lossy(response.body()).into_owned();
                return Err(SeedError::Refused(what, response.status().as_u16(), text));
            }
        }
        Ok(ledger.remember(&fact, "planted")?)
    }
}

fn programs() -> [Value; 3] {
    let program = |name: &str, path: &str, commission: Value| {
        json!({
            "name": name,
            "destination": format!("https://shop.acme.example/{path}"),
            "allowedHosts": ["blog.acme.example"],
            "commission": commission,
        })
    };
    [
        program("Spring launch", "spring", json!({"type": "percent", "basisPoints": 1000})),
        program("Refer a friend", "friends", json!({"type": "fixed", "amount": 500, "currency": "EUR"})),
        program("Creators", "creators", json!({"type": "percent", "basisPoints": 1500})),
    ]
}

fn partners() -> [Value; 4] {
    let partner =
        |name: &str, email: &str, send_invite: bool| json!({"name": name, "email": email, "sendInvite": send_invite});
    [
        partner("Noor Haddad", "noor@example.org", false),
        partner("Mateo Silva", "mateo@example.org", false),
        partner("Ines Keller", "ines@example.org", true),
        partner("Tomasz Nowak", "tomasz@example.org", true),
    ]
}
