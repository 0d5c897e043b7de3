//! Lists and ends the sessions of a partner or an admin.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    crypto::secret::Hash,
    domain::{BrandSlug, Event, EventId, Principal, Session},
    error::{Error, Result},
    store::{Condition, Item, Store, Transaction, Update, WriteError, attribute, keys},
};

/// The number of sessions that are listed: the newest ones.
const SHOWN: usize = 50;

/// Returns the attributes under which a session is listed for its principal. The index lags, as all do: only the list
/// reads it.
pub(in crate::store) fn place(session: &Session, event: &EventId) -> Item {
    Item::from([
        ("list_pk".to_owned(), AttributeValue::S(keys::sessions(&session.brand, &session.principal))),
        ("list_sk".to_owned(), AttributeValue::S(event.to_string())),
    ])
}

impl Store {
    /// Lists the sessions of a partner or an admin, newest first, whether they are live or not.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn sessions(&self, brand: &BrandSlug, principal: &Principal) -> Result<Vec<(Hash, Session)>> {
        let listed = self.listed(&keys::sessions(brand, principal), None, SHOWN).await?;
        let hashes: Vec<Hash> = listed.iter().filter_map(|(_, key)| keys::hash_of_session(&key.pk)).collect();
        let found = self.read(hashes.iter().map(|hash| keys::session(hash).raw())).await?;
        let session = |hash: Hash| Ok(found.get(&keys::session(&hash))?.map(|session| (hash, session)));
        hashes.into_iter().filter_map(|hash| session(hash).transpose()).collect()
    }

    /// Ends one session of a partner or an admin; a session that is over, or belongs to someone else, stays as it is.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn end_session(&self, brand: &BrandSlug, principal: &Principal, hash: &Hash) -> Result<()> {
        let theirs = vec![Condition::Is("brand", attribute(brand)?), Condition::Is("principal", attribute(principal)?)];
        let transaction = Transaction::new().delete(&keys::session(hash), Condition::All(theirs));
        match self.commit(transaction).await {
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Ends all sessions, links and codes of a partner or an admin except the session `kept`, by increasing the epoch,
    /// with the event.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if `kept` is over, or if the epoch has changed.
    pub async fn end_other_sessions(
        &self,
        (brand, principal): (&BrandSlug, &Principal),
        (epoch, kept): (u64, &Hash),
        event: &Event,
    ) -> Result<()> {
        let next = |update: Update| -> Result<Update> {
            let same = Condition::Is("epoch", attribute(epoch)?);
            Ok(update.set("epoch", attribute(epoch + 1)?).when(same))
        };
        let transaction = Transaction::new()
            .update(next(Update::of_raw(keys::principal(brand, principal)))?)
            .update(next(Update::of(&keys::session(kept)))?)
            .create(&keys::event(event), event)?;
        self.commit(transaction).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }
}
