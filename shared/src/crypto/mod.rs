//! Secrets, encryption and signatures.

pub mod envelope;
pub mod secret;
pub mod webhook_signature;
