//! Erasure of a person: the write that makes it effective, and the piece-by-piece scrubbing of related items.
//!
//! Every piece can be scrubbed twice, so after a crash the next worker starts over and finds less to do.

use aws_sdk_dynamodb::types::AttributeValue;
use futures::{StreamExt, TryStreamExt};

use super::{
    Condition, IdempotencyRecord, Item, RawKey, Store, Transaction, Update, WriteError, attribute, key_of, keys, parse,
};
use crate::{
    crypto::secret::Hash,
    domain::{
        AccessError, Actor, ApplicationId, Approval, BackfillId, BrandSlug, EmailAddress, ErasureTombstone, Event,
        Partner, PartnerErased, PartnerId,
    },
    error::{Error, Result},
};

/// The number of events that are read at a time.
const PAGE: i32 = 500;

/// The number of items that are scrubbed at the same time.
const AT_ONCE: usize = 20;

/// The number of backfills that are checked at the same time.
const BACKFILLS: usize = 100;

/// An email address that a person had, and the hash for its erasure tombstone.
#[derive(Debug, Clone)]
pub struct Marked {
    /// The email address.
    pub address: EmailAddress,
    /// Its keyed hash.
    pub hash: Hash,
}

/// The guard against inviting an erased person by accident.
#[derive(Debug, Clone)]
pub struct ErasureGuard {
    /// The keyed hash of the email address.
    pub mark: Hash,
    /// True if an admin stated that the person wants to come back: then the same write deletes the tombstone.
    pub lifts: bool,
}

impl ErasureGuard {
    /// Extends the write of a new email address: it fails if there is a tombstone, or deletes the tombstone for a
    /// readmission.
    pub(super) fn guard(&self, transaction: Transaction, brand: &BrandSlug) -> Transaction {
        let key = keys::erased(brand, &self.mark);
        if self.lifts {
            transaction.delete(&key, anything())
        } else {
            transaction.check(key.raw(), Condition::Absent("pk"))
        }
    }
}

impl Store {
    /// Writes the erased partner, tombstones for their email address and those they had `before`, and the event.
    /// Deletes the items of these email addresses, and the metadata that a caller stored with the partner.
    ///
    /// # Errors
    /// [`Error::Access`] if another change made it impossible; [`Error::ChangedMeanwhile`] if the partner changed
    /// otherwise.
    pub async fn erase(
        &self,
        erased: &PartnerErased,
        (mark, before): (&Hash, &[Marked]),
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let PartnerErased { partner, address, event } = erased;
        let key = keys::partner(&partner.brand, &partner.id);
        let marked = ErasureTombstone { at: event.at };
        let mut transaction = Transaction::new()
            .update(what_is_left(partner, address)?)
            .create(&keys::event(event), event)?
            .delete(&keys::email(&partner.brand, address), Condition::Is("id", attribute(&partner.id)?))
            .put_with(&keys::erased(&partner.brand, mark), &marked, Item::new())?
            .delete(&keys::address(&partner.brand, address), anything())
            .delete(&keys::metadata(&partner.brand, &partner.id), anything());
        for Marked { address, hash } in before {
            transaction = transaction
                .put_with(&keys::erased(&partner.brand, hash), &marked, Item::new())?
                .delete(&keys::address(&partner.brand, address), anything());
        }
        let refusal = match self.act(transaction, remember).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        let Some(now) = refusal.old(&key)? else { return Err(Error::ChangedMeanwhile) };
        now.must_be_there()?;
        Err(if now.revoked_at.is_none() { AccessError::MustBeRevoked.into() } else { Error::ChangedMeanwhile })
    }

