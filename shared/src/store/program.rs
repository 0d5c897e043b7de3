//! Writing programs.

use super::{Condition, Remember, Store, Transaction, Update, attribute, keys};
use crate::{
    domain::{Event, LIVE_PROGRAMS_MAX, ProgramChanged, too_many_programs},
    error::{Error, Result},
};

impl Store {
    /// Writes a new program, or an edited one over the version it was made from, with the event that tells of it.
    ///
    /// The brand counts its open programs, so that several made at once can't be too many.
    ///
    /// # Errors
    /// `too_many_programs`; [`Error::ChangedMeanwhile`] if somebody else edited it since it was read.
    pub async fn change_program(
        &self,
        changed: &ProgramChanged,
        event: &Event,
        remember: Option<Remember>,
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
