//! Writing: one transaction per action, with every rule of writing in one place.

use std::{collections::HashMap, time::Duration};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{transact_write_items::TransactWriteItemsError, update_item::UpdateItemError},
    types::{
        AttributeValue, ConditionCheck, Delete, Put, ReturnValue, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem, Update as UpdateWrite,
    },
};
use jiff::Timestamp;

use crate::{
    error::{Error, Result},
    store::{
        Condition, Entity, IdempotencyRecord, Item, Key, RawKey, Store, Update, dynamodb::expression::Placeholders,
        item, key_item, keys, parse,
    },
};

/// The number of times a write is repeated when transactions collide.
const RETRIES_MAX: u32 = 5;

/// The writes of an action: all of them happen or none.
#[derive(Debug, Default)]
#[must_use = "a transaction does nothing until it is committed"]
pub struct Transaction {
    writes: Vec<(RawKey, Write)>,
}

#[derive(Debug)]
enum Write {
    Create(Item),
    Put(Item, Condition),
    Update(Update),
    Delete(Condition),
    Check(Condition),
}

/// The reasons why a write did not happen.
#[derive(Debug)]
pub enum WriteError {
    /// A condition does not hold.
    Refused(ConditionFailures),
    /// Any other failure.
    Failed(Error),
}

impl WriteError {
    /// Converts a refusal to the error that `reason` returns for it.
    pub fn or(self, reason: impl FnOnce(&ConditionFailures) -> Error) -> Error {
        match self {
            Self::Refused(refusal) => reason(&refusal),
            Self::Failed(error) => error,
        }
    }
}

impl From<Error> for WriteError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The conditions that did not hold, with the items that were there instead.
#[derive(Debug)]
pub struct ConditionFailures {
    refused: HashMap<RawKey, Option<Item>>,
}

impl ConditionFailures {
    /// True if the condition on `key` was one that did not hold.
    #[must_use]
    pub fn is_of<E>(&self, key: &Key<E>) -> bool {
        self.refused.contains_key(&key.raw())
    }

    /// True if the item at `key` had the attribute `name`.
    pub(in crate::store) fn has<E>(&self, key: &Key<E>, name: &str) -> bool {
        self.refused.get(&key.raw()).and_then(Option::as_ref).is_some_and(|item| item.contains_key(name))
    }

    /// Returns the text in the attribute `name` of the item at `key`.
    pub(in crate::store) fn text<E>(&self, key: &Key<E>, name: &str) -> Option<&str> {
        let item = self.refused.get(&key.raw()).and_then(Option::as_ref)?;
        item.get(name)?.as_s().ok().map(String::as_str)
    }

    /// Returns the item at `key` when its condition did not hold; `None` if there was no item, or if the condition
    /// held.
    ///
    /// # Errors
    /// Fails if the item is not an `E`.
    pub fn old<E: Entity>(&self, key: &Key<E>) -> Result<Option<E>> {
        self.refused.get(&key.raw()).cloned().flatten().map(parse).transpose()
    }
}

impl Transaction {
    /// Creates an empty transaction.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes `entity` if there is no item at `key`, or only an expired one.
    ///
    /// # Errors
    /// Fails if DynamoDB can't represent the entity.
    pub fn create<E: Entity>(self, key: &Key<E>, entity: &E) -> Result<Self> {
        self.create_with(key, entity, HashMap::new())
    }

    /// Does the same with attributes that only indexes read.
    pub(in crate::store) fn create_with<E: Entity>(mut self, key: &Key<E>, entity: &E, extra: Item) -> Result<Self> {
        let mut item = item(key, entity)?;
        item.extend(extra);
        self.writes.push((key.raw(), Write::Create(item)));
        Ok(self)
    }

    /// Writes `entity`, replacing any existing item, if `condition` holds.
    ///
    /// # Errors
    /// Fails if DynamoDB can't represent the entity.
    pub fn replace<E: Entity>(mut self, key: &Key<E>, entity: &E, condition: Condition) -> Result<Self> {
        self.writes.push((key.raw(), Write::Put(item(key, entity)?, condition)));
        Ok(self)
    }

    /// Writes `entity`, replacing any existing item, with attributes that only indexes read.
    pub(in crate::store) fn put_with<E: Entity>(mut self, key: &Key<E>, entity: &E, extra: Item) -> Result<Self> {
        let mut item = item(key, entity)?;
        item.extend(extra);
        let anything = Condition::Any(vec![Condition::Absent("pk"), Condition::Present("pk")]);
        self.writes.push((key.raw(), Write::Put(item, anything)));
        Ok(self)
    }

    /// Changes an item in place.
    pub fn update(mut self, update: Update) -> Self {
        self.writes.push((update.key.clone(), Write::Update(update)));
        self
    }

