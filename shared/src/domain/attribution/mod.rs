//! From the click on a share link to the commission.

mod commission;
pub(super) mod visit;

pub use commission::{
    Balance, Commission, CommissionOwner, CommissionSettled, CommissionState, Counters, Money, SettleError, Settlement,
};
pub use visit::{
    Click, Conversion, ConversionClaim, ConversionType, Dropped, ExternalId, Outcome, Source, UserId, Visit, Visitor,
};