    /// True if there is a tombstone for an email address at this moment. Only a write with its [`ErasureGuard`] is certain.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn is_marked(&self, brand: &BrandSlug, entry: &ErasureGuard) -> Result<bool> {
        Ok(self.get(&keys::erased(brand, &entry.mark)).await?.is_some())
    }

    /// Removes personal data from an erased partner's events and from the approvals to which they refer: free text,
    /// delivery details and names. Events that are already scrubbed are skipped, so an approval is scrubbed before its
    /// event.
    ///
    /// # Errors
    /// Fails if the table can't be read or written; [`Error::Busy`] if an approval is decided at the same moment.
    pub async fn scrub_events(&self, partner: &Partner) -> Result<()> {
        let mut after = None;
        loop {
            let (events, next) = self.unscrubbed(&partner.brand, &partner.id, after).await?;
            let wordy = events.iter().filter(|event| event.holds_words());
            side_by_side(wordy.map(|event| self.scrub_event(partner, event)).collect()).await?;
            match next {
                Some(place) => after = Some(place),
                None => return Ok(()),
            }
        }
    }

    async fn unscrubbed(
        &self,
        brand: &BrandSlug,
        id: &PartnerId,
        after: Option<RawKey>,
    ) -> Result<(Vec<Event>, Option<RawKey>)> {
        let prefix = keys::partner_events(brand, id);
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .filter_expression("attribute_not_exists(scrubbed)")
            .expression_attribute_values(":pk", AttributeValue::S(prefix.pk))
            .expression_attribute_values(":sk", AttributeValue::S(prefix.sk.to_owned()))
            .set_exclusive_start_key(after.as_ref().map(super::key_item))
            .limit(PAGE)
            .send()
            .await
            .map_err(Error::internal)?;
        let next = answer.last_evaluated_key.as_ref().and_then(key_of);
        let events = answer.items.unwrap_or_default().into_iter().map(parse).collect::<Result<_>>()?;
        Ok((events, next))
    }

    async fn scrub_event(&self, partner: &Partner, event: &Event) -> Result<()> {
        if let Some(application) = event.kind.application() {
            self.scrub_approval(partner, application).await?;
        }
        let key = keys::event(event);
        let update = Update::of(&key)
            .set("actor", attribute(Actor { name: None, ..event.actor.clone() })?)
            .set("scrubbed", attribute(true)?)
            .remove("reason")
            .remove("mail");
        self.update_if(&key, update).await.map(drop)
    }

    /// Removes the person from an approval; a held one is dismissed.
    async fn scrub_approval(&self, partner: &Partner, id: &ApplicationId) -> Result<()> {
        let key = keys::approval(&partner.brand, id);
        let Some(before) = self.get(&key).await? else { return Ok(()) };
        let approval: Approval = before.clone().scrubbed();
        let update = Update::of(&key)
            .set("application", attribute(&approval.application)?)
            .set("state", attribute(approval.state)?)
            .set("list_pk", AttributeValue::S(keys::approvals(&partner.brand, false)))
            .when(Condition::Is("state", attribute(before.state)?));
        if self.update_if(&key, update).await? { Ok(()) } else { Err(Error::Busy) }
    }

    /// Deletes the records of emails about changes of an erased partner's email address, and of the Network's errors
    /// about them.
    ///
    /// # Errors
    /// Fails if the table can't be read or written.
    pub async fn scrub_beside(&self, brand: &BrandSlug, id: &PartnerId) -> Result<()> {
        self.delete(&keys::push_failure(brand, id)).await?;
        let notices = self.below(keys::partner_notices(brand, id)).await?;
        side_by_side(notices.iter().map(|notice| self.delete_at(notice)).collect()).await?;
        let mut after: Option<String> = None;
        loop {
            let listed = self.listed(&keys::backfills(brand), after.as_deref(), BACKFILLS).await?;
            let backfills = listed.iter().filter_map(|(place, _)| BackfillId::parse(place).ok());
            let lines: Vec<_> = backfills.map(|backfill| keys::backfill_line(brand, &backfill, id).raw()).collect();
            side_by_side(lines.iter().map(|line| self.delete_at(line)).collect()).await?;
            match listed.last() {
                Some((place, _)) if listed.len() == BACKFILLS => after = Some(place.clone()),
                Some(_) | None => return Ok(()),
            }
        }
    }

    /// Records that nothing is left to be scrubbed.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_scrubbed(&self, brand: &BrandSlug, id: &PartnerId) -> Result<()> {
        let key = keys::partner(brand, id);
        let update = Update::of(&key).set_once("scrubbed_at", attribute(self.now())?);
        self.update_if(&key, update.when(Condition::Present("erased_at"))).await.map(drop)
    }
}

async fn side_by_side(work: Vec<impl Future<Output = Result<()>>>) -> Result<()> {
    futures::stream::iter(work).buffer_unordered(AT_ONCE).try_collect().await
}

fn anything() -> Condition {
    Condition::Any(vec![Condition::Absent("pk"), Condition::Present("pk")])
}

/// Returns the update of a partner, on the condition that they are still revoked and still have this email address.
fn what_is_left(partner: &Partner, address: &EmailAddress) -> Result<Update> {
    let mut update = Update::of(&keys::partner(&partner.brand, &partner.id))
        .set("name", attribute(&partner.name)?)
        .set("email", attribute(&partner.email)?)
        .set("brought_by", attribute(&partner.brought_by)?)
        .set("epoch", attribute(partner.epoch)?)
        .set("erased_at", attribute(partner.erased_at)?)
        .when(Condition::Present("revoked_at"))
        .when(Condition::Absent("erased_at"))
        .when(Condition::Is("epoch", attribute(partner.epoch - 1)?))
        .when(Condition::Is("email", attribute(address)?));
    if let Some(network) = &partner.network {
        update = update.set("network", attribute(network)?);
    }
    let gone = ["mail", "undeliverable", "note", "reached", "moving", "former_addresses", "search_pk", "search_sk"];
    Ok(gone.into_iter().chain(["lease_until", "lease_by"]).fold(update, Update::remove))
}
