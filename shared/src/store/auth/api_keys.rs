//! Stores API keys.

use jiff::{SignedDuration, Timestamp};

use crate::{
    crypto::secret::Hash,
    domain::{ApiKey, ApiKeyId, BrandSlug, Event, Invalid},
    error::{Error, Result},
    store::{
        Condition, IdempotencyRecord, Store, Transaction, Update, WriteError, attribute, dynamodb::items::ApiKeyName,
        keys,
    },
};

/// The number of API keys that a brand can have.
const KEYS_MAX: u32 = 50;

impl Store {
    /// Writes a new API key under its hash, the item that finds it by ID, and the event.
    ///
    /// # Errors
    /// `too_many_keys`.
    pub async fn create_api_key(
        &self,
        hash: &Hash,
        key: &ApiKey,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let brand = keys::brand(&key.brand);
        let room = vec![Condition::Absent("api_keys"), Condition::Below("api_keys", attribute(KEYS_MAX)?)];
        let transaction = Transaction::new()
            .create(&keys::api_key(hash), key)?
            .create(&keys::api_key_name(&key.brand, &key.id), &ApiKeyName { hash: hash.clone() })?
            .update(Update::of(&brand).add("api_keys", 1).when(Condition::Any(room)))
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| {
            error.or(|_| {
                let message = format!("A brand can have at most {KEYS_MAX} API keys. Delete one first.");
                Invalid::new("too_many_keys", message).into()
            })
        })
    }

    /// Writes an API key under its hash, and the item that finds it by ID; repeating it changes nothing.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn add_api_key(&self, hash: &Hash, key: &ApiKey) -> Result<()> {
        let transaction = Transaction::new()
            .create(&keys::api_key(hash), key)?
            .create(&keys::api_key_name(&key.brand, &key.id), &ApiKeyName { hash: hash.clone() })?
            .update(Update::of(&keys::brand(&key.brand)).add("api_keys", 1));
        match self.commit(transaction).await {
            Ok(()) | Err(WriteError::Refused(_)) => Ok(()),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Lists a brand's API keys, oldest first.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn api_keys(&self, brand: &BrandSlug) -> Result<Vec<ApiKey>> {
        let names: Vec<ApiKeyName> = self.list(keys::api_key_names(brand)).await?;
        let keys: Vec<_> = names.iter().map(|name| keys::api_key(&name.hash)).collect();
        let found = self.read(keys.iter().map(keys::Key::raw)).await?;
        let keys = keys.iter().map(|key| found.get(key)).collect::<Result<Vec<_>>>()?;
        Ok(keys.into_iter().flatten().collect())
    }

    /// Deletes an API key and the item that finds it by ID, with the event. From this write on, the key is invalid.
    ///
    /// # Errors
    /// [`Error::NotFound`] if another admin deleted it first.
    pub async fn delete_api_key(
        &self,
        (brand, id): (&BrandSlug, &ApiKeyId),
        hash: &Hash,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let transaction = Transaction::new()
            .delete(&keys::api_key(hash), Condition::Present("pk"))
            .delete(&keys::api_key_name(brand, id), Condition::Present("pk"))
            .update(Update::of(&keys::brand(brand)).add("api_keys", -1))
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::NotFound("API key")))
    }

    /// Records that a key was used, at most once an hour.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn touch_api_key(&self, hash: &Hash, now: Timestamp) -> Result<()> {
        let key = keys::api_key(hash);
        let recent = attribute((now - SignedDuration::from_hours(1)).as_millisecond())?;
        let rare = Condition::Any(vec![Condition::Absent("used_at"), Condition::Below("used_at", recent)]);
        let update = Update::of(&key).set("used_at", attribute(now.as_millisecond())?).when(rare);
        self.update_if(&key, update).await.map(drop)
    }
}
