//! Writing that access was taken or given back.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Condition, Remember, Store, Transaction, Update, WriteError, attribute, keys};
use crate::{
    domain::{AccessChanged, AccessRefused},
    error::{Error, Result},
};

impl Store {
    /// Writes the change and the event together, if the partner's access still is what it was.
    ///
    /// # Errors
    /// [`Error::Access`] if somebody else was faster with the same; [`Error::ChangedMeanwhile`] if with something else.
    pub async fn change_access(&self, changed: &AccessChanged, remember: Option<Remember>) -> Result<()> {
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
                // Where they stood before must still be where they go back to.
                let joined = match partner.activated_at {
                    Some(_) => Condition::Present("activated_at"),
                    None => Condition::Absent("activated_at"),
                };
                let epoch = Condition::Is("epoch", attribute(partner.epoch)?);
                update.remove("revoked_at").when(Condition::Present("revoked_at")).when(epoch).when(joined)
            }
        };
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        let refusal = match self.act(transaction, remember).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        let now = refusal.old(&key)?.ok_or(Error::NotFound("partner"))?;
        Err(match (now.revoked_at, partner.revoked_at) {
            (Some(_), Some(_)) => AccessRefused::AlreadyRevoked.into(),
            (None, None) => AccessRefused::NotRevoked.into(),
            (Some(_), None) | (None, Some(_)) => Error::ChangedMeanwhile,
        })
    }
}
