//! The pages about clicks and commissions.

pub(super) mod commissions;
pub(super) mod earnings;
pub(super) mod money;

pub use commissions::{Commissions, Tab};
pub use earnings::Earnings;
pub use money::{Bar, Chart, CommissionRow, CommissionState, Person, Total};
