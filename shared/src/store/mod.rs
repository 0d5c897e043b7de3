//! The one table: reading it, and writing it in one transaction per action.
//!
//! Three rules of writing are implemented here and nowhere else. A failed condition returns the item that failed it, so
//! that the caller learns the reason. A conflict between transactions is contention, not a failed condition: it is
//! retried, and never reported as one. And TTL deletes items up to days late, so an item past its `expires_at` counts
//! as deleted, for reads and for creates.

mod attribution;
mod auth;
mod brand;
mod bulk;
mod dynamodb;
mod erasure;
mod export;
mod idempotency;
mod import;
pub mod keys;
mod mail;
mod network;
mod operator;
mod overview;
mod partner;
mod program;
mod quotas;
mod rate_limit;
mod share_link;
mod team;
mod webhook;

pub use attribution::{Booking, CommissionPage, CommissionQuery, Over};
pub use auth::{CodeAttempt, RedeemError};
pub use dynamodb::{
    Condition, ConditionFailures, DroppedCount, Entity, MetadataItem, Picture, Transaction, Update, WriteError,
    attribute,
};
pub use export::ExportClaim;
pub use idempotency::IdempotencyRecord;
pub use import::ImportClaim;
pub use mail::{Claimed, Lease};
pub use network::{ApprovalError, BackfillClaim, PushClaim};
pub use operator::BrandSetUp;
pub use partner::{EmailChangeError, PartnerPage, PartnerQuery};
pub use rate_limit::Limit;
pub use webhook::DeliveryLease;

use std::{collections::HashMap, sync::Arc};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use jiff::Timestamp;

pub use erasure::{ErasureGuard, Marked};
pub use keys::{Key, RawKey};
pub use quotas::{DAY_S, QuotaTaken};

use crate::{
    domain::{Attempt, Event, Import, NetworkConnection, Partner},
    error::{Error, Result},
    invocation::{self, CallCounter},
    platform::Clock,
};

type Item = HashMap<String, AttributeValue>;

/// The number of keys that one `BatchGetItem` accepts.
const BATCH_MAX: usize = 100;

/// The table.
#[derive(Clone, Debug)]
pub struct Store {
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to DynamoDB")]
    client: aws_sdk_dynamodb::Client,
    table: String,
    clock: Arc<dyn Clock>,
    consistent: bool,
}

/// The items found by one read step.
#[derive(Debug)]
pub struct Found(HashMap<RawKey, Item>);

impl Found {
    /// Returns the item at `key`.
    ///
    /// # Errors
    /// Fails if the item is not an `E`.
    pub fn get<E: Entity>(&self, key: &Key<E>) -> Result<Option<E>> {
        self.0.get(&key.raw()).map(|item| parse(item.clone())).transpose()
    }
}

impl Found {
    /// True if a worker claimed the partner at `key` to sync them to this Network, and the outcome was never recorded.
    #[must_use]
    pub fn is_push_open(&self, key: &Key<Partner>, connection: &NetworkConnection) -> bool {
        let to = self.0.get(&key.raw()).and_then(|item| item.get("push_to")?.as_s().ok());
        to.is_some_and(|host| *host == connection.url.host())
    }

    /// Returns these items together with those of another read step.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Returns the item at a key without a type.
    fn at<E: Entity>(&self, key: &RawKey) -> Result<Option<E>> {
        self.0.get(key).map(|item| parse(item.clone())).transpose()
    }
}

impl Store {
    /// Returns the table named `table`. Makes no call.
    #[must_use]
    #[expect(clippy::disallowed_types, reason = "this is the module that talks to DynamoDB")]
    pub fn new(aws: &SdkConfig, table: String, clock: Arc<dyn Clock>) -> Self {
        let config = aws_sdk_dynamodb::config::Builder::from(aws).interceptor(CallCounter).build();
        Self { client: aws_sdk_dynamodb::Client::from_conf(config), table, clock, consistent: true }
    }

