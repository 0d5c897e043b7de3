//! Sign-in attempts, sessions and API keys.

pub(super) mod api_keys;
pub(super) mod sessions;
pub(super) mod sign_in;

pub use sign_in::{CodeAttempt, RedeemError};
