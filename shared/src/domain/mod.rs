//! The pure rules: types whose invalid states can't be represented, and what may happen to a partner.
//!
//! Nothing here reads a clock, generates random numbers or does I/O: time and randomness are arguments.

mod attribution;
mod auth;
mod brand;
mod bulk;
mod csv_cell;
mod email;
mod erasure;
mod event;
mod export;
mod ids;
mod import;
mod mail;
mod multiline;
mod network;
mod overview;
mod partner;
mod program;
mod rotating_secret;
mod schemas;
mod share_link;
mod team;
mod text;
mod trace;
mod upload;
mod validation;
mod webhook;

pub use attribution::{
    Balance, BookedCommission, Click, CommissionOwner, CommissionState, Conversion, ConversionClaim, ConversionType,
    Dropped, ExternalId, Figures, Money, Outcome, SettleRefused, Settled, Settlement, Source, UserId, Visit, Visitor,
};
pub use auth::{
    Actor, ActorKind, ApiKey, Attempt, Audience, BackPath, Code, MagicLink, Mailed, Person, Principal, Purpose,
    Redeemed, Redemption, Scope, Session, Token, Use,
};
pub use brand::{Brand, BrandSlug, Claim, Colour, DAILY_INVITES, Logo, Palette, Shades, TimeZone};
pub use csv_cell::{bare, guarded};
pub use event::{Event, EventKind};
pub(crate) use import::IMPORTS_KEPT;
pub use import::{
    ATTEMPTS_MAX, CHUNK_ROWS, Chunk, Counts, FILE_BYTES_MAX, FILES_KEPT, IMPORT_DAYS_MAX, Import, ImportFailure,
    ImportFile, ImportOptions, ImportPlan, ImportSource, ImportState, ROWS_MAX, ROWS_UNPROVEN, RowOutcome, RowProblem,
    UPLOAD_LIFETIME, shown_of_file,
};
pub use mail::{
    AddressState, Began, Feedback, MailKind, MailNote, MailOutcome, MailRefusal, MailState, Pacing, Reminded,
    Reminding, Undeliverable, begun_between, said,
};
pub use multiline::{Footer, InvitationNote, Note, PersonalNote};
pub use network::{
    Application, ApplicationId, Approval, ApprovalAct, ApprovalLink, ApprovalNoted, ApprovalState, Approved,
    BACKFILL_PAGE, Backfill, BackfillCounts, BackfillFailure, BackfillLine, BackfillState, CALLS_KEPT_DAYS, CallWay,
    LEFT_OUT_MAX, NETWORK_SECRET, NETWORK_TOKEN, NetworkCall, NetworkConnection, NetworkDecision, NetworkFace,
    NetworkNote, NetworkStanding, NetworkUrl, PushFailure, last_calls, pause_after,
};
pub use overview::{
    Counting, FUNNEL_WEEKS, Funnel, ImportFunnel, Overview, SUMS_KEPT, Stage, Steps, Sums, Tally, WeekFunnel, week_in,
};
pub(crate) use partner::MOVING_NOTICES_KEPT;
pub use partner::{
    Access, AccessChanged, AccessRefused, AddressAsked, AddressMoved, CONFIRM_HOURS, DeclineRefused, Declined, Grant,
    GrantSource, Grants, GrantsNow, Metadata, Moving, NewPartner, Partner, PartnerEdited, PartnerFilter,
    PartnerInvited, PartnerNotice, PartnerState, PartnersWanted, ProgramsSet, ReachRefused, Reached, Reaches,
    SetRefused, StateFilter,
};
pub use program::{
    ALLOWED_HOSTS_MAX, AttributionDays, Commission, Destination, Host, LIVE_PROGRAMS_MAX, Program, ProgramChanged,
    ProgramEdit, ProgramTerms, programs_to_grant, too_many_programs,
};
pub use rotating_secret::{FORMER_SECRET_HOURS, FormerSecrets};
pub use share_link::{LinkClaim, LinkCreated, LinkDeleted, LinkKey, LinkRefused, NewLink, ShareLink};
pub use team::{Admin, Role, TEAM_MAX, Team, TeamAct, TeamChange, TeamRefused};
pub use validation::Invalid;
pub(crate) use webhook::{ADMIN_NOTICES_KEPT, DELIVERIES_KEPT};
pub use webhook::{
    AdminNotice, Delivery, DeliveryState, LastFailure, OffReason, SwitchedOff, ToldAdmin, Tried, Turn, WEBHOOKS_MAX,
    WebhookEndpoint, WebhookType, WebhookUrl,
};

pub use bulk::{Acted, Bulk, BulkAction, BulkWhom, BulkWord, CHOSEN_MAX, Selection, event_of_job};
pub use email::EmailAddress;
pub use erasure::{ErasedAddress, PartnerErased};
pub(crate) use export::EXPORTS_KEPT;
pub use export::{Export, ExportState};
pub use ids::{
    AdminId, ApiKeyId, BackfillId, ClickId, CommissionId, EventId, ExportId, Fresh, ImportId, NetworkCallId, PartnerId,
    ProgramId, WebhookId,
};
pub use text::{Name, Reason, shortened};
pub use trace::TraceId;
pub use upload::{FileProgress, UploadProgress, UploadedPart};

/// Number of days for which an invitation is open.
pub const INVITATION_DAYS: i64 = 30;

/// Number of minutes for which a sign-in link or a code can be used after it was emailed.
pub const LINK_MINUTES: i64 = 15;
