//! The pages about partners.

pub(super) mod decline;
pub(super) mod detail;
pub(super) mod email_change;
pub(super) mod filters;
pub(super) mod list;

pub use decline::{Decline, Declined};
pub use detail::{Fact, GrantNote, PartnerPage, ProgramTick, TimelineEntry, Tone};
pub use email_change::MoveAddress;
pub use filters::{Chip, Choice, Filters, Select};
pub use list::{
    Mail, MailState, PartnerRow, PartnerState, Partners, ProgramChoice, ProgramRow, Programs, Refused, ScanNotice,
};
