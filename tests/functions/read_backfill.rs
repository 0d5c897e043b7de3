//! `read-backfill`.
