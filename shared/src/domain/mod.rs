//! The pure rules: types that can't be wrong, and what may happen to a partner.
//!
//! Nothing here reads a clock, draws a random number or does I/O: time and randomness are arguments.

mod access;
mod admin;
mod brand;
mod commission;
mod email;
mod event;
mod ids;
mod invalid;
mod link;
mod partner;
mod program;
mod redeem;
mod revoke;
mod schemas;
mod sign_in;
mod text;

pub use access::{ApiKey, Scope, Session};
pub use admin::Admin;
pub use brand::{Brand, BrandSlug, Claim, TimeZone};
pub use commission::Commission;
pub use email::EmailAddress;
pub use event::{Actor, ActorKind, Event, EventKind};
pub use ids::{AdminId, ApiKeyId, EventId, Fresh, PartnerId, ProgramId};
pub use invalid::Invalid;
pub use link::{MagicLink, Person, Principal, Purpose, Token, Use};
pub use partner::{
    Access, Grant, GrantSource, Grants, MailNote, MailState, Metadata, NewPartner, Partner, PartnerInvited,
    PartnerState,
};
pub use program::{
    ALLOWED_HOSTS_MAX, Destination, Host, LIVE_PROGRAMS_MAX, Program, ProgramChanged, ProgramEdit, programs_to_grant,
    too_many_programs,
};
pub use redeem::{Redeemed, Redemption};
pub use revoke::{AccessChanged, AccessRefused};
pub use sign_in::{Attempt, Audience, Code, Mailed};
pub use text::{Name, Reason};

/// How long an invitation stays open.
pub const INVITATION_DAYS: i64 = 30;

/// How long a magic link or a code can be used after it was mailed.
pub const LINK_MINUTES: i64 = 15;
