//! Emails: the worker's lease, and the delivery status.
//!
//! An email is claimed with a lease before it is sent, so that a message that is delivered twice results in one email.
//! If the process crashes in between, the lease lapses and another worker takes over: at worst, the email is sent
//! twice, but never not at all.

pub(super) mod feedback;
pub(super) mod notices;
pub(super) mod reminders;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};

use super::{Condition, Entity, Key, Store, Transaction, Update, WriteError, attribute, keys};
use crate::{
    crypto::secret::Hash,
    domain::{
        Admin, AdminId, AdminNotice, Attempt, BrandSlug, EmailChangeNotice, EventId, MailResult, MailState, MailStatus,
        MailedCredentials, Partner, PartnerId, PartnerState, Suppression, Token,
    },
    error::{Error, Result},
};

/// A time-limited right to work on an item, and the worker that has it.
#[derive(Debug, Clone)]
pub struct Lease {
    /// Identifies this delivery of the message, so that a repeated write recognizes its own lease.
    pub by: String,
    /// The duration of the lease.
    pub lease: SignedDuration,
}

impl Lease {
    /// Creates the lease of the worker that received the message with this receipt. Receipts are long, and are stored
    /// with the claimed item, whose writes are billed by the kilobyte; 64 bits of a hash distinguish the deliveries of
    /// one message as well.
    #[must_use]
    pub fn of(receipt: &str, lease: SignedDuration) -> Self {
        Self { by: Hash::of(receipt.as_bytes()).as_str().chars().take(16).collect(), lease }
    }
}

/// The outcome of claiming an email.
#[derive(Debug, Clone, PartialEq)]
pub enum Claimed<E> {
    /// This worker sends it.
    Ours(Box<E>),
    /// It was sent before.
    Sent,
    /// Another worker has the lease.
    Later,
    /// It is no longer relevant: the recipient no longer exists, is revoked, has another epoch, or gets a newer email.
    Superseded,
}

/// The parts that partners, admins and notices have in common as recipients of emails that events cause.
pub(super) trait MailRecipient: Entity {
    fn note(&self) -> Option<&MailStatus>;
    fn epoch(&self) -> u64;
}

impl MailRecipient for Partner {
    fn note(&self) -> Option<&MailStatus> {
        self.mail.as_ref()
    }

    fn epoch(&self) -> u64 {
        self.epoch
    }
}

impl MailRecipient for Admin {
    fn note(&self) -> Option<&MailStatus> {
        self.mail.as_ref()
    }

    fn epoch(&self) -> u64 {
        self.epoch
    }
}

impl MailRecipient for EmailChangeNotice {
    fn note(&self) -> Option<&MailStatus> {
        Some(&self.mail)
    }

    fn epoch(&self) -> u64 {
        self.epoch
    }
}

impl MailRecipient for AdminNotice {
    fn note(&self) -> Option<&MailStatus> {
        Some(&self.mail)
    }

    fn epoch(&self) -> u64 {
        self.epoch
    }
}

/// The rule for whether an email is still relevant: as the condition of a write, and as the check of an item that
/// failed it.
pub(super) struct Relevance<E> {
    condition: Condition,
    still: fn(&E, Timestamp) -> bool,
}

impl<E> Relevance<E> {
    /// Applies to an email that stays relevant as long as the item exists.
    pub(super) fn always() -> Self {
        Self { condition: Condition::Present("pk"), still: |_, _| true }
    }
}