    /// Deletes the item at `key`, if `condition` holds.
    pub(in crate::store) fn delete<E>(mut self, key: &Key<E>, condition: Condition) -> Self {
        self.writes.push((key.raw(), Write::Delete(condition)));
        self
    }

    /// Changes nothing, but requires that `condition` holds at `key`.
    pub(in crate::store) fn check(mut self, key: RawKey, condition: Condition) -> Self {
        self.writes.push((key, Write::Check(condition)));
        self
    }
}

impl Store {
    /// Writes the whole transaction or nothing of it.
    ///
    /// # Errors
    /// [`WriteError::Refused`] if a condition does not hold; [`Error::Busy`] if conflicts persist.
    pub async fn commit(&self, transaction: Transaction) -> Result<(), WriteError> {
        let now = self.now();
        let keys: Vec<_> = transaction.writes.iter().map(|(key, _)| key.clone()).collect();
        let writes = transaction.writes.iter().map(|(key, write)| self.write(key, write, now));
        let writes = writes.collect::<Result<Vec<_>>>()?;
        let mut patience = Backoff::new();
        let mut token = request_token()?;
        loop {
            let request = self.client.transact_write_items().client_request_token(&token);
            let Err(error) = request.set_transact_items(Some(writes.clone())).send().await else {
                return Ok(());
            };
            match why(&error, &keys) {
                Why::Refused(refusal) => return Err(WriteError::Refused(refusal)),
                Why::Failed => return Err(Error::internal(error).into()),
                // Nothing was written. With the old token, DynamoDB would return the old response again.
                Why::Contended => token = request_token()?,
                // It may still be written, and then the same token makes DynamoDB report success.
                Why::UnderWay => {}
            }
            patience.wait().await?;
        }
    }

    /// Changes one item in place and returns all of it; `Err(Refused)` contains the item that failed the condition.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub async fn update<E: Entity>(&self, key: &Key<E>, update: Update) -> Result<E, WriteError> {
        let mut placeholders = Placeholders::default();
        let expression = update.expression(&mut placeholders);
        let condition = update.condition(&mut placeholders);
        let mut patience = Backoff::new();
        loop {
            let answer = self
                .client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(key_item(&update.key)))
                .update_expression(&expression)
                .set_condition_expression(condition.clone())
                .set_expression_attribute_names(Some(placeholders.names.clone()))
                .set_expression_attribute_values(some_values(placeholders.values.clone()))
                .return_values(ReturnValue::AllNew)
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .send()
                .await;
            let error = match answer {
                Ok(answer) => return Ok(parse::<E>(answer.attributes.unwrap_or_default())?),
                Err(error) => error,
            };
            let service = error.as_service_error();
            if let Some(UpdateItemError::ConditionalCheckFailedException(refused)) = service {
                let refused = HashMap::from([(key.raw(), refused.item().cloned())]);
                return Err(WriteError::Refused(ConditionFailures { refused }));
            }
            if !service.is_some_and(UpdateItemError::is_transaction_conflict_exception) {
                return Err(Error::internal(error).into());
            }
            patience.wait().await?;
        }
    }

    /// Changes one item in place, and returns whether it did: `false` if a condition did not hold.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn update_if<E: Entity>(&self, key: &Key<E>, update: Update) -> Result<bool> {
        match self.update(key, update).await {
            Ok(_) => Ok(true),
            Err(WriteError::Refused(_)) => Ok(false),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Commits `transaction` together with the response for repeated requests. If the same request succeeded in the
    /// meantime, its response is the error, whichever other conditions failed.
    pub(crate) async fn act(
        &self,
        transaction: Transaction,
        remember: Option<IdempotencyRecord>,
    ) -> Result<(), WriteError> {
        let Some(remember) = remember else { return self.commit(transaction).await };
        let key = keys::answer(&remember.key);
        match self.commit(transaction.create(&key, &remember.answer)?).await {
            Err(WriteError::Refused(refusal)) if refusal.is_of(&key) => match refusal.old(&key)? {
                Some(earlier) => Err(earlier.repeat(&remember.answer.request).into()),
                None => Err(Error::ChangedMeanwhile.into()),
            },
            result => result,
        }
    }

    fn write(&self, key: &RawKey, write: &Write, now: Timestamp) -> Result<TransactWriteItem> {
        let table = self.table.as_str();
        let all_old = ReturnValuesOnConditionCheckFailure::AllOld;
        let mut placeholders = Placeholders::default();
        let built = match write {
            Write::Create(item) => {
                // An expired item may not have been deleted yet, and must not prevent a new one.
                let gone = AttributeValue::N(now.as_second().saturating_add(1).to_string());
                let condition = Condition::Any(vec![Condition::Absent("pk"), Condition::Below("expires_at", gone)]);
                self.put(item, &condition)?
            }
            Write::Put(item, condition) => self.put(item, condition)?,
            Write::Update(update) => {
                let expression = update.expression(&mut placeholders);
                let condition = update.condition(&mut placeholders);
                let update = UpdateWrite::builder()
                    .table_name(table)
                    .set_key(Some(key_item(key)))
                    .update_expression(expression)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(Some(placeholders.names))
                    .set_expression_attribute_values(some_values(placeholders.values))
                    .return_values_on_condition_check_failure(all_old);
                TransactWriteItem::builder().update(update.build().map_err(Error::internal)?).build()
            }
            Write::Delete(condition) => {
                let delete = Delete::builder()
                    .table_name(table)
                    .set_key(Some(key_item(key)))
                    .condition_expression(placeholders.condition(condition))
                    .set_expression_attribute_names(Some(placeholders.names))
                    .set_expression_attribute_values(some_values(placeholders.values))
                    .return_values_on_condition_check_failure(all_old);
                TransactWriteItem::builder().delete(delete.build().map_err(Error::internal)?).build()
            }
            Write::Check(condition) => {
                let check = ConditionCheck::builder()
                    .table_name(table)
                    .set_key(Some(key_item(key)))
                    .condition_expression(placeholders.condition(condition))
                    .set_expression_attribute_names(Some(placeholders.names))
                    .set_expression_attribute_values(some_values(placeholders.values))
                    .return_values_on_condition_check_failure(all_old);
                TransactWriteItem::builder().condition_check(check.build().map_err(Error::internal)?).build()
            }
        };
        Ok(built)
    }

    fn put(&self, item: &Item, condition: &Condition) -> Result<TransactWriteItem> {
        let mut placeholders = Placeholders::default();
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item.clone()))
            .condition_expression(placeholders.condition(condition))
            .set_expression_attribute_names(Some(placeholders.names))
            .set_expression_attribute_values(some_values(placeholders.values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(TransactWriteItem::builder().put(put.build().map_err(Error::internal)?).build())
    }
}

