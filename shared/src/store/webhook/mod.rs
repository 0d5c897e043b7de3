//! Webhook endpoints, and the log of their deliveries.

pub(super) mod leases;

pub use leases::DeliveryLease;

use aws_sdk_dynamodb::{operation::put_item::PutItemError, types::AttributeValue};

use super::{
    Condition, IdempotencyRecord, Item, Key, Store, Transaction, Update, WriteError, attribute, has_expired, item, keys,
};
use crate::{
    domain::{BrandSlug, Delivery, Event, Invalid, WEBHOOKS_MAX, WebhookEndpoint, WebhookId},
    error::{Error, Result},
};

impl Store {
    /// Lists a brand's endpoints, oldest first.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn webhooks(&self, brand: &BrandSlug) -> Result<Vec<WebhookEndpoint>> {
        self.list(keys::webhooks(brand)).await
    }

    /// Writes a new endpoint and the event.
    ///
    /// # Errors
    /// `too_many_webhooks`.
    pub async fn create_webhook(
        &self,
        endpoint: &WebhookEndpoint,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let brand = keys::brand(&endpoint.brand);
        let room = vec![Condition::Absent("webhooks"), Condition::Below("webhooks", attribute(WEBHOOKS_MAX)?)];
        let transaction = Transaction::new()
            .create_with(&keys::webhook(&endpoint.brand, &endpoint.id), endpoint, place_of(endpoint))?
            .update(Update::of(&brand).add("webhooks", 1).when(Condition::Any(room)))
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| {
            error.or(|_| {
                let message = format!("A brand can have at most {WEBHOOKS_MAX} endpoints. Delete one first.");
                Invalid::new("too_many_webhooks", message).into()
            })
        })
    }

    /// Writes an admin's changes of an endpoint: its URL, its event types, its secrets, and whether it is enabled.
    /// Concurrent changes don't overwrite each other unnoticed.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if it has changed since it was read; [`Error::NotFound`] if it was deleted.
    pub async fn change_webhook(
        &self,
        (before, endpoint): (&WebhookEndpoint, &WebhookEndpoint),
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let key = keys::webhook(&endpoint.brand, &endpoint.id);
        let switch = if before.off.is_some() { Condition::Present("off") } else { Condition::Absent("off") };
        let mut update = Update::of(&key);
        // Its health is written by the workers, unless this change resets it.
        if before.fares() != endpoint.fares() {
            update = standing(update, endpoint)?;
        }
        if before.url != endpoint.url {
            // A worker that is delivering calls the old URL, and its results don't apply to the new one.
            update = update.remove("lease_until").remove("lease_by");
        }
        let update = update
            .when(Condition::Is("url", attribute(&before.url)?))
            .when(Condition::Is("events", attribute(&before.events)?))
            .when(Condition::Is("secret", attribute(&before.secret)?))
            .when(switch)
            .set("url", attribute(&endpoint.url)?)
            .set("events", attribute(&endpoint.events)?)
            .set("secret", attribute(&endpoint.secret)?);
        let former = Some(&endpoint.former_secrets).filter(|former| !former.is_empty());
        let update = set_or_remove(update, "former_secrets", former)?;
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| {
            error.or(|refusal| match refusal.old(&key) {
                Ok(Some(_)) => Error::ChangedMeanwhile,
                Ok(None) => Error::NotFound("webhook"),
                Err(error) => error,
            })
        })
    }

    /// Deletes an endpoint, with the event. Its deliveries expire with the retention of the log.
    ///
    /// # Errors
    /// [`Error::NotFound`] if another admin deleted it first.
    pub async fn delete_webhook(
        &self,
        (brand, id): (&BrandSlug, &WebhookId),
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let transaction = Transaction::new()
            .delete(&keys::webhook(brand, id), Condition::Present("pk"))
            .update(Update::of(&keys::brand(brand)).add("webhooks", -1))
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::NotFound("webhook")))
    }

    /// Writes a delivery that an admin requested, with the event.
    ///
    /// # Errors
    /// [`Error::WebhookOff`] if the endpoint was disabled or deleted in the meantime.
    pub async fn ask_delivery(
        &self,
        delivery: &Delivery,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let key = keys::delivery(&delivery.brand, &delivery.webhook, &delivery.event);
        let endpoint = keys::webhook(&delivery.brand, &delivery.webhook).raw();
        let on = Condition::All(vec![Condition::Present("pk"), Condition::Absent("off")]);
        let transaction = Transaction::new()
            .check(endpoint, on)
            .put_with(&key, delivery, waits(delivery))?
            .create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::WebhookOff))
    }

    /// Writes a pending delivery, unless it was written before.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn plan_delivery(&self, delivery: &Delivery) -> Result<()> {
        let key = keys::delivery(&delivery.brand, &delivery.webhook, &delivery.event);
        let mut whole = item(&key, delivery)?;
        whole.extend(waits(delivery));
        self.put_new(whole).await.map(drop)
    }

    /// Records the state of a delivery after a call, unless it expired, or was requested again, in the meantime.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_delivery(&self, delivery: &Delivery) -> Result<()> {
        let key = keys::delivery(&delivery.brand, &delivery.webhook, &delivery.event);
        let mut update = Update::of(&key)
            .set("state", attribute(delivery.state)?)
            .set("tries", attribute(delivery.tries)?)
            .when(Condition::Is("tries", attribute(delivery.tries.saturating_sub(1))?))
            .when(Condition::Is("expires_at", attribute(delivery.expires_at.as_second())?));
        update = set_or_remove(update, "tried_at", delivery.tried_at.as_ref())?;
        update = set_or_remove(update, "status", delivery.status.as_ref())?;
        update = set_or_remove(update, "problem", delivery.problem.as_ref())?;
        update = set_or_remove(update, "next_at", delivery.next_at.as_ref())?;
        self.update_if(&key, placed(update, &waits(delivery))).await.map(drop)
    }

    /// Lists a page of an endpoint's deliveries, newest first, and returns whether there are more.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn deliveries(
        &self,
        (brand, id): (&BrandSlug, &WebhookId),
        after: Option<&crate::domain::EventId>,
        limit: usize,
    ) -> Result<(Vec<Delivery>, bool)> {
        let after = after.map(|event| keys::delivery(brand, id, event).raw());
        let (found, more) = self.newest(keys::deliveries(brand, id), after.as_ref(), limit).await?;
        let now = self.now();
        Ok((found.into_iter().filter(|delivery: &Delivery| now < delivery.expires_at).collect(), more))
    }

    /// Writes an item if there is none with its key; `false` if there is one.
    async fn put_new(&self, whole: Item) -> Result<bool> {
        debug_assert!(!has_expired(&whole, self.now()));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(whole));
        match put.condition_expression("attribute_not_exists(pk)").send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) => {
                Ok(false)
            }
            Err(error) => Err(Error::internal(error)),
        }
    }
}