    /// Returns the same table with eventually consistent reads: they cost half the read units, and may miss writes of
    /// the last second. For totals and files of many partners, which change anyway while they are created.
    #[must_use]
    pub fn eventually(&self) -> Self {
        Self { consistent: false, ..self.clone() }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads the item at `key`, if it has not expired.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn get<E: Entity>(&self, key: &Key<E>) -> Result<Option<E>> {
        self.read([key.raw()]).await?.get(key)
    }

    /// Reads the items at several keys, consistently, in one step for up to a hundred.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn read(&self, keys: impl IntoIterator<Item = RawKey>) -> Result<Found> {
        let mut wanted: Vec<RawKey> = Vec::new();
        for key in keys {
            // DynamoDB rejects a batch that contains a key twice.
            if !wanted.contains(&key) {
                wanted.push(key);
            }
        }
        let batches = wanted.chunks(BATCH_MAX).map(|keys| self.read_batch(keys));
        let now = self.now();
        let mut found = HashMap::new();
        for item in futures::future::try_join_all(batches).await?.into_iter().flatten() {
            if !has_expired(&item, now)
                && let Some(key) = key_of(&item)
            {
                found.insert(key, item);
            }
        }
        Ok(Found(found))
    }

    async fn read_batch(&self, keys: &[RawKey]) -> Result<Vec<Item>> {
        let mut wanted = KeysAndAttributes::builder().consistent_read(self.consistent);
        for key in keys {
            wanted = wanted.keys(key_item(key));
        }
        let mut unread = HashMap::from([(self.table.clone(), wanted.build().map_err(Error::internal)?)]);
        let mut items = Vec::new();
        let mut patience = dynamodb::transaction::Backoff::new();
        while !unread.is_empty() {
            let answer =
                self.client.batch_get_item().set_request_items(Some(unread)).send().await.map_err(Error::internal)?;
            let got: Vec<Item> = answer.responses.unwrap_or_default().into_values().flatten().collect();
            unread = answer.unprocessed_keys.unwrap_or_default();
            if !unread.is_empty() {
                if !got.is_empty() {
                    // The table makes progress, although it can't return everything in one response.
                    patience = dynamodb::transaction::Backoff::new();
                }
                patience.wait().await?;
            }
            items.extend(got);
        }
        Ok(items)
    }