enum Why {
    Refused(ConditionFailures),
    Contended,
    UnderWay,
    Failed,
}

/// Classifies an error. A failed condition takes precedence over a conflict: it was evaluated on committed data.
fn why(error: &SdkError<TransactWriteItemsError>, keys: &[RawKey]) -> Why {
    let Some(error) = error.as_service_error() else { return Why::Failed };
    if error.is_transaction_in_progress_exception() {
        return Why::UnderWay;
    }
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return Why::Failed;
    };
    let reasons = cancelled.cancellation_reasons();
    let with = |code: &str| {
        reasons.iter().zip(keys).filter(move |(reason, _)| reason.code() == Some(code)).collect::<Vec<_>>()
    };
    let refused: HashMap<_, _> =
        with("ConditionalCheckFailed").into_iter().map(|(reason, key)| (key.clone(), reason.item.clone())).collect();
    if !refused.is_empty() {
        return Why::Refused(ConditionFailures { refused });
    }
    let contended = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
    if contended.iter().any(|code| !with(code).is_empty()) { Why::Contended } else { Why::Failed }
}

/// Generates the token by which DynamoDB recognizes a repeated transaction, for ten minutes.
fn request_token() -> Result<String> {
    Ok(format!(
        "{:016x}{:016x}",
        getrandom::u64().map_err(Error::internal)?,
        getrandom::u64().map_err(Error::internal)?
    ))
}

/// Omits an empty map of values, which DynamoDB rejects.
fn some_values(values: HashMap<String, AttributeValue>) -> Option<HashMap<String, AttributeValue>> {
    if values.is_empty() { None } else { Some(values) }
}

/// Exponential backoff with random jitter, for at most [`RETRIES_MAX`] retries.
#[derive(Debug)]
pub(in crate::store) struct Backoff {
    tried: u32,
}

impl Backoff {
    pub(in crate::store) fn new() -> Self {
        Self { tried: 0 }
    }

    pub(in crate::store) async fn wait(&mut self) -> Result<()> {
        if self.tried >= RETRIES_MAX {
            return Err(Error::Busy);
        }
        self.tried += 1;
        let most = 20u64 << self.tried;
        let chance = u64::from(getrandom::u32().map_err(Error::internal)?) % most;
        tokio::time::sleep(Duration::from_millis(most / 2 + chance)).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::has_expired;

    #[test]
    fn what_is_past_its_time_counts_as_gone() {
        let item = HashMap::from([("expires_at".to_owned(), AttributeValue::N("100".to_owned()))]);
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(!has_expired(&item, at(99)));
        assert!(has_expired(&item, at(100)));
        assert!(!has_expired(&HashMap::new(), at(100)));
    }
}
