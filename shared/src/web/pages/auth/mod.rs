//! The account page.

pub(super) mod account;

pub use account::{Account, SessionRow};