    /// Lists all items below `prefix`, by key, consistently.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn list<E: Entity>(&self, prefix: keys::Prefix<E>) -> Result<Vec<E>> {
        let now = self.now();
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .expression_attribute_values(":pk", AttributeValue::S(prefix.pk))
            .expression_attribute_values(":sk", AttributeValue::S(prefix.sk.to_owned()))
            .into_paginator()
            .items()
            .send();
        let mut found = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(Error::internal)?;
            if !has_expired(&item, now) {
                found.push(parse(item)?);
            }
        }
        Ok(found)
    }

    /// Lists items below `prefix` in descending order, starting after `after`, and returns whether there are more.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn newest<E: Entity>(
        &self,
        prefix: keys::Prefix<E>,
        after: Option<&RawKey>,
        limit: usize,
    ) -> Result<(Vec<E>, bool)> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(self.consistent)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .expression_attribute_values(":pk", AttributeValue::S(prefix.pk))
            .expression_attribute_values(":sk", AttributeValue::S(prefix.sk.to_owned()))
            .scan_index_forward(false)
            .set_exclusive_start_key(after.map(key_item))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(Error::internal)?;
        let more = answer.last_evaluated_key.is_some();
        let items = answer.items.unwrap_or_default().into_iter().map(parse);
        Ok((items.collect::<Result<_>>()?, more))
    }

    /// Returns the keys in a partition of the list index in descending order, each with its sort key there.
    async fn listed(&self, list: &str, after: Option<&str>, limit: usize) -> Result<Vec<(String, RawKey)>> {
        let mut request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("lists")
            .key_condition_expression("list_pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(list.to_owned()))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        if let Some(after) = after {
            request = request
                .key_condition_expression("list_pk = :pk AND list_sk < :after")
                .expression_attribute_values(":after", AttributeValue::S(after.to_owned()));
        }
        let answer = request.send().await.map_err(Error::internal)?;
        Ok(answer.items.unwrap_or_default().iter().filter_map(placed_key).collect())
    }

    /// Writes `entity` at `key`, replacing any existing item.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    async fn put_whole<E: Entity>(&self, key: &Key<E>, entity: &E) -> Result<()> {
        self.put_item(item(key, entity)?).await
    }

    async fn put_item(&self, whole: Item) -> Result<()> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(whole));
        put.send().await.map(drop).map_err(Error::internal)
    }

    /// Deletes the item at `key`, if there is one.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn delete<E>(&self, key: &Key<E>) -> Result<()> {
        self.delete_at(&key.raw()).await
    }

    async fn delete_at(&self, key: &RawKey) -> Result<()> {
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key_item(key)));
        delete.send().await.map(drop).map_err(Error::internal)
    }

    /// Returns the keys of all items below `prefix`.
    async fn below<E>(&self, prefix: keys::Prefix<E>) -> Result<Vec<RawKey>> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :sk)")
            .projection_expression("pk, sk")
            .expression_attribute_values(":pk", AttributeValue::S(prefix.pk))
            .expression_attribute_values(":sk", AttributeValue::S(prefix.sk.to_owned()))
            .into_paginator()
            .items()
            .send();
        let mut found = Vec::new();
        while let Some(item) = pages.next().await {
            found.extend(key_of(&item.map_err(Error::internal)?));
        }
        Ok(found)
    }
}

fn key_item(key: &RawKey) -> Item {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(key.pk.clone())),
        ("sk".to_owned(), AttributeValue::S(key.sk.clone())),
    ])
}

fn key_of(item: &Item) -> Option<RawKey> {
    let text = |name| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    Some(RawKey { pk: text("pk")?, sk: text("sk")? })
}

/// Returns the sort key in the list index of an item, and the item's key.
fn placed_key(item: &Item) -> Option<(String, RawKey)> {
    let place = item.get("list_sk")?.as_s().ok()?.clone();
    Some((place, key_of(item)?))
}

/// True if the item has expired. Items that never expire have no such attribute.
fn has_expired(item: &Item, now: Timestamp) -> bool {
    let expires_at =
        item.get("expires_at").and_then(|value| value.as_n().ok()).and_then(|text| text.parse::<i64>().ok());
    expires_at.is_some_and(|at| at <= now.as_second())
}

fn parse<E: Entity>(item: Item) -> Result<E> {
    // serde's reason would quote the item, which may contain personal data.
    let unreadable = |_cause| Error::internal(format!("an item can't be read as {}", E::KIND));
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item).map_err(unreadable)
}

/// True if work follows from items of this kind: the outbox rows, and imports, which begin when S3 reports their file.
fn is_followed(kind: &str) -> bool {
    [Event::KIND, Attempt::KIND, Import::KIND].contains(&kind)
}

/// Creates the item of `entity`: its key, its kind and its first version. It stores the current trace ID if work
/// follows from it.
fn item<E: Entity>(key: &Key<E>, entity: &E) -> Result<Item> {
    let mut item: Item = serde_dynamo::aws_sdk_dynamodb_1::to_item(entity).map_err(Error::internal)?;
    item.extend(key_item(&key.raw()));
    item.insert("kind".to_owned(), AttributeValue::S(E::KIND.to_owned()));
    item.entry("version".to_owned()).or_insert_with(|| AttributeValue::N("1".to_owned()));
    if is_followed(E::KIND)
        && let Some(trace) = invocation::trace()
    {
        item.insert("trace".to_owned(), AttributeValue::S(trace.as_str().to_owned()));
    }
    Ok(item)
}
