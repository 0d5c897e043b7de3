//! The messages in the queues.

use serde::{Deserialize, Serialize};

use crate::{
    crypto::secret::Hash,
    domain::{
        AdminId, BackfillId, BrandSlug, EmailAddress, EventId, ExportId, ImportId, Name, PartnerId, RowError,
        Selection, WebhookId, WebhookType,
    },
};

/// An email to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
pub enum MailJob {
    /// The invitation of a partner, who must still have the epoch of the event.
    Invitation {
        /// The brand.
        brand: BrandSlug,
        /// The partner.
        partner: PartnerId,
        /// The event that caused it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// The invitations of several partners of an import: one message instead of ten.
    Invitations {
        /// The brand.
        brand: BrandSlug,
        /// The invitations.
        mails: Vec<InvitationMail>,
    },
    /// The reminder to a partner whose invitation expires soon.
    Reminder {
        /// The brand.
        brand: BrandSlug,
        /// The partner.
        partner: PartnerId,
        /// The event that caused it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// A sign-in link for an active partner.
    SignInLink {
        /// The brand.
        brand: BrandSlug,
        /// The partner.
        partner: PartnerId,
        /// The event that caused it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// The notice to a partner that access was revoked, if it still is.
    Revocation {
        /// The brand.
        brand: BrandSlug,
        /// The partner.
        partner: PartnerId,
        /// The event that caused it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// The request to confirm a partner's new email address.
    AddressAsked {
        /// The brand.
        brand: BrandSlug,
        /// The partner.
        partner: PartnerId,
        /// The event that caused it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// The notice to a partner's previous email address that it has been replaced.
    AddressMoved {
        /// The brand.
        brand: BrandSlug,
        /// The partner.
        partner: PartnerId,
        /// The event that caused it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// The welcome of an admin, who must still have the epoch of the event.
    Welcome {
        /// The brand.
        brand: BrandSlug,
        /// The admin.
        admin: AdminId,
        /// The event that caused it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// The notice to an admin that a webhook endpoint was disabled.
    WebhookOff {
        /// The brand.
        brand: BrandSlug,
        /// The admin.
        admin: AdminId,
        /// The event that caused it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
        /// The endpoint.
        webhook: WebhookId,
    },
    /// The notice to an owner that the team changed.
    TeamChanged {
        /// The brand.
        brand: BrandSlug,
        /// The owner.
        admin: AdminId,
        /// The event that caused it, which describes the change.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// The response to a sign-in attempt, if its email address is known.
    SignIn {
        /// The attempt, by the hash of the browser's cookie.
        attempt: Hash,
    },
}

impl MailJob {
    /// Splits the job into one job per email.
    #[must_use]
    pub fn one_by_one(self) -> Vec<Self> {
        let Self::Invitations { brand, mails } = self else { return vec![self] };
        let alone = |mail: InvitationMail| {
            let InvitationMail { partner, event, epoch } = mail;
            Self::Invitation { brand: brand.clone(), partner, event, epoch }
        };
        mails.into_iter().map(alone).collect()
    }
}

/// One invitation of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InvitationMail {
    /// The partner.
    pub partner: PartnerId,
    /// The event that caused it.
    pub event: EventId,
    /// The epoch of the event.
    pub epoch: u64,
}

/// The number of invitations that one message holds.
pub const MAILS_MAX: usize = 10;

/// An export to be created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The export.
    pub export: ExportId,
}

/// An erased partner whose remaining personal data is to be scrubbed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErasureJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The erased partner.
    pub partner: PartnerId,
    /// True if everything was scrubbed once already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

/// A request to compute the numbers of a brand's overview.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OverviewJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The time of the request: numbers computed at that moment or later satisfy it.
    pub asked_at: jiff::Timestamp,
}

/// A partner that may have to be synced to the Network: with their state at that time, whatever the message was about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The partner.
    pub partner: PartnerId,
    /// The time of the change that is to be synced.
    pub since: jiff::Timestamp,
}

/// A backfill to continue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackfillJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The backfill.
    pub backfill: BackfillId,
}

/// Events of a brand to which its webhook endpoints may have subscribed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FanOutJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The events.
    pub events: Vec<EventRef>,
}

/// An event, with what is needed to find it and to decide which endpoints receive it. Names are short, since a message
/// holds a hundred of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventRef {
    /// The event's ID.
    #[serde(rename = "e")]
    pub event: EventId,
    /// The event type.
    #[serde(rename = "t")]
    pub event_type: WebhookType,
    /// The partner, if the event is about one.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerId>,
}

/// The number of events that one message holds.
pub const EVENTS_MAX: usize = 100;

/// Deliveries to one webhook endpoint. The worker that receives the message reads the state of each delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeliverJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The endpoint.
    pub webhook: WebhookId,
    /// The events to deliver.
    pub events: Vec<EventId>,
    /// True if a person is waiting for it: then it is sent even while the endpoint is backing off.
    #[serde(default)]
    pub asked: bool,
    /// The number of times it had to wait because another worker was delivering to the endpoint.
    #[serde(default)]
    pub waited: u32,
}

/// An import that is to be begun, continued, or reported on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The import.
    pub import: ImportId,
}

/// A message for the workers that read files: our own job, or S3's event that an object was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FileJob {
    /// An import that has its file.
    Import(ImportJob),
    /// An object of the bucket.
    Object(ObjectCreated),
}

/// S3's event `Object Created`, as EventBridge delivers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectCreated {
    /// The time at which the object was created.
    pub time: jiff::Timestamp,
    /// The part of the event that is used here.
    pub detail: ObjectDetail,
}

/// The details of the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectDetail {
    /// The object.
    pub object: Object,
}

/// An object of the bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// The size in bytes.
    #[serde(default)]
    pub size: u64,
    /// The ETag of its content.
    pub etag: String,
    /// Distinguishes two events of one key.
    #[serde(default)]
    pub sequencer: String,
}

/// A chunk of an import, which is processed as a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ChunkJob {
    /// Rows of a file.
    Rows(RowsJob),
    /// Partners of the roster.
    Partners(PartnersJob),
}

/// Some of the partners of a bulk job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartnersJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The bulk job.
    pub import: ImportId,
    /// The number of the chunk, counted from 0.
    pub chunk: u64,
    /// The day on whose daily limit the partners are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<i64>,
    /// The selected partners.
    pub selection: Selection,
}

/// Rows of an import, in the order of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowsJob {
    /// The brand.
    pub brand: BrandSlug,
    /// The import.
    pub import: ImportId,
    /// The number of the chunk, counted from 0.
    pub chunk: u64,
    /// The day on whose daily limit the rows are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<i64>,
    /// The rows.
    pub rows: Vec<RowJob>,
}

/// A row. Names are short, since a message holds a hundred of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowJob {
    /// Its number in the file.
    #[serde(rename = "n")]
    pub number: u64,
    /// The work to be done.
    #[serde(flatten)]
    pub what: RowTask,
}

/// The work to be done for a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RowTask {
    /// A person to invite.
    Bring {
        /// The email address.
        #[serde(rename = "e")]
        email: EmailAddress,
        /// The name.
        #[serde(rename = "m")]
        name: Name,
        /// The programs that the row names, by their positions in the plan; empty means those of the import.
        #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
        programs: Vec<u8>,
    },
    /// The result follows from the file alone.
    Decided(RowError),
}