/// Adds the attributes of an endpoint's health to the update, and its position in the list of enabled endpoints.
pub(super) fn standing(update: Update, endpoint: &WebhookEndpoint) -> Result<Update> {
    let update = update
        .set("failures", attribute(endpoint.failures)?)
        .set("wake_at", attribute(endpoint.wake_at.as_millisecond())?);
    let update = set_or_remove(update, "failing_since", endpoint.failing_since.as_ref())?;
    let resting_until = endpoint.resting_until.map(jiff::Timestamp::as_millisecond);
    let update = set_or_remove(update, "resting_until", resting_until.as_ref())?;
    let update = set_or_remove(update, "off", endpoint.off.as_ref())?;
    Ok(placed(update, &place_of(endpoint)))
}

pub(super) fn set_or_remove<T: serde::Serialize>(
    update: Update,
    name: &'static str,
    value: Option<&T>,
) -> Result<Update> {
    Ok(match value {
        Some(value) => update.set(name, attribute(value)?),
        None => update.remove(name),
    })
}

/// Sets an item's position in a list, or removes it from all lists.
pub(super) fn placed(update: Update, place: &Item) -> Update {
    match (place.get("list_pk"), place.get("list_sk")) {
        (Some(list), Some(at)) => update.set("list_pk", list.clone()).set("list_sk", at.clone()),
        (_, _) => update.remove("list_pk").remove("list_sk"),
    }
}

pub(super) fn place_of(endpoint: &WebhookEndpoint) -> Item {
    if endpoint.off.is_some() {
        return Item::new();
    }
    let at = keys::place_at(endpoint.wake_at, &format!("{}#{}", endpoint.brand, endpoint.id));
    place(keys::WEBHOOKS_ON.to_owned(), at)
}

fn waits(delivery: &Delivery) -> Item {
    let list = || keys::waiting(&delivery.brand, &delivery.webhook);
    delivery.wakes_at().map_or_else(Item::new, |at| place(list(), keys::place_at(at, delivery.event.as_str())))
}

fn place(list: String, at: String) -> Item {
    Item::from([("list_pk".to_owned(), AttributeValue::S(list)), ("list_sk".to_owned(), AttributeValue::S(at))])
}

/// True if a write was refused because its item changed in the meantime.
pub(super) fn came_too_late(result: Result<(), WriteError>) -> Result<bool> {
    match result {
        Ok(()) => Ok(false),
        Err(WriteError::Refused(_)) => Ok(true),
        Err(WriteError::Failed(error)) => Err(error),
    }
}

/// Returns the key of an endpoint.
pub(super) fn key_of(endpoint: &WebhookEndpoint) -> Key<WebhookEndpoint> {
    keys::webhook(&endpoint.brand, &endpoint.id)
}
