//! Writes that can be repeated: the answer under an `Idempotency-Key` is kept for a day.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Reply, Request};
use crate::{
    domain::{BrandSlug, Invalid},
    error::{Error, InvalidField, Result},
    secret::Hash,
};

const KEPT: SignedDuration = SignedDuration::from_hours(24);
const KEY_CHARS_MAX: usize = 255;

/// An answer that was given under a key. Refusals are not kept: they may turn out differently next time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// The hash of the request it answered.
    pub request: Hash,
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: String,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl StoredAnswer {
    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK)
    }
}

/// A request that came with a key.
#[derive(Debug, Clone)]
pub struct Repeatable {
    /// Where its answer is kept: the key belongs to one caller, method and path.
    pub key: Hash,
    request: Hash,
}

/// An answer to be kept in the transaction that it tells of.
#[derive(Debug, Clone)]
pub struct Remember {
    /// Where.
    pub key: Hash,
    /// What.
    pub answer: StoredAnswer,
}

impl Repeatable {
    /// Reads the key of a request; `None` if it came without.
    ///
    /// # Errors
    /// `invalid_idempotency_key`.
    pub fn of(request: &Request, brand: &BrandSlug, caller: &str) -> Result<Option<Self>> {
        let Some(key) = request.header("idempotency-key") else { return Ok(None) };
        if key.is_empty()
            || key.len() > KEY_CHARS_MAX
            || !key.bytes().all(|byte| byte.is_ascii_graphic())
        {
            let message =
                format!("An Idempotency-Key has 1 to {KEY_CHARS_MAX} visible ASCII characters.");
            return Err(InvalidField::at(
                "Idempotency-Key",
                Invalid::new("invalid_idempotency_key", message),
            )
            .into());
        }
        let (method, path) = (request.method.as_str(), request.path.as_str());
        Ok(Some(Self {
            key: Hash::of_parts(&[brand.as_str(), caller, method, path, key]),
            request: Hash::of(&request.body),
        }))
    }

    /// The error that answers a repetition with the `earlier` answer.
    #[must_use]
    pub fn repeat(&self, earlier: StoredAnswer) -> Error {
        repeat(&self.request, earlier)
    }

    /// What to keep of `reply`, given at `now`.
    #[must_use]
    pub fn remember(&self, reply: &Reply, now: Timestamp) -> Remember {
        let answer = StoredAnswer {
            request: self.request.clone(),
            status: reply.status.as_u16(),
            body: reply.body.clone(),
            expires_at: now + KEPT,
        };
        Remember { key: self.key.clone(), answer }
    }
}

impl Remember {
    /// The error that answers with what the same request was answered a moment ago.
    #[must_use]
    pub fn repeat(&self, earlier: StoredAnswer) -> Error {
        repeat(&self.answer.request, earlier)
    }
}

fn repeat(request: &Hash, earlier: StoredAnswer) -> Error {
    if earlier.request == *request {
        Error::Answered(Box::new(earlier))
    } else {
        Error::IdempotencyKeyReused
    }
}
