//! The keys of all entities. No other file builds a key.
//!
//! | entity | `pk` | `sk` |
//! |---|---|---|
//! | brand | `BRAND#{slug}` | `BRAND` |
//! | logo image | `LOGO#{brand}#{hash}` | `LOGO` |
//! | program | `BRAND#{slug}` | `PROGRAM#{id}` |
//! | admin | `BRAND#{slug}` | `ADMIN#{id}` |
//! | event of the brand, a program or an admin | `BRAND#{slug}` | `EVENT#{id}` |
//! | email address of an admin | `ADMINEMAIL#{brand}#{email}` | `ADMINEMAIL` |
//! | API key | `KEY#{hash}` | `KEY` |
//! | name of an API key | `BRAND#{slug}` | `APIKEY#{id}` |
//! | partner | `PARTNER#{brand}#{id}` | `PARTNER` |
//! | event of a partner | `PARTNER#{brand}#{id}` | `EVENT#{id}` |
//! | share link of a partner | `PARTNER#{brand}#{id}` | `LINK#{key}` |
//! | commission of a partner | `PARTNER#{brand}#{id}` | `COMMISSION#{id}` |
//! | commission balance of a partner | `PARTNER#{brand}#{id}` | `BALANCE` |
//! | email about a change of email address | `PARTNER#{brand}#{id}` | `NOTICE#{event}` |
//! | metadata of a partner | `PARTNER#{brand}#{id}` | `METADATA` |
//! | email address of a partner | `EMAIL#{brand}#{email}` | `EMAIL` |
//! | key of a share link | `LINK#{brand}#{key in lower case}` | `LINK` |
//! | click | `CLICK#{brand}#{id}` | `CLICK` |
//! | user of a shop | `VISITOR#{brand}#{hash}` | `VISITOR` |
//! | conversion | `CONVERSION#{hash of brand and external id}` | `CONVERSION` |
//! | owner of a commission | `COMMISSION#{brand}#{id}` | `COMMISSION` |
//! | counter of dropped attribution | `DROPPED#{brand}#{day}#{shard}` | `DROPPED` |
//! | import | `IMPORT#{brand}#{id}` | `IMPORT` |
//! | programs of an import, as they were at its start | `IMPORT#{brand}#{id}` | `PLAN` |
//! | results of a chunk of an import | `IMPORT#{brand}#{id}` | `CHUNK#{number}` |
//! | attempts at a chunk of an import | `IMPORT#{brand}#{id}` | `ATTEMPTS#{number}` |
//! | partners of a chunk of a bulk job | `IMPORT#{brand}#{id}` | `SELECTION#{number}` |
//! | progress of an import's report | `IMPORT#{brand}#{id}` | `REPORT` |
//! | export | `EXPORT#{brand}#{id}` | `EXPORT` |
//! | progress of an export | `EXPORT#{brand}#{id}` | `PROGRESS` |
//! | overview | `BRAND#{slug}` | `OVERVIEW` |
//! | unfinished computation of the overview | `BRAND#{slug}` | `COUNTING` |
//! | connection with the Network | `BRAND#{slug}` | `NETWORK` |
//! | call to or from the Network | `NETWORK#{brand}` | `CALL#{id}` |
//! | failed sync of a partner | `NETWORK#{brand}` | `FAILED#{partner}` |
//! | backfill | `BACKFILL#{brand}#{id}` | `BACKFILL` |
//! | partner that the Network rejected in a backfill | `BACKFILL#{brand}#{id}` | `LINE#{partner}` |
//! | approval by the Network | `APPROVAL#{brand}#{application}` | `APPROVAL` |
//! | decision on an application | `DECISION#{brand}#{application}` | `DECISION` |
//! | progress of the search for due reminders | `BRAND#{slug}` | `REMINDERS` |
//! | tombstone of an erased email address | `ERASED#{brand}#{keyed hash of the address}` | `ERASED` |
//! | suppressed email address | `ADDRESS#{brand}#{email}` | `ADDRESS` |
//! | webhook endpoint | `BRAND#{slug}` | `WEBHOOK#{id}` |
//! | webhook delivery | `WEBHOOK#{brand}#{id}` | `DELIVERY#{event}` |
//! | notification to an admin | `NOTICE#{brand}#{admin}` | `NOTICE#{event}` |
//! | token of a sign-in link | `TOKEN#{hash}` | `TOKEN` |
//! | sign-in attempt | `SIGNIN#{hash}` | `SIGNIN` |
//! | session | `SESSION#{hash}` | `SESSION` |
//! | response stored under an idempotency key | `IDEMPOTENCY#{hash}` | `IDEMPOTENCY` |
//! | counter of a rate limit | `RATE#{what}#{subject}#{window}` | `RATE` |

