//! Stores the programs for which a partner may create links.

use crate::{
    domain::{CurrentGrants, ProgramsSet},
    error::{Error, Result},
    store::{Condition, IdempotencyRecord, Store, Transaction, Update, WriteError, attribute, keys},
};

impl Store {
    /// Replaces the whole list of the version on which the change is based, and writes the event.
    ///
    /// # Errors
    /// [`Error::GrantsChanged`] with the current grants, if another change was faster.
    pub async fn set_programs(&self, set: &ProgramsSet, remember: Option<IdempotencyRecord>) -> Result<()> {
        let Some(event) = &set.event else { return self.remember(remember).await };
        let partner = &set.partner;
        let key = keys::partner(&partner.brand, &partner.id);
        let update = Update::of(&key)
            .set("grants", attribute(&partner.grants)?)
            .set("grants_version", attribute(partner.grants_version)?)
            .when(Condition::Absent("erased_at"))
            .when(Condition::Is("grants_version", attribute(partner.grants_version - 1)?));
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        match self.act(transaction, remember).await {
            Ok(()) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => {
                let now = refusal.old(&key)?.ok_or(Error::NotFound("partner"))?;
                now.must_be_there()?;
                Err(Error::GrantsChanged(CurrentGrants::from(&now)))
            }
        }
    }
}
