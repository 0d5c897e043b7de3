//! `push-network`.
