//! A brand's Network: calls to it, the log of calls in both directions, and processing of its approvals.

mod applications;
pub mod approvals;
mod client;
mod responses;

pub use applications::{NetworkRequest, RequestsPage};
pub use client::*;
pub use responses::NetworkAnswer;
