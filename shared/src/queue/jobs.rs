//! What travels through queues.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        AdminId, BackfillId, BrandSlug, EmailAddress, EventId, ExportId, ImportId, Name, PartnerId, RowProblem,
        Selection, WebhookId, WebhookType,
    },
    secret::Hash,
};

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
pub enum MailJob {
    /// Invites a partner, who must still be in the epoch of the event.
    Invitation {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        partner: PartnerId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Invites several partners, as imports do: one message instead of ten.
    Invitations {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        mails: Vec<InvitationMail>,
    },
    /// Reminds a partner whose invitation ends soon.
    Reminder {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        partner: PartnerId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Mails an active partner a link to sign in.
    SignInLink {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        partner: PartnerId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Tells a partner that access was taken back, if it still is.
    Revocation {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        partner: PartnerId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Asks at a partner's new address whether it is theirs.
    AddressAsked {
        /// Where.
        brand: BrandSlug,
        /// Whose.
        partner: PartnerId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Tells the address that a partner had that they have another one.
    AddressMoved {
        /// Where.
        brand: BrandSlug,
        /// Whose.
        partner: PartnerId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Welcomes an admin, who must still be in the epoch of the event.
    Welcome {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        admin: AdminId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Tells an admin that an endpoint for webhooks was switched off.
    WebhookOff {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        admin: AdminId,
        /// What asked for it.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
        /// Which endpoint.
        webhook: WebhookId,
    },
    /// Tells an owner that the team changed.
    TeamChanged {
        /// Where.
        brand: BrandSlug,
        /// Whom.
        admin: AdminId,
        /// What asked for it, and says how.
        event: EventId,
        /// The epoch of the event.
        epoch: u64,
    },
    /// Answers a sign-in attempt, if its address is known.
    SignIn {
        /// The attempt, by the hash of the browser's cookie.
        attempt: Hash,
    },
}

impl MailJob {
    /// The mails that it asks for, each alone.
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
    /// Whom.
    pub partner: PartnerId,
    /// What asked for it.
    pub event: EventId,
    /// The epoch of the event.
    pub epoch: u64,
}

/// How many invitations one message holds.
pub const MAILS_MAX: usize = 10;

/// An export to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExportJob {
    /// Where.
    pub brand: BrandSlug,
    /// Which.
    pub export: ExportId,
}

/// More of somebody who was erased is to be scrubbed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErasureJob {
    /// Where.
    pub brand: BrandSlug,
    /// Who it was.
    pub partner: PartnerId,
    /// Whether everything was scrubbed once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

/// What a brand's overview shows is to be added up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OverviewJob {
    /// Whose.
    pub brand: BrandSlug,
    /// When somebody asked: sums of that moment or later will do.
    pub asked_at: jiff::Timestamp,
}

/// The Network may have to be told of a partner: as they are when it is told, whatever the message was about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushJob {
    /// Where.
    pub brand: BrandSlug,
    /// Of whom.
    pub partner: PartnerId,
    /// Since when.
    pub since: jiff::Timestamp,
}

/// A backfill to go on with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BackfillJob {
    /// Where.
    pub brand: BrandSlug,
    /// Which.
    pub backfill: BackfillId,
}

/// Events of a brand that its systems may want to be told of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanJob {
    /// Whose.
    pub brand: BrandSlug,
    /// Which.
    pub events: Vec<EventToTell>,
}

/// An event, by what it takes to decide who is told of it and to find it. Names are short, since a message holds a
/// hundred of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventToTell {
    /// Its id.
    #[serde(rename = "e")]
    pub event: EventId,
    /// What it is.
    #[serde(rename = "t")]
    pub event_type: WebhookType,
    /// To whom it happened, if to a partner.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub partner: Option<PartnerId>,
}

/// How many events one message holds.
pub const EVENTS_MAX: usize = 100;

/// What one endpoint is to be told. Whoever gets it reads how each delivery stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnJob {
    /// Whose endpoint.
    pub brand: BrandSlug,
    /// Which.
    pub webhook: WebhookId,
    /// Of which events.
    pub events: Vec<EventId>,
    /// Whether a person waits for it: then it goes out although the endpoint rests.
    #[serde(default)]
    pub asked: bool,
    /// How often it had to wait for somebody else who was at work for the endpoint.
    #[serde(default)]
    pub waited: u32,
}

/// An import that is to be begun, gone on with, or reported on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportJob {
    /// Where.
    pub brand: BrandSlug,
    /// Which.
    pub import: ImportId,
}

/// What brings work to those who read files: our own word, or the news that an object is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FileJob {
    /// An import that has its file.
    Import(ImportJob),
    /// An object of the bucket.
    Object(ObjectCreated),
}

/// The event `Object Created` of S3, as the event bus brings it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectCreated {
    /// When it was there.
    pub time: jiff::Timestamp,
    /// What of it counts here.
    pub detail: ObjectDetail,
}

/// Which object it was.
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
    /// How many bytes it has.
    #[serde(default)]
    pub size: u64,
    /// What S3 knows its content by.
    pub etag: String,
    /// Tells two events of one key apart.
    #[serde(default)]
    pub sequencer: String,
}

/// A chunk of an import: what is worked off together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ChunkJob {
    /// Rows of a file.
    Rows(RowsJob),
    /// Partners of the roster.
    Partners(PartnersJob),
}

/// Some of the partners to whom something is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartnersJob {
    /// Where.
    pub brand: BrandSlug,
    /// By which import.
    pub import: ImportId,
    /// Which chunk of it, counted from 0.
    pub chunk: u64,
    /// The day, of the brand's daily limit, that they were counted to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<i64>,
    /// Who they are.
    pub selection: Selection,
}

/// Some rows of an import, in the order of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowsJob {
    /// Where.
    pub brand: BrandSlug,
    /// Of which import.
    pub import: ImportId,
    /// Which chunk of it, counted from 0.
    pub chunk: u64,
    /// The day, of the brand's daily limit, that its people were counted to.
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
    /// What is to be done with it.
    #[serde(flatten)]
    pub what: RowWork,
}

/// What is to be done with a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RowWork {
    /// It is somebody to bring in.
    Bring {
        /// The address.
        #[serde(rename = "e")]
        email: EmailAddress,
        /// The name.
        #[serde(rename = "m")]
        name: Name,
        /// The programs that it names, by their places in the plan; none means those of the import.
        #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
        programs: Vec<u8>,
    },
    /// The file alone decided it.
    Decided(RowProblem),
}
