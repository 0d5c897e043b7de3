//! Clicks, conversions and commissions.

pub(super) mod commissions;
pub(super) mod visits;

pub use commissions::{CommissionPage, CommissionQuery};
pub use visits::{Booking, Over};
