//! `network-approval`.
