//! Exports: what was asked for, and what became of it.

use super::{Condition, Remember, Store, Transaction, Update, attribute, keys};
use crate::{
    domain::{BrandSlug, Event, Export, ExportId},
    error::{Error, Result},
};

impl Store {
    /// Writes a new export, the event that its making follows from, and the answer that a repetition gets.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn start_export(&self, export: &Export, event: &Event, remember: Option<Remember>) -> Result<()> {
        let transaction = Transaction::new()
            .create(&keys::export(&export.brand, &export.id), export)?
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }

    /// Notes that the file of an export is there, and how many partners it holds.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn complete_export(&self, brand: &BrandSlug, id: &ExportId, rows: u64) -> Result<()> {
        let key = keys::export(brand, id);
        self.update_if(&key, Update::of(&key).set("rows", attribute(rows)?)).await.map(drop)
    }

    /// Notes that an export was given up, unless its file is there.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn give_export_up(&self, brand: &BrandSlug, id: &ExportId) -> Result<()> {
        let key = keys::export(brand, id);
        let update = Update::of(&key).set("failed_at", attribute(self.now())?).when(Condition::Absent("rows"));
        self.update_if(&key, update).await.map(drop)
    }
}
