//! What the API and the pages share about programs.

pub(super) mod commission_terms;

pub use commission_terms::CommissionSnapshot;
