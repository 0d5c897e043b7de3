//! Stores requested and confirmed changes of a partner's email address.

use crate::{
    crypto::secret::Hash,
    domain::{AddressAsked, AddressMoved, Claim, PartnerState},
    error::{Error, Result},
    store::{
        Condition, IdempotencyRecord, Store, Transaction, Update, WriteError, attribute, keys, partner::claim_place,
    },
};

/// The reasons why a change of an email address was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailChangeError {
    /// It was confirmed before, or has expired.
    Over,
    /// Another partner of the brand has the email address.
    Taken,
}

impl Store {
    /// Writes the pending change, the email to the new email address, and the event.
    ///
    /// # Errors
    /// [`Error::Reach`] if the partner is no longer active; [`Error::ChangedMeanwhile`] if the epoch has increased.
    pub async fn ask_address(&self, asked: &AddressAsked, remember: Option<IdempotencyRecord>) -> Result<()> {
        let AddressAsked { partner, notice, event } = asked;
        let key = keys::partner(&partner.brand, &partner.id);
        let update = Update::of(&key)
            .set("moving", attribute(&partner.moving)?)
            .when(Condition::Absent("revoked_at"))
            .when(Condition::Present("activated_at"))
            .when(Condition::Is("epoch", attribute(partner.epoch)?));
        let transaction = Transaction::new()
            .update(update)
            .create(&keys::partner_notice(&partner.brand, &partner.id, &event.id), notice)?
            .create(&keys::event(event), event)?;
        let refusal = match self.act(transaction, remember).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        let now = refusal.old(&key)?.ok_or(Error::NotFound("partner"))?;
        now.must_be(PartnerState::Active)?;
        Err(Error::ChangedMeanwhile)
    }

    /// Writes the new email address, the claim on it instead of the old one's, the email to the old one, and the
    /// event. If a session of the partner confirms the change, it continues in the new epoch.
    ///
    /// # Errors
    /// `Ok(Err(..))` is the reason why nothing was written; `Err` if the table can't be written.
    pub async fn move_address(
        &self,
        moved: &AddressMoved,
        session: Option<&Hash>,
    ) -> Result<Result<(), EmailChangeError>> {
        let partner = &moved.partner;
        let mut transaction = address_moved(moved)?;
        if let Some(hash) = session {
            let same = Condition::Is("epoch", attribute(partner.epoch - 1)?);
            let update = Update::of(&keys::session(hash)).set("epoch", attribute(partner.epoch)?);
            transaction = transaction.update(update.when(same));
        }
        match self.commit(transaction).await {
            Ok(()) => Ok(Ok(())),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => {
                // When a partner confirms twice, they have already claimed the email address themselves.
                let over = refusal.is_of(&keys::partner(&partner.brand, &partner.id));
                let taken = !over && refusal.is_of(&keys::email(&partner.brand, &partner.email));
                Ok(Err(if taken { EmailChangeError::Taken } else { EmailChangeError::Over }))
            }
        }
    }
}

fn address_moved(moved: &AddressMoved) -> Result<Transaction> {
    let AddressMoved { partner, asked, left, notice, event } = moved;
    let update = Update::of(&keys::partner(&partner.brand, &partner.id))
        .set("email", attribute(&partner.email)?)
        .set("epoch", attribute(partner.epoch)?)
        .set("former_addresses", attribute(&partner.former_addresses)?)
        .remove("moving")
        .remove("undeliverable")
        // Emails that are still queued for the old email address belong to the previous epoch now.
        .remove("lease_until")
        .remove("lease_by")
        .when(Condition::Absent("revoked_at"))
        .when(Condition::Is("epoch", attribute(partner.epoch - 1)?))
        .when(Condition::Is("moving.asked", attribute(asked)?));
    let mine = Condition::Is("id", attribute(&partner.id)?);
    let claim = Claim::of(partner.id.clone());
    Transaction::new()
        .update(update)
        .delete(&keys::email(&partner.brand, left), mine)
        .create_with(&keys::email(&partner.brand, &partner.email), &claim, claim_place(partner))?
        .create(&keys::partner_notice(&partner.brand, &partner.id, &event.id), notice)?
        .create(&keys::event(event), event)
}
