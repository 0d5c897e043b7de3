//! `network-requests`.
