//! The list of entities in the table, and small records that exist only there.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    crypto::secret::Hash,
    domain::{
        Admin, AdminId, AdminNotice, ApiKey, Approval, Attempt, Backfill, BackfillLine, Balance, Brand, Chunk, Claim,
        Click, Commission, CommissionOwner, ConversionClaim, Delivery, EmailChangeNotice, ErasureTombstone, Event,
        Export, FileProgress, Import, ImportPlan, LinkClaim, Metadata, NetworkCall, NetworkConnection, NetworkDecision,
        Overview, Partner, PartnerId, Program, PushFailure, ReminderCursor, Selection, Session, ShareLink,
        StoredResponse, Sums, SuppressionRecord, Token, Visitor, WebhookEndpoint,
    },
};

/// A type of item in the table.
pub trait Entity: Serialize + DeserializeOwned {
    /// Stored with each item, so that a person can read the table.
    const KIND: &'static str;
}

macro_rules! entities {
    ($($entity:ty = $kind:literal,)*) => {$(
        impl Entity for $entity {
            const KIND: &'static str = $kind;
        }
    )*};
}

entities! {
    SuppressionRecord = "address",
    Admin = "admin",
    AdminNotice = "admin_notice",
    ApiKey = "api_key",
    ApiKeyName = "api_key_name",
    Approval = "approval",
    Attempt = "sign_in_attempt",
    Backfill = "backfill",
    BackfillLine = "backfill_line",
    Balance = "balance",
    Commission = "commission",
    Brand = "brand",
    Chunk = "import_chunk",
    Claim<AdminId> = "admin_email",
    Claim<PartnerId> = "email",
    Click = "click",
    CommissionOwner = "commission_owner",
    ConversionClaim = "conversion",
    Delivery = "delivery",
    DroppedCount = "dropped",
    ErasureTombstone = "erased",
    Event = "event",
    Export = "export",
    FileProgress = "file_progress",
    Import = "import",
    ImportPlan = "import_plan",
    LinkClaim = "link_claim",
    MetadataItem = "metadata",
    NetworkCall = "network_call",
    NetworkConnection = "network",
    NetworkDecision = "network_decision",
    Overview = "overview",
    Partner = "partner",
    EmailChangeNotice = "partner_notice",
    Picture = "logo",
    Program = "program",
    PushFailure = "push_failure",
    RateCount = "rate",
    ReminderCursor = "reminding",
    Selection = "import_selection",
    Session = "session",
    ShareLink = "link",
    StoredResponse = "idempotency",
    Sums = "overview_counting",
    Token = "token",
    Visitor = "visitor",
    WebhookEndpoint = "webhook",
}

/// The metadata that a caller stores with a partner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetadataItem {
    /// The JSON object.
    pub metadata: Metadata,
}

/// The image of a logo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// A PNG in Base64, the form in which responses contain it too.
    pub png: String,
}

/// The item that finds an API key by its ID: the key itself can be found only by its hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyName {
    /// The hash of the key.
    pub hash: Hash,
}

/// A brand's dropped attributions of a day; one of several counters for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DroppedCount {
    /// Visits through the links of revoked partners.
    pub clicks: u64,
    /// Conversions that would have been attributed to revoked partners.
    pub conversions: u64,
    /// Conversions that can't be attributed to any known click or user.
    pub unknown: u64,
    /// Conversions after the end of the program's attribution window.
    pub late: u64,
}

impl std::ops::AddAssign<&Self> for DroppedCount {
    fn add_assign(&mut self, other: &Self) {
        self.clicks += other.clicks;
        self.conversions += other.conversions;
        self.unknown += other.unknown;
        self.late += other.late;
    }
}

/// The count for a rate limit in one window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateCount {
    /// The count.
    pub n: i64,
}