mod attribution;
mod import;
mod network;
mod webhook;

use std::marker::PhantomData;

use super::dynamodb::items::{ApiKeyName, MetadataItem, Picture, RateCount};
pub use attribution::{
    balance, click, commission, commission_owner, commissions, conversion, dropped, link_claim, share_link,
    share_links, visitor,
};
pub use import::{
    export, export_progress, import, import_chunk, import_chunk_attempts, import_plan, import_selection,
    report_progress,
};
pub use network::*;

use crate::{
    crypto::secret::Hash,
    domain::{
        Admin, AdminId, ApiKey, ApiKeyId, Attempt, Brand, BrandSlug, Claim, EmailAddress, EmailChangeNotice,
        ErasureTombstone, Event, EventId, Overview, Partner, PartnerId, PartnerState, Principal, Program, ProgramId,
        ReminderCursor, Session, StoredResponse, Sums, SuppressionRecord, Token,
    },
};

/// The key of an item of any type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RawKey {
    pub(super) pk: String,
    pub(super) sk: String,
}

/// The key of an `E`; reading it returns an `E` and nothing else.
#[derive(Debug)]
pub struct Key<E> {
    raw: RawKey,
    entity: PhantomData<fn() -> E>,
}

impl<E> Clone for Key<E> {
    fn clone(&self) -> Self {
        Self { raw: self.raw.clone(), entity: PhantomData }
    }
}

impl<E> Key<E> {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { raw: RawKey { pk, sk: sk.into() }, entity: PhantomData }
    }

    /// Returns the key of an item that an index listed, and that is therefore known to be an `E`.
    pub(super) fn known(raw: RawKey) -> Self {
        Self { raw, entity: PhantomData }
    }

    /// Returns the key without the type of its item.
    #[must_use]
    pub fn raw(&self) -> RawKey {
        self.raw.clone()
    }
}

/// The part of a key that several items share, so that a query can list them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix<E> {
    pub(super) pk: String,
    pub(super) sk: &'static str,
    entity: PhantomData<fn() -> E>,
}

/// The brand.
#[must_use]
pub fn brand(slug: &BrandSlug) -> Key<Brand> {
    Key::new(format!("BRAND#{slug}"), "BRAND")
}

/// The image of a logo, by its hash: a new image is a new item, so that earlier emails keep showing theirs.
#[must_use]
pub fn logo(brand: &BrandSlug, hash: &Hash) -> Key<Picture> {
    Key::new(format!("LOGO#{brand}#{}", hash.as_str()), "LOGO")
}

/// The numbers that a brand's overview shows.
#[must_use]
pub fn overview(slug: &BrandSlug) -> Key<Overview> {
    Key::new(format!("BRAND#{slug}"), "OVERVIEW")
}

/// The numbers of a brand's overview while they are being computed.
#[must_use]
pub fn counting(slug: &BrandSlug) -> Key<Sums> {
    Key::new(format!("BRAND#{slug}"), "COUNTING")
}

/// A program.
#[must_use]
pub fn program(brand: &BrandSlug, id: &ProgramId) -> Key<Program> {
    Key::new(format!("BRAND#{brand}"), format!("PROGRAM#{id}"))
}

/// All programs of a brand, oldest first.
#[must_use]
pub fn programs(brand: &BrandSlug) -> Prefix<Program> {
    Prefix { pk: format!("BRAND#{brand}"), sk: "PROGRAM#", entity: PhantomData }
}

/// An admin.
#[must_use]
pub fn admin(brand: &BrandSlug, id: &AdminId) -> Key<Admin> {
    Key::new(format!("BRAND#{brand}"), format!("ADMIN#{id}"))
}