impl Store {
    /// Claims the invitation that `event` causes: of a partner who has not joined yet.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_invitation(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        (event, epoch): (&EventId, u64),
        claim: &Lease,
    ) -> Result<Claimed<Partner>> {
        let condition = Condition::All(vec![Condition::Absent("revoked_at"), Condition::Absent("activated_at")]);
        let sense = Relevance { condition, still: |partner: &Partner, _| partner.state() == PartnerState::Invited };
        self.claim_mail(&keys::partner(brand, id), (event, epoch), claim, sense).await
    }

    /// Claims the reminder that `event` causes: of a partner whose invitation is still open.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_reminder(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        (event, epoch): (&EventId, u64),
        claim: &Lease,
    ) -> Result<Claimed<Partner>> {
        let open = Condition::Above("invitation_ends_at", attribute(self.now().as_millisecond())?);
        let condition = Condition::All(vec![Condition::Absent("revoked_at"), Condition::Absent("activated_at"), open]);
        let still = |partner: &Partner, now| partner.state() == PartnerState::Invited && partner.may_sign_in(now);
        let sense = Relevance { condition, still };
        self.claim_mail(&keys::partner(brand, id), (event, epoch), claim, sense).await
    }

    /// Claims the email with the sign-in link that `event` causes: for an active partner.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_link(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        (event, epoch): (&EventId, u64),
        claim: &Lease,
    ) -> Result<Claimed<Partner>> {
        let condition = Condition::All(vec![Condition::Absent("revoked_at"), Condition::Present("activated_at")]);
        let sense = Relevance { condition, still: |partner: &Partner, _| partner.state() == PartnerState::Active };
        self.claim_mail(&keys::partner(brand, id), (event, epoch), claim, sense).await
    }

    /// Claims the email about a revocation: of a partner who is still revoked.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_revocation(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        (event, epoch): (&EventId, u64),
        claim: &Lease,
    ) -> Result<Claimed<Partner>> {
        let condition = Condition::Present("revoked_at");
        let sense = Relevance { condition, still: |partner: &Partner, _| partner.state() == PartnerState::Revoked };
        self.claim_mail(&keys::partner(brand, id), (event, epoch), claim, sense).await
    }

    /// Claims the welcome email that `event` causes.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_welcome(
        &self,
        (brand, id): (&BrandSlug, &AdminId),
        (event, epoch): (&EventId, u64),
        claim: &Lease,
    ) -> Result<Claimed<Admin>> {
        self.claim_mail(&keys::admin(brand, id), (event, epoch), claim, Relevance::always()).await
    }

    pub(super) async fn claim_mail<E: MailRecipient>(
        &self,
        key: &Key<E>,
        (event, epoch): (&EventId, u64),
        claim: &Lease,
        sense: Relevance<E>,
    ) -> Result<Claimed<E>> {
        let update = leased(Update::of(key), claim, self.now())
            .when(Condition::Is("epoch", attribute(epoch)?))
            .when(Condition::Is("mail.event", attribute(event)?))
            .when(open()?)
            .when(sense.condition);
        let refusal = match self.update(key, update).await {
            Ok(recipient) => return Ok(Claimed::Ours(Box::new(recipient))),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        let Some(recipient) = refusal.old(key)? else { return Ok(Claimed::Superseded) };
        let Some(note) = recipient.note().filter(|note| note.event == *event) else {
            return Ok(Claimed::Superseded);
        };
        let pointless = recipient.epoch() != epoch || !(sense.still)(&recipient, self.now());
        match note.state {
            MailState::Queued | MailState::Failed if note.is_open() && pointless => {
                self.note_mail(key, event, MailState::Superseded, (None, None)).await?;
                Ok(Claimed::Superseded)
            }
            MailState::Queued | MailState::Failed if note.is_open() => Ok(Claimed::Later),
            // SES has accepted the email, even if our own record of that was never written.
            MailState::Queued
            | MailState::Failed
            | MailState::Sent
            | MailState::Delivered
            | MailState::Delayed
            | MailState::Bounced
            | MailState::Complained => Ok(Claimed::Sent),
            MailState::Suppressed | MailState::Superseded => Ok(Claimed::Superseded),
        }
    }

    /// Records the result of sending a partner's email, if it is still their latest: SES's message ID, the reason why
    /// SES rejected it, or nothing, if it only has to wait.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_partner_mail(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        event: &EventId,
        outcome: Result<&str, Option<&str>>,
    ) -> Result<()> {
        self.note_outcome(&keys::partner(brand, id), event, outcome).await
    }

    /// Records the result of sending an admin's email, if it is still their latest.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_welcome(
        &self,
        (brand, id): (&BrandSlug, &AdminId),
        event: &EventId,
        outcome: Result<&str, Option<&str>>,
    ) -> Result<()> {
        self.note_outcome(&keys::admin(brand, id), event, outcome).await
    }

    pub(super) async fn note_outcome<E: Entity>(
        &self,
        key: &Key<E>,
        event: &EventId,
        outcome: Result<&str, Option<&str>>,
    ) -> Result<()> {
        let (state, detail, message) = match outcome {
            Ok(message) => (MailState::Sent, None, Some(message)),
            Err(Some(detail)) => (MailState::Failed, Some(detail), None),
            Err(None) => (MailState::Queued, None, None),
        };
        self.note_mail(key, event, state, (detail, message)).await
    }

    async fn note_mail<E: Entity>(
        &self,
        key: &Key<E>,
        event: &EventId,
        state: MailState,
        (detail, message): (Option<&str>, Option<&str>),
    ) -> Result<()> {
        let note = MailStatus {
            event: event.clone(),
            state,
            at: self.now(),
            detail: detail.map(str::to_owned),
            message: message.map(str::to_owned),
        };
        // A refused write means that a newer email has replaced this one, whose result no longer matters, or that an
        // SES event arrived first, which contains more information.
        self.update_if(key, noted(Update::of(key), &note)?).await.map(drop)
    }

    /// Records that a partner's email was suppressed, with the partner and with the event that caused it: no SES event
    /// will ever report that.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_held_back(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        event: &EventId,
        refused: &Suppression,
    ) -> Result<()> {
        let (at, state, detail) = (self.now(), MailState::Suppressed, Some(refused.in_words()));
        let note = MailStatus { event: event.clone(), state, at, detail: detail.clone(), message: None };
        let (partner, event_key) = (keys::partner(brand, id), keys::partner_event(brand, id, event));
        let update = noted(Update::of(&partner), &note)?.set("undeliverable", attribute(refused)?);
        let outcome = MailResult { state, at, detail };
        let with_event = Update::of(&event_key).set("mail", attribute(&outcome)?).when(Condition::Absent("mail"));
        let with_event = with_event.when(Condition::Absent("scrubbed"));
        futures::try_join!(self.update_if(&partner, update), self.update_if(&event_key, with_event)).map(drop)
    }

    /// Claims the email of a sign-in attempt.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_attempt(&self, attempt: &Hash, claim: &Lease) -> Result<Claimed<Attempt>> {
        let key = keys::attempt(attempt);
        let now = self.now();
        let update = leased(Update::of(&key), claim, now)
            .when(Condition::Absent("sent_at"))
            .when(Condition::Absent("used_at"))
            .when(Condition::Above("expires_at", attribute(now.as_second())?));
        match self.update(&key, update).await {
            Ok(attempt) => Ok(Claimed::Ours(Box::new(attempt))),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => match refusal.old(&key)? {
                // If its code was used, its email was sent after all.
                Some(_) if refusal.has(&key, "sent_at") || refusal.has(&key, "used_at") => Ok(Claimed::Sent),
                Some(attempt) if now < attempt.expires_at => Ok(Claimed::Later),
                Some(_) | None => Ok(Claimed::Superseded),
            },
        }
    }

    /// Writes the token of a link that is about to be emailed, and stores the email's other credentials with the
    /// attempt.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn mint(&self, hash: &Hash, token: &Token, attempt: Option<(&Hash, &MailedCredentials)>) -> Result<()> {
        // No other token can have the same 256 random bits, so no condition is needed; and a write outside a
        // transaction costs half.
        let Some((attempt, mailed)) = attempt else { return self.put_whole(&keys::token(hash), token).await };
        let update = Update::of(&keys::attempt(attempt)).set("mailed", attribute(mailed)?);
        let transaction =
            Transaction::new().create(&keys::token(hash), token)?.update(update.when(Condition::Absent("used_at")));
        self.commit(transaction).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }

    /// Records the result of an attempt's email: done (sent, or nothing to send), or to be tried again.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_attempt(&self, attempt: &Hash, done: bool) -> Result<()> {
        let key = keys::attempt(attempt);
        let mut update = Update::of(&key).remove("lease_until").remove("lease_by");
        if done {
            update = update.set("sent_at", attribute(self.now())?);
        }
        self.update_if(&key, update).await.map(drop)
    }
}

