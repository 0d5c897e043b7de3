//! Stores requests to email a partner again.

use jiff::Timestamp;

use crate::{
    domain::{Claim, Partner, PartnerState, Reached, ResendError},
    error::{Error, Result},
    store::{
        Condition, ErasureGuard, IdempotencyRecord, Item, Store, Transaction, Update, WriteError, attribute, keys,
        mail::reminders::resent_place, partner::claim_place,
    },
};

impl Store {
    /// Writes the request for the email, and moves the claim if the email address was corrected. The email follows from
    /// the event.
    ///
    /// # Errors
    /// [`Error::Reach`] if another change was faster; [`Error::EmailTaken`] if the new email address belongs to another
    /// partner; [`Error::AddressErased`] if its previous holder was erased, which `entry` checks.
    pub async fn reach(
        &self,
        reached: &Reached,
        entry: Option<&ErasureGuard>,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let Reached { partner, before, moved_from, clear, event } = reached;
        let key = keys::partner(&partner.brand, &partner.id);
        let joined = partner.activated_at.is_some();
        let unraised = if joined { partner.epoch } else { partner.epoch - 1 };
        let mut update = Update::of(&key)
            .set("mail", attribute(&partner.mail)?)
            .set("reached", attribute(&partner.reached)?)
            .set("epoch", attribute(partner.epoch)?)
            // The worker that sends the previous email may still have its lease, which must not apply to this one.
            .remove("lease_until")
            .remove("lease_by")
            .when(Condition::Absent("revoked_at"))
            .when(Condition::Is("epoch", attribute(unraised)?))
            .when(if joined { Condition::Present("activated_at") } else { Condition::Absent("activated_at") })
            .when(match before {
                Some(before) => Condition::Is("reached", attribute(before)?),
                None => Condition::Absent("reached"),
            });
        if !joined {
            update = reopened(update, partner)?;
        }
        if moved_from.is_some() {
            update = update.set("former_addresses", attribute(&partner.former_addresses)?);
        }
        if partner.undeliverable.is_none() {
            update = update.remove("undeliverable");
        }
        // A resent invitation is listed by the time at which it was resent.
        let place = if joined { Item::new() } else { resent_place(&partner.brand, event) };
        let mut transaction = Transaction::new().update(update).create_with(&keys::event(event), event, place)?;
        let claim_key = keys::email(&partner.brand, &partner.email);
        if let Some(old) = moved_from {
            let claim = Claim::of(partner.id.clone());
            let mine = Condition::Is("id", attribute(&partner.id)?);
            transaction = transaction.delete(&keys::email(&partner.brand, old), mine).create_with(
                &claim_key,
                &claim,
                claim_place(partner),
            )?;
        }
        if *clear {
            let address = Update::of(&keys::address(&partner.brand, &partner.email));
            transaction = transaction.update(address.set("cleared_at", attribute(event.at.as_millisecond())?));
        }
        if let Some(entry) = entry {
            transaction = entry.guard(transaction, &partner.brand);
        }
        let refusal = match self.act(transaction, remember).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        let Some(now) = refusal.old(&key)? else {
            if entry.is_some_and(|entry| refusal.is_of(&keys::erased(&partner.brand, &entry.mark))) {
                return Err(Error::AddressErased);
            }
            let taken = refusal.old(&claim_key)?.ok_or(Error::ChangedMeanwhile)?;
            let owner = self.get(&keys::partner(&partner.brand, &taken.id)).await?;
            return Err(Error::EmailTaken { owner: owner.map(|owner| (taken.id, owner.state())) });
        };
        let wanted = if joined { PartnerState::Active } else { PartnerState::Invited };
        now.must_be(wanted)?;
        // Their status hasn't changed, so another email was requested first.
        Err(ResendError::TooSoon { wait_s: 60 }.into())
    }
}

/// Adds the fields of a resent invitation to the update: its start and end, its email address and its personal note.
fn reopened(update: Update, partner: &Partner) -> Result<Update> {
    let update = update
        .set("invited_at", attribute(partner.invited_at)?)
        .set("invitation_ends_at", attribute(partner.invitation_ends_at.map(Timestamp::as_millisecond))?)
        .set("email", attribute(&partner.email)?)
        .remove("reminded_at");
    Ok(match &partner.note {
        Some(note) => update.set("note", attribute(note)?),
        None => update.remove("note"),
    })
}