/// All admins of a brand, oldest first.
#[must_use]
pub fn admins(brand: &BrandSlug) -> Prefix<Admin> {
    Prefix { pk: format!("BRAND#{brand}"), sk: "ADMIN#", entity: PhantomData }
}

/// The claim on an admin's email address.
#[must_use]
pub fn admin_email(brand: &BrandSlug, email: &EmailAddress) -> Key<Claim<AdminId>> {
    Key::new(format!("ADMINEMAIL#{brand}#{email}"), "ADMINEMAIL")
}

/// An API key, by its hash.
#[must_use]
pub fn api_key(hash: &Hash) -> Key<ApiKey> {
    Key::new(format!("KEY#{}", hash.as_str()), "KEY")
}

/// A partner.
#[must_use]
pub fn partner(brand: &BrandSlug, id: &PartnerId) -> Key<Partner> {
    Key::new(format!("PARTNER#{brand}#{id}"), "PARTNER")
}

/// Returns the key of the partner in whose partition `key` is.
pub(super) fn partner_beside(key: &RawKey) -> RawKey {
    RawKey { pk: key.pk.clone(), sk: "PARTNER".to_owned() }
}

/// The metadata that a caller stores with a partner.
#[must_use]
pub fn metadata(brand: &BrandSlug, id: &PartnerId) -> Key<MetadataItem> {
    Key::new(format!("PARTNER#{brand}#{id}"), "METADATA")
}

/// An email about the change of a partner's email address, sent to a different one than the current one.
#[must_use]
pub fn partner_notice(brand: &BrandSlug, id: &PartnerId, event: &EventId) -> Key<EmailChangeNotice> {
    Key::new(partner(brand, id).raw.pk, format!("NOTICE#{event}"))
}

/// The emails about changes of a partner's email address.
#[must_use]
pub fn partner_notices(brand: &BrandSlug, id: &PartnerId) -> Prefix<EmailChangeNotice> {
    Prefix { pk: partner(brand, id).raw.pk, sk: "NOTICE#", entity: PhantomData }
}

/// The claim on a partner's email address.
#[must_use]
pub fn email(brand: &BrandSlug, email: &EmailAddress) -> Key<Claim<PartnerId>> {
    Key::new(format!("EMAIL#{brand}#{email}"), "EMAIL")
}

/// The position up to which a brand's invitations were checked for reminders.
#[must_use]
pub fn reminding(brand: &BrandSlug) -> Key<ReminderCursor> {
    Key::new(self::brand(brand).raw.pk, "REMINDERS")
}

/// An erasure tombstone, by the keyed hash of the email address.
#[must_use]
pub fn erased(brand: &BrandSlug, hash: &Hash) -> Key<ErasureTombstone> {
    Key::new(format!("ERASED#{brand}#{}", hash.as_str()), "ERASED")
}

/// The suppression of an email address.
#[must_use]
pub fn address(brand: &BrandSlug, email: &EmailAddress) -> Key<SuppressionRecord> {
    Key::new(format!("ADDRESS#{brand}#{email}"), "ADDRESS")
}

/// An event, in the partition of its partner or else of its brand.
#[must_use]
pub fn event(event: &Event) -> Key<Event> {
    let pk = match event.kind.partner() {
        Some(id) => partner(&event.brand, id).raw.pk,
        None => brand(&event.brand).raw.pk,
    };
    Key::new(pk, format!("EVENT#{}", event.id))
}

/// An event of a partner, by its ID.
#[must_use]
pub fn partner_event(brand: &BrandSlug, id: &PartnerId, event: &EventId) -> Key<Event> {
    Key::new(partner(brand, id).raw.pk, format!("EVENT#{event}"))
}

/// An event of the brand itself, by its ID.
#[must_use]
pub fn brand_event(brand: &BrandSlug, event: &EventId) -> Key<Event> {
    Key::new(self::brand(brand).raw.pk, format!("EVENT#{event}"))
}

/// The events of a partner, oldest first.
#[must_use]
pub fn partner_events(brand: &BrandSlug, id: &PartnerId) -> Prefix<Event> {
    Prefix { pk: partner(brand, id).raw.pk, sk: "EVENT#", entity: PhantomData }
}

