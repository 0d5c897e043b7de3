//! Writing programs.

use super::{Condition, Store, Transaction, attribute, keys};
use crate::{
    domain::{BrandSlug, ProgramCreated, ProgramEdited},
    error::{Error, Result},
    web::Remember,
};

impl Store {
    /// Writes a new program.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn create_program(
        &self,
        brand: &BrandSlug,
        created: &ProgramCreated,
        remember: Option<Remember>,
    ) -> Result<()> {
        let program = &created.0;
        let transaction = Transaction::new().create(&keys::program(brand, &program.id), program)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }

    /// Writes an edited program over the version it was made from.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if somebody else edited it since it was read.
    pub async fn edit_program(
        &self,
        brand: &BrandSlug,
        edited: &ProgramEdited,
        remember: Option<Remember>,
    ) -> Result<()> {
        let program = &edited.0;
        let read = Condition::Is("version", attribute(program.version.saturating_sub(1))?);
        let transaction =
            Transaction::new().replace(&keys::program(brand, &program.id), program, read)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }
}
