//! `decide-approval`.
