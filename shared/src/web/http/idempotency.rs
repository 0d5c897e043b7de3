//! Repeatable writes: the response under an `Idempotency-Key` is stored for a day.

use http::Method;
use jiff::{SignedDuration, Timestamp};

use crate::{
    crypto::secret::Hash,
    domain::StoredResponse,
    domain::{BrandSlug, Invalid},
    error::{InvalidField, Result},
    store::IdempotencyRecord,
    web::{Reply, Request},
};

pub(crate) const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(24);
const KEY_CHARS_MAX: usize = 255;

/// A request with an idempotency key.
#[derive(Debug, Clone)]
pub(in crate::web) struct Repeatable {
    /// Key under which the response is stored. It is specific to one caller, method and path.
    pub(in crate::web) key: Hash,
    /// Hash of the query and the body.
    pub(in crate::web) request: Hash,
}

impl Repeatable {
    /// Reads the idempotency key of a request; `None` if it has none.
    ///
    /// # Errors
    /// Fails with `invalid_idempotency_key`.
    pub(in crate::web) fn of(request: &Request, brand: &BrandSlug, caller: &str) -> Result<Option<Self>> {
        // Reads have no effect that could happen twice, and read-only functions may not read stored responses.
        if !request.has_header("idempotency-key") || [Method::GET, Method::HEAD].contains(&request.method) {
            return Ok(None);
        }
        let key = request.header("idempotency-key").unwrap_or_default();
        if key.is_empty() || key.len() > KEY_CHARS_MAX || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("An Idempotency-Key must be 1 to {KEY_CHARS_MAX} visible ASCII characters.");
            let invalid = Invalid::new("invalid_idempotency_key", message);
            return Err(InvalidField::at("Idempotency-Key", invalid).into());
        }
        let (method, path) = (request.method.as_str(), request.path.as_str());
        Ok(Some(Self {
            key: Hash::of_parts(&[brand.as_str(), caller, method, path, key]),
            request: Hash::of(&[request.query_text().as_bytes(), b"\n", &request.body].concat()),
        }))
    }

    /// Returns the response `reply`, given at `now`, in the form in which it is stored.
    pub(in crate::web) fn remember(&self, reply: &Reply, now: Timestamp) -> IdempotencyRecord {
        let answer = StoredResponse {
            request: self.request.clone(),
            status: reply.status.as_u16(),
            body: reply.body.clone(),
            expires_at: now + ANSWERS_KEPT,
        };
        IdempotencyRecord { key: self.key.clone(), answer }
    }
}
