//! What the table holds, and small records that are nothing but that.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    domain::{
        AddressState, Admin, AdminId, AdminNotice, ApiKey, Approval, Attempt, Backfill, BackfillLine, Balance,
        BookedCommission, Brand, Chunk, Claim, Click, CommissionOwner, ConversionClaim, Delivery, ErasedAddress, Event,
        Export, FileProgress, Import, ImportPlan, LinkClaim, Metadata, NetworkCall, NetworkConnection, NetworkDecision,
        Overview, Partner, PartnerId, PartnerNotice, Program, PushFailure, Reminding, Selection, Session, ShareLink,
        Sums, Token, Visitor, WebhookEndpoint,
    },
    secret::Hash,
    store::StoredAnswer,
};

/// A thing the table holds.
pub trait Entity: Serialize + DeserializeOwned {
    /// Written next to each item, so that a person can read the table.
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
    AddressState = "address",
    Admin = "admin",
    AdminNotice = "admin_notice",
    ApiKey = "api_key",
    ApiKeyName = "api_key_name",
    Approval = "approval",
    Attempt = "sign_in_attempt",
    Backfill = "backfill",
    BackfillLine = "backfill_line",
    Balance = "balance",
    BookedCommission = "commission",
    Brand = "brand",
    Chunk = "import_chunk",
    Claim<AdminId> = "admin_email",
    Claim<PartnerId> = "email",
    Click = "click",
    CommissionOwner = "commission_owner",
    ConversionClaim = "conversion",
    Delivery = "delivery",
    DroppedCount = "dropped",
    ErasedAddress = "erased",
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
    PartnerNotice = "partner_notice",
    Picture = "logo",
    Program = "program",
    PushFailure = "push_failure",
    RateCount = "rate",
    Reminding = "reminding",
    Selection = "import_selection",
    Session = "session",
    ShareLink = "link",
    StoredAnswer = "idempotency",
    Sums = "overview_counting",
    Token = "token",
    Visitor = "visitor",
    WebhookEndpoint = "webhook",
}

/// What a caller keeps with a partner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetadataItem {
    /// The object.
    pub metadata: Metadata,
}

/// The picture of a logo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// A PNG in Base64, as answers carry it too.
    pub png: String,
}

/// Which key an id names: the key itself is found by its hash alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ApiKeyName {
    /// The hash of the key.
    pub hash: Hash,
}

/// How much attribution a brand dropped in a day; one of several counters for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DroppedCount {
    /// Visits of links of revoked partners.
    pub clicks: u64,
    /// Conversions that would have been revoked partners'.
    pub conversions: u64,
    /// Conversions of nobody we know.
    pub unknown: u64,
    /// Conversions after the program's days were over.
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

/// How often something limited happened in its window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateCount {
    /// How often.
    pub n: i64,
}
