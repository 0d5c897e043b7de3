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
mod idempotency;
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
    Balance, Click, Commission, CommissionOwner, CommissionSettled, CommissionState, Conversion, ConversionClaim,
    ConversionType, Counters, Dropped, ExternalId, Money, Outcome, SettleError, Settlement, Source, UserId, Visit,
    Visitor,
};
pub use auth::{
    Actor, ActorKind, ApiKey, Attempt, Audience, Code, MagicLink, MailedCredentials, Person, Principal, Purpose,
    Redeemed, Redemption, ReturnPath, Scope, Session, Token, Use,
};
pub use brand::{Brand, BrandSlug, Claim, Color, DAILY_INVITES, Logo, Palette, Shades, TimeZone};
pub use csv_cell::{bare, guarded};
pub use event::{Event, EventKind};
pub(crate) use import::IMPORTS_KEPT;
pub use import::{
    ATTEMPTS_MAX, CHUNK_ROWS, Chunk, Counts, FILE_BYTES_MAX, FILES_KEPT, IMPORT_DAYS_MAX, Import, ImportFailure,
    ImportFile, ImportOptions, ImportPlan, ImportSource, ImportState, ROWS_MAX, ROWS_UNPROVEN, RowError, RowOutcome,
    UPLOAD_LIFETIME, shown_of_file,
};
pub use mail::{
    Feedback, InvitationOrigin, MailKind, MailResult, MailState, MailStatus, Pacing, Reminded, ReminderCursor,
    Suppression, SuppressionReason, SuppressionRecord, begun_between, said,
};
pub use multiline::{InvitationNote, Note, PersonalNote, PostalAddress};
pub use network::{
    Application, ApplicationId, Approval, ApprovalAct, ApprovalDecision, ApprovalLink, ApprovalState, Approved,
    BACKFILL_PAGE, Backfill, BackfillCounts, BackfillFailure, BackfillLine, BackfillState, CALLS_KEPT_DAYS,
    CallDirection, LEFT_OUT_MAX, NETWORK_SECRET, NETWORK_TOKEN, NetworkCall, NetworkConnection, NetworkDecision,
    NetworkPartner, NetworkSync, NetworkUrl, PushFailure, SyncStatus, last_calls, pause_after,
};
pub use overview::{
    FUNNEL_WEEKS, Funnel, FunnelBuilder, FunnelSnapshot, ImportFunnel, Milestones, Overview, SUMS_KEPT, Stage, Sums,
    WeekFunnel, week_in,
};
pub(crate) use partner::MOVING_NOTICES_KEPT;
pub use partner::{
    Access, AccessChanged, AccessError, AddressAsked, AddressMoved, CONFIRM_HOURS, CurrentGrants, DeclineError,
    Declined, EmailChangeNotice, Grant, GrantSource, Grants, Metadata, NewPartner, Partner, PartnerEdited,
    PartnerFilter, PartnerInvited, PartnerSelector, PartnerState, PendingEmailChange, ProgramsSet, Reached,
    ResendCounter, ResendError, SetProgramsError, StateFilter,
};
pub use program::{
    ALLOWED_HOSTS_MAX, AttributionDays, CommissionTerms, Destination, Host, LIVE_PROGRAMS_MAX, Program, ProgramChanged,
    ProgramEdit, ProgramTerms, programs_to_grant, too_many_programs,
};
pub use rotating_secret::{FORMER_SECRET_HOURS, RotatedSecrets};
pub use share_link::{LinkClaim, LinkCreated, LinkDeleted, LinkError, LinkKey, NewLink, ShareLink};
pub use team::{Admin, Role, TEAM_MAX, Team, TeamAct, TeamChange, TeamError};
pub use validation::Invalid;
pub(crate) use webhook::{ADMIN_NOTICES_KEPT, DELIVERIES_KEPT};
pub use webhook::{
    AdminNotice, AdminRecipient, Delivery, DeliveryRun, DeliveryState, DisabledReason, EndpointDisabled, LastFailure,
    Tried, WEBHOOKS_MAX, WebhookEndpoint, WebhookType, WebhookUrl,
};

pub use bulk::{Bulk, BulkAction, BulkActionKind, BulkTarget, BulkWrite, CHOSEN_MAX, Selection, event_of_job};
pub use email::EmailAddress;
pub use erasure::{ErasureTombstone, PartnerErased};
pub(crate) use export::EXPORTS_KEPT;
pub use export::{Export, ExportState};
pub use idempotency::StoredResponse;
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
