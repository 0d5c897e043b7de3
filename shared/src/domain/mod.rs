//! The pure rules: types that can't be wrong, and what may happen to a partner.
//!
//! Nothing here reads a clock, draws a random number or does I/O: time and randomness are arguments.

mod access;
mod actor;
mod admin;
mod approval;
mod attribution;
mod back;
mod backfill;
mod booked;
mod brand;
mod bulk;
mod cell;
mod chunk;
mod colour;
mod commission;
mod concerned;
mod decision;
mod decline;
mod delivery;
mod destination;
mod edit;
mod email;
mod erasure;
mod event;
mod event_kind;
mod export;
mod filter;
mod former_secrets;
mod funnel;
mod grants;
mod ids;
mod import;
mod import_day;
mod import_source;
mod invalid;
mod lines;
mod link;
mod logo;
mod mail;
mod moving;
mod network;
mod new_partner;
mod pacing;
mod partner;
mod program;
mod reach;
mod redeem;
mod reminder;
mod revoke;
mod role;
mod row;
mod schemas;
mod share;
mod sign_in;
mod team;
mod text;
mod trace;
mod upload;
mod webhook;
mod webhook_type;

pub use access::{ApiKey, Scope, Session};
pub use actor::{Actor, ActorKind};
pub use admin::Admin;
pub use approval::{
    Application, Approval, ApprovalAct, ApprovalLink, ApprovalNoted, ApprovalState, Approved, last_calls,
};
pub use attribution::{
    Click, Conversion, ConversionClaim, ConversionType, Dropped, ExternalId, Outcome, Source, UserId, Visit, Visitor,
};
pub use back::BackPath;
pub use backfill::{
    BACKFILL_PAGE, Backfill, BackfillCounts, BackfillFailure, BackfillLine, BackfillState, LEFT_OUT_MAX,
};
pub use booked::{
    Balance, BookedCommission, CommissionOwner, CommissionState, Figures, Money, SettleRefused, Settled, Settlement,
};
pub use brand::{Brand, BrandSlug, Claim, DAILY_INVITES, TimeZone};
pub use bulk::{Acted, Bulk, BulkAction, BulkWhom, BulkWord, CHOSEN_MAX, Selection, event_of_job};
pub use cell::{bare, guarded};
pub use chunk::{Chunk, ImportPlan, RowProblem};
pub use colour::{Colour, Palette, Shades};
pub use commission::Commission;
pub use decision::NetworkDecision;
pub use decline::{DeclineRefused, Declined};
pub(crate) use delivery::DELIVERIES_KEPT;
pub use delivery::{Delivery, DeliveryState, Tried, Turn};
pub use destination::{Destination, Host};
pub use edit::PartnerEdited;
pub use email::EmailAddress;
pub use erasure::{ErasedAddress, PartnerErased};
pub use event::Event;
pub use event_kind::EventKind;
pub(crate) use export::EXPORTS_KEPT;
pub use export::{Export, ExportState};
pub use filter::{PartnerFilter, PartnersWanted, StateFilter};
pub use former_secrets::{FORMER_SECRET_HOURS, FormerSecrets};
pub use funnel::{
    Counting, FUNNEL_WEEKS, Funnel, ImportFunnel, Overview, SUMS_KEPT, Stage, Steps, Sums, Tally, WeekFunnel, week_in,
};
pub use grants::{GrantsNow, ProgramsSet, SetRefused};
pub use ids::{
    AdminId, ApiKeyId, BackfillId, ClickId, CommissionId, EventId, ExportId, Fresh, ImportId, NetworkCallId, PartnerId,
    ProgramId, WebhookId,
};
pub(crate) use import::IMPORTS_KEPT;
pub use import::{
    ATTEMPTS_MAX, CHUNK_ROWS, FILE_BYTES_MAX, FILES_KEPT, Import, ImportFailure, ImportOptions, ImportState, ROWS_MAX,
    ROWS_UNPROVEN, UPLOAD_LIFETIME,
};
pub use import_day::IMPORT_DAYS_MAX;
pub use import_source::{ImportFile, ImportSource};
pub use invalid::Invalid;
pub use lines::{Footer, InvitationNote, Note, PersonalNote};
pub use link::{MagicLink, Person, Principal, Purpose, Token, Use};
pub use logo::Logo;
pub use mail::{AddressState, Feedback, MailKind, MailNote, MailOutcome, MailRefusal, MailState, Undeliverable, said};
pub(crate) use moving::MOVING_NOTICES_KEPT;
pub use moving::{AddressAsked, AddressMoved, CONFIRM_HOURS, Moving, PartnerNotice};
pub use network::{
    ApplicationId, CALLS_KEPT_DAYS, CallWay, NETWORK_SECRET, NETWORK_TOKEN, NetworkCall, NetworkConnection,
    NetworkFace, NetworkNote, NetworkStanding, NetworkUrl, PushFailure, pause_after,
};
pub use new_partner::{Access, Metadata, NewPartner, PartnerInvited};
pub use pacing::Pacing;
pub use partner::{Grant, GrantSource, Grants, Partner, PartnerState};
pub use program::{
    ALLOWED_HOSTS_MAX, AttributionDays, LIVE_PROGRAMS_MAX, Program, ProgramChanged, ProgramEdit, ProgramTerms,
    programs_to_grant, too_many_programs,
};
pub use reach::{ReachRefused, Reached, Reaches};
pub use redeem::{Redeemed, Redemption};
pub use reminder::{Began, Reminded, Reminding, begun_between};
pub use revoke::{AccessChanged, AccessRefused};
pub use role::Role;
pub use row::{Counts, RowOutcome, shown_of_file};
pub use share::{LinkClaim, LinkCreated, LinkDeleted, LinkKey, LinkRefused, NewLink, ShareLink};
pub use sign_in::{Attempt, Audience, Code, Mailed};
pub use team::{TEAM_MAX, Team, TeamAct, TeamChange, TeamRefused};
pub use text::{Name, Reason, shortened};
pub use trace::TraceId;
pub use upload::{FileProgress, UploadProgress, UploadedPart};
pub(crate) use webhook::ADMIN_NOTICES_KEPT;
pub use webhook::{
    AdminNotice, LastFailure, OffReason, SwitchedOff, ToldAdmin, WEBHOOKS_MAX, WebhookEndpoint, WebhookUrl,
};
pub use webhook_type::WebhookType;

/// How long an invitation stays open.
pub const INVITATION_DAYS: i64 = 30;

/// How long a magic link or a code can be used after it was mailed.
pub const LINK_MINUTES: i64 = 15;