/// The email has not been accepted by SES yet, nor given up.
fn open() -> Result<Condition> {
    let state = |state: MailState| Ok::<_, Error>(Condition::Is("mail.state", attribute(state)?));
    let waits = Condition::Any(vec![state(MailState::Queued)?, state(MailState::Failed)?]);
    Ok(Condition::All(vec![waits, Condition::Absent("mail.message")]))
}

/// Writes the result of an email that was still to be sent, and releases its lease. The time of the first sent email is
/// retained.
fn noted(update: Update, note: &MailStatus) -> Result<Update> {
    let update = match note.state {
        MailState::Sent => update.set_once("sent_at", attribute(note.at)?),
        MailState::Queued
        | MailState::Delivered
        | MailState::Delayed
        | MailState::Bounced
        | MailState::Complained
        | MailState::Failed
        | MailState::Suppressed
        | MailState::Superseded => update,
    };
    let update = update.set("mail", attribute(note)?).remove("lease_until").remove("lease_by");
    Ok(update.when(Condition::Is("mail.event", attribute(&note.event)?)).when(open()?))
}

pub(super) fn leased(update: Update, claim: &Lease, now: Timestamp) -> Update {
    let millis = |at: Timestamp| AttributeValue::N(at.as_millisecond().to_string());
    let by = AttributeValue::S(claim.by.clone());
    let free = Condition::Any(vec![
        Condition::Absent("lease_until"),
        Condition::Below("lease_until", millis(now)),
        Condition::Is("lease_by", by.clone()),
    ]);
    update.set("lease_until", millis(now + claim.lease)).set("lease_by", by).when(free)
}
