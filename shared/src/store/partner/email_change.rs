//! Writing that a partner's address is to change, and that it did.

use crate::{
    domain::{AddressAsked, AddressMoved, Claim, PartnerState},
    error::{Error, Result},
    secret::Hash,
    store::{Condition, Remember, Store, Transaction, Update, WriteError, attribute, keys, partner::claim_place},
};

/// Why a change of address was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotMoved {
    /// It was confirmed before, or is over.
    Over,
    /// Another partner of the brand has the address.
    Taken,
}

impl Store {
    /// Writes the change that waits, the mail to the new address, and the event.
    ///
    /// # Errors
    /// [`Error::Reach`] if the partner isn't active any more; [`Error::ChangedMeanwhile`] if a new epoch began.
    pub async fn ask_address(&self, asked: &AddressAsked, remember: Option<Remember>) -> Result<()> {
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

    /// Writes the new address, its claim instead of the old one, the mail to the old address and the event. The session
    /// that confirms, if it is one of the partner's, goes on in the new epoch.
    ///
    /// # Errors
    /// `Ok(Err(..))` says why nothing was written; `Err` that the table can't be.
    pub async fn move_address(&self, moved: &AddressMoved, session: Option<&Hash>) -> Result<Result<(), NotMoved>> {
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
                // Who presses twice finds the address claimed too, by themselves.
                let over = refusal.is_of(&keys::partner(&partner.brand, &partner.id));
                let taken = !over && refusal.is_of(&keys::email(&partner.brand, &partner.email));
                Ok(Err(if taken { NotMoved::Taken } else { NotMoved::Over }))
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
        // What waits to go to the old address is of another epoch now.
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
