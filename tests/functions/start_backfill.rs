//! `start-backfill`.
