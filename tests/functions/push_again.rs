//! `push-again`.
