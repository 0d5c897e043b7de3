//! Stores revocations, reinstatements, and declined invitations.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    domain::{AccessChanged, AccessError, DeclineError, Declined, Partner},
    error::{Error, Result},
    store::{Condition, IdempotencyRecord, Store, Transaction, Update, WriteError, attribute, keys},
};

impl Store {
    /// Records that a partner declined, with the event, if they still have an invitation at that email address.
    ///
    /// # Errors
    /// `Ok(Err(..))` is the reason why they can't decline; `Err` if the table can't be written.
    pub async fn decline(&self, declined: &Declined) -> Result<Result<(), DeclineError>> {
        let Declined { partner, event } = declined;
        let key = keys::partner(&partner.brand, &partner.id);
        // A concurrent resend of the invitation increases the epoch too, and neither write undoes the other.
        let update = Update::of(&key)
            .set("declined_at", attribute(partner.declined_at)?)
            .set("list_pk", AttributeValue::S(keys::roster(&partner.brand, partner.state())))
            .add("epoch", 1)
            .remove("lease_until")
            .remove("lease_by")
            .when(Condition::Is("email", attribute(&partner.email)?))
            .when(Condition::Absent("declined_at"))
            .when(Condition::Absent("activated_at"))
            .when(Condition::Absent("revoked_at"));
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        let refusal = match self.commit(transaction).await {
            Ok(()) => return Ok(Ok(())),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        let now: Option<Partner> = refusal.old(&key)?;
        let why = now.and_then(|now| now.decline(event.id.clone(), event.at).err());
        // They are still invited, so their email address has changed.
        Ok(Err(why.unwrap_or(DeclineError::Over)))
    }

    /// Writes the change and its event together, if the partner's access hasn't changed since it was read.
    ///
    /// # Errors
    /// [`Error::Access`] if another writer did the same first; [`Error::ChangedMeanwhile`] if another change came
    /// first.
    pub async fn change_access(&self, changed: &AccessChanged, remember: Option<IdempotencyRecord>) -> Result<()> {
        let AccessChanged { partner, event } = changed;
        let key = keys::partner(&partner.brand, &partner.id);
        let place = AttributeValue::S(keys::roster(&partner.brand, partner.state()));
        let update = Update::of(&key).set("list_pk", place).remove("lease_until").remove("lease_by");
        let update = match &partner.revoked_at {
            Some(at) => {
                let before = Condition::Is("epoch", attribute(partner.epoch - 1)?);
                let update = update.set("revoked_at", attribute(at)?).set("epoch", attribute(partner.epoch)?);
                let update = match &partner.mail {
                    Some(mail) if mail.event == event.id => update.set("mail", attribute(mail)?),
                    Some(_) | None => update,
                };
                update.when(Condition::Absent("revoked_at")).when(before)
            }
            None => {
                // The state to which they return must still be the one they had before.
                let joined = match partner.activated_at {
                    Some(_) => Condition::Present("activated_at"),
                    None => Condition::Absent("activated_at"),
                };
                let epoch = Condition::Is("epoch", attribute(partner.epoch)?);
                let there = Condition::Absent("erased_at");
                update.remove("revoked_at").when(Condition::Present("revoked_at")).when(there).when(epoch).when(joined)
            }
        };
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        let refusal = match self.act(transaction, remember).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        let now = refusal.old(&key)?.ok_or(Error::NotFound("partner"))?;
        now.must_be_there()?;
        Err(match (now.revoked_at, partner.revoked_at) {
            (Some(_), Some(_)) => AccessError::AlreadyRevoked.into(),
            (None, None) => AccessError::NotRevoked.into(),
            (Some(_), None) | (None, Some(_)) => Error::ChangedMeanwhile,
        })
    }
}
