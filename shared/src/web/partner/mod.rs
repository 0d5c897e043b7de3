//! What the API and the pages share about partners.

pub(super) mod confirm_email;
pub(super) mod decline;
pub(super) mod view;

pub use confirm_email::EmailConfirmationLink;
pub use decline::{decline_address, decline_page, declined_page, nothing_to_decline};
pub use view::{PartnerView, ProgramView};