/// The item that finds an API key by its ID.
#[must_use]
pub fn api_key_name(brand: &BrandSlug, id: &ApiKeyId) -> Key<ApiKeyName> {
    Key::new(self::brand(brand).raw.pk, format!("APIKEY#{id}"))
}

/// The items that find a brand's API keys by ID, oldest first.
#[must_use]
pub fn api_key_names(brand: &BrandSlug) -> Prefix<ApiKeyName> {
    Prefix { pk: self::brand(brand).raw.pk, sk: "APIKEY#", entity: PhantomData }
}

/// The token of a sign-in link, by the hash of its secret.
#[must_use]
pub fn token(hash: &Hash) -> Key<Token> {
    Key::new(format!("TOKEN#{}", hash.as_str()), "TOKEN")
}

/// A sign-in attempt, by the hash of the browser's cookie.
#[must_use]
pub fn attempt(hash: &Hash) -> Key<Attempt> {
    Key::new(format!("SIGNIN#{}", hash.as_str()), "SIGNIN")
}

/// Returns the hash of the attempt that has this `pk`.
pub(crate) fn hash_of_attempt(pk: &str) -> Option<Hash> {
    serde_json::from_value(pk.strip_prefix("SIGNIN#")?.into()).ok()
}

/// A session, by the hash of its secret.
#[must_use]
pub fn session(hash: &Hash) -> Key<Session> {
    Key::new(format!("SESSION#{}", hash.as_str()), "SESSION")
}

/// Returns the hash of the session that has this `pk`.
pub(super) fn hash_of_session(pk: &str) -> Option<Hash> {
    Hash::parse(pk.strip_prefix("SESSION#")?)
}

/// The index partition that lists the sessions of an admin or a partner, by the time at which they began.
pub(super) fn sessions(brand: &BrandSlug, principal: &Principal) -> String {
    format!("SESSIONS#{brand}#{}", String::from(principal.clone()))
}

/// The stored response for an idempotency key.
#[must_use]
pub fn answer(hash: &Hash) -> Key<StoredResponse> {
    Key::new(format!("IDEMPOTENCY#{}", hash.as_str()), "IDEMPOTENCY")
}

/// A counter that limits how often `what` may happen for `subject` in `window`. `subject` is hashed, since it may be
/// any text.
#[must_use]
pub fn rate(what: &str, subject: &[&str], window: i64) -> Key<RateCount> {
    Key::new(format!("RATE#{what}#{}#{window}", Hash::of_parts(subject).as_str()), "RATE")
}

/// The partner or admin that a principal identifies.
#[must_use]
pub fn principal(brand: &BrandSlug, principal: &Principal) -> RawKey {
    match principal {
        Principal::Partner(id) => partner(brand, id).raw,
        Principal::Admin(id) => admin(brand, id).raw,
    }
}

/// The index partition that lists a brand's partners with one status, by ID.
pub(super) fn roster(brand: &BrandSlug, state: PartnerState) -> String {
    format!("ROSTER#{brand}#{}", state.as_str())
}

/// The index partition that lists the brands that have switched reminders on, by slug.
pub(super) const REMINDING: &str = "REMINDING";

/// The index partition that lists the events of resent invitations of a brand, by ID.
pub(super) fn resent(brand: &BrandSlug) -> String {
    format!("RESENT#{brand}")
}

/// The index partition of a brand's partners whose name or email address begins with the first character of `text`, by
/// the whole text.
pub(super) fn search(brand: &BrandSlug, text: &str) -> String {
    format!("SEARCH#{brand}#{}", text.chars().next().unwrap_or(' '))
}

/// The sort key in the search index: the text, and the ID of its partner.
pub(super) fn searched(text: &str, id: &PartnerId) -> String {
    format!("{text}#{id}")
}

pub(super) use attribution::commissions_in;
pub(super) use import::{chunks_with_problems, imports};
pub(super) use webhook::{WEBHOOKS_ON, event_of_delivery, place_at, waiting};
pub use webhook::{admin_notice, deliveries, delivery, webhook, webhooks};

#[cfg(test)]
mod tests;
