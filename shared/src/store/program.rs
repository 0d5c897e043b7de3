//! Stores programs.

use super::{Condition, IdempotencyRecord, Store, Transaction, Update, attribute, keys};
use crate::{
    domain::{Event, LIVE_PROGRAMS_MAX, ProgramChanged, too_many_programs},
    error::{Error, Result},
};

impl Store {
    /// Writes a new program, or replaces the version on which an edit is based, with the event.
    ///
    /// The brand counts its open programs, so that concurrent writes can't exceed the limit.
    ///
    /// # Errors
    /// `too_many_programs`; [`Error::ChangedMeanwhile`] if another admin edited it since it was read.
    pub async fn change_program(
        &self,
        changed: &ProgramChanged,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let program = &changed.program;
        let key = keys::program(&event.brand, &program.id);
        let transaction = Transaction::new().create(&keys::event(event), event)?;
        let transaction = if program.version == 1 {
            transaction.create(&key, program)?
        } else {
            let read = Condition::Is("version", attribute(program.version - 1)?);
            transaction.replace(&key, program, read)?
        };
        let brand = keys::brand(&event.brand);
        let counted = |number| Update::of(&brand).add("live_programs", number);
        let transaction = if changed.opens() {
            let most = attribute(LIVE_PROGRAMS_MAX)?;
            let room = vec![Condition::Absent("live_programs"), Condition::Below("live_programs", most)];
            transaction.update(counted(1).when(Condition::Any(room)))
        } else if changed.closes() {
            transaction.update(counted(-1))
        } else {
            transaction
        };
        self.act(transaction, remember).await.map_err(|error| {
            error.or(|refusal| if refusal.is_of(&brand) { too_many_programs().into() } else { Error::ChangedMeanwhile })
        })
    }
}
