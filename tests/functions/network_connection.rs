//! `network-connection`.
