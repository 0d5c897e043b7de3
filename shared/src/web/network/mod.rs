//! What the API and the pages share about the Network.

pub(super) mod backfill_view;

pub use backfill_view::BackfillView;
