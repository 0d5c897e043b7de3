//! Writes that can be repeated: the answer under an `Idempotency-Key` is kept for a day.

use http::Method;
use jiff::{SignedDuration, Timestamp};

use crate::{
    domain::{BrandSlug, Invalid},
    error::{InvalidField, Result},
    secret::Hash,
    store::{Remember, StoredAnswer},
    web::{Reply, Request},
};

pub(crate) const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(24);
const KEY_CHARS_MAX: usize = 255;

/// A request that came with a key.
#[derive(Debug, Clone)]
pub(in crate::web) struct Repeatable {
    /// Where its answer is kept: the key belongs to one caller, method and path.
    pub(in crate::web) key: Hash,
    /// The hash of its query and its body.
    pub(in crate::web) request: Hash,
}

impl Repeatable {
    /// Reads the key of a request; `None` if it came without.
    ///
    /// # Errors
    /// `invalid_idempotency_key`.
    pub(in crate::web) fn of(request: &Request, brand: &BrandSlug, caller: &str) -> Result<Option<Self>> {
        // Reading twice does nothing twice, and functions that only read may not look for earlier answers.
        if !request.has_header("idempotency-key") || [Method::GET, Method::HEAD].contains(&request.method) {
            return Ok(None);
        }
        let key = request.header("idempotency-key").unwrap_or_default();
        if key.is_empty() || key.len() > KEY_CHARS_MAX || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("An Idempotency-Key has 1 to {KEY_CHARS_MAX} visible ASCII characters.");
            let invalid = Invalid::new("invalid_idempotency_key", message);
            return Err(InvalidField::at("Idempotency-Key", invalid).into());
        }
        let (method, path) = (request.method.as_str(), request.path.as_str());
        Ok(Some(Self {
            key: Hash::of_parts(&[brand.as_str(), caller, method, path, key]),
            request: Hash::of(&[request.query_text().as_bytes(), b"\n", &request.body].concat()),
        }))
    }

    /// What to keep of `reply`, given at `now`.
    pub(in crate::web) fn remember(&self, reply: &Reply, now: Timestamp) -> Remember {
        let answer = StoredAnswer {
            request: self.request.clone(),
            status: reply.status.as_u16(),
            body: reply.body.clone(),
            expires_at: now + ANSWERS_KEPT,
        };
        Remember { key: self.key.clone(), answer }
    }
}
