//! `backfill-network`.
