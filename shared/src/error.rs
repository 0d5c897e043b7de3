//! Why a request was not answered with success, and what callers are told of it.

use std::fmt;

use http::StatusCode;

use crate::{
    domain::{AccessRefused, Invalid, PartnerId, PartnerState},
    store::StoredAnswer,
};

/// What handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a request was not answered with success.
///
/// Its `Display` goes to the caller; the cause of [`Error::Internal`] goes to the log only.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input does not parse.
    #[error("{}", .0.invalid.message)]
    Invalid(InvalidField),
    /// The body is larger than any we take.
    #[error("The request is too large: at most 64 KB are accepted.")]
    TooLarge,
    /// We don't know who is asking.
    #[error("Sign in, or send a valid API key as `Authorization: Bearer …`.")]
    Unauthenticated,
    /// The key lacks the right.
    #[error("This API key lacks the scope `{0}`.")]
    ScopeMissing(String),
    /// A browser sent a form that another site made.
    #[error("This request came from another site and was refused.")]
    OtherOrigin,
    /// There is no such thing, or none the caller may see.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// The address belongs to another partner of the brand.
    #[error("A partner with this email address already exists.")]
    EmailTaken {
        /// Who has it, for callers who may read partners.
        owner: Option<(PartnerId, PartnerState)>,
    },
    /// Access can't be taken or given back.
    #[error(transparent)]
    Access(#[from] AccessRefused),
    /// Somebody else was faster.
    #[error("This was changed meanwhile. Look at it again and repeat what you want.")]
    ChangedMeanwhile,
    /// The `Idempotency-Key` belongs to another request.
    #[error("This Idempotency-Key was used for another request.")]
    IdempotencyKeyReused,
    /// A magic link or a code that signs nobody in (any more).
    #[error("This link no longer works.")]
    LinkDead,
    /// Too often from one network address.
    #[error("Too many requests. Wait a few minutes and try again.")]
    TooManyRequests,
    /// The table is contended; nothing was written.
    #[error("Too many changes at the same moment. Nothing was changed; try again.")]
    Busy,
    /// Not an error: the same request was answered before, and this is the answer.
    #[error("answered before")]
    Answered(Box<StoredAnswer>),
    /// Our fault.
    #[error("Something went wrong on our side. Nothing is lost; try again.")]
    Internal(#[source] Cause),
}

/// An [`Invalid`] and the field it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidField {
    /// The field, as in `commission.amount`; `None` for the whole.
    pub field: Option<String>,
    /// What is wrong with it.
    pub invalid: Invalid,
}

impl InvalidField {
    /// Says that `field` is what `invalid` is about.
    #[must_use]
    pub fn at(field: &str, invalid: Invalid) -> Self {
        Self { field: Some(field.to_owned()), invalid }
    }
}

impl From<InvalidField> for Error {
    fn from(field: InvalidField) -> Self {
        Self::Invalid(field)
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(InvalidField { field: None, invalid })
    }
}

impl Error {
    /// Wraps a failure that the caller can do nothing about.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    /// One of each that a caller can be answered with, as the API's document lists them. What is [`Error::Invalid`] has
    /// codes of its own.
    #[must_use]
    pub fn one_of_each() -> Vec<Self> {
        vec![
            Self::TooLarge,
            Self::Unauthenticated,
            Self::ScopeMissing("partners:read".to_owned()),
            Self::OtherOrigin,
            Self::NotFound("partner"),
            Self::EmailTaken { owner: None },
            Self::Access(AccessRefused::AlreadyRevoked),
            Self::Access(AccessRefused::NotRevoked),
            Self::ChangedMeanwhile,
            Self::IdempotencyKeyReused,
            Self::LinkDead,
            Self::TooManyRequests,
            Self::Busy,
            Self::internal("cause"),
        ]
    }

    /// The whole table of errors: the status, and the code that programs match on.
    #[must_use]
    pub fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Invalid(field) => (StatusCode::BAD_REQUEST, field.invalid.code),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Self::ScopeMissing(_) => (StatusCode::FORBIDDEN, "scope_missing"),
            Self::OtherOrigin => (StatusCode::FORBIDDEN, "other_origin"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::EmailTaken { .. } => (StatusCode::CONFLICT, "email_taken"),
            Self::Access(AccessRefused::AlreadyRevoked) => (StatusCode::CONFLICT, "already_revoked"),
            Self::Access(AccessRefused::NotRevoked) => (StatusCode::CONFLICT, "not_revoked"),
            Self::ChangedMeanwhile => (StatusCode::CONFLICT, "changed_meanwhile"),
            Self::IdempotencyKeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused"),
            Self::LinkDead => (StatusCode::GONE, "link_dead"),
            Self::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Answered(_) => (StatusCode::OK, "answered"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

/// Shows an error and everything that caused it, on one line, for the log.
#[derive(Debug)]
pub struct Chain<'a>(pub &'a dyn std::error::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(it) = cause {
            write!(f, ": {it}")?;
            cause = it.source();
        }
        Ok(())
    }
}
