//! The leases of workers on webhook endpoints, and the times at which the schedule checks an endpoint.
//!
//! One worker at a time delivers to an endpoint, so that a slow endpoint delays only its own deliveries. The schedule
//! finds endpoints by the time of their next check, and checks each enabled one at least every hour: deliveries whose
//! message was lost, or that a lagging index didn't show, are found then.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};

use crate::{
    domain::{AdminNotice, AdminRecipient, BrandSlug, Event, EventId, WebhookEndpoint, WebhookId},
    error::{Error, Result},
    store::{
        Condition, Lease, RawKey, Store, Transaction, Update, WriteError, attribute, keys,
        mail::leased,
        webhook::{came_too_late, key_of, placed, set_or_remove, standing},
    },
};

/// The outcome of claiming an endpoint.
#[derive(Debug)]
pub enum DeliveryLease {
    /// This worker has the lease.
    Ours(Box<WebhookEndpoint>),
    /// Another worker has the lease.
    Theirs,
    /// It is backing off, disabled or deleted: there is nothing to do now.
    Nothing,
}

impl Store {
    /// Claims an endpoint that is enabled. While it is backing off, that succeeds only if a person `asked` for a
    /// delivery.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn take_turn(
        &self,
        (brand, id): (&BrandSlug, &WebhookId),
        asked: bool,
        claim: &Lease,
    ) -> Result<DeliveryLease> {
        let (key, now) = (keys::webhook(brand, id), self.now());
        let mut update = leased(Update::of(&key), claim, now).when(Condition::Absent("off"));
        if !asked {
            // Conditions have no "at or below", hence the extra millisecond: a backoff that ends at this instant has
            // ended.
            let soon = attribute(now.as_millisecond().saturating_add(1))?;
            let awake = vec![Condition::Absent("resting_until"), Condition::Below("resting_until", soon)];
            update = update.when(Condition::Any(awake));
        }
        match self.update(&key, update).await {
            Ok(endpoint) => Ok(DeliveryLease::Ours(Box::new(endpoint))),
            Err(WriteError::Failed(error)) => Err(error),
            Err(WriteError::Refused(refusal)) => Ok(match refusal.old(&key)? {
                Some(endpoint) if endpoint.off.is_none() && (asked || !endpoint.rests(now)) => DeliveryLease::Theirs,
                Some(_) | None => DeliveryLease::Nothing,
            }),
        }
    }

    /// Releases an endpoint and writes its health. Has no effect if another worker has taken over.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn end_turn(&self, endpoint: &WebhookEndpoint, claim: &Lease) -> Result<()> {
        self.update_if(&key_of(endpoint), ended(endpoint, claim)?).await.map(drop)
    }

    /// Does the same for an endpoint that is disabled by it, with its event and the notification emails.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn end_last_turn(
        &self,
        endpoint: &WebhookEndpoint,
        claim: &Lease,
        (event, admins): (&Event, &[AdminRecipient]),
    ) -> Result<()> {
        let mut transaction = Transaction::new().update(ended(endpoint, claim)?).create(&keys::event(event), event)?;
        for recipient in admins {
            let key = keys::admin_notice(&endpoint.brand, &recipient.admin, &event.id);
            transaction = transaction.create(&key, &AdminNotice::queued(event, recipient))?;
        }
        let late = came_too_late(self.commit(transaction).await)?;
        // The caller has to read the endpoint again, as it is now.
        if late { Err(Error::ChangedMeanwhile) } else { Ok(()) }
    }

    /// Lists endpoints that are due for a check, the most urgent first, as far as the index shows them.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn webhooks_to_look_at(&self, limit: usize) -> Result<Vec<WebhookEndpoint>> {
        let now = self.now();
        let found = self.first_listed(keys::WEBHOOKS_ON, Some(now), limit).await?;
        let keys: Vec<_> = found.into_iter().map(|(_, key)| keys::Key::<WebhookEndpoint>::known(key)).collect();
        let found = self.read(keys.iter().map(keys::Key::raw)).await?;
        let endpoints = keys.iter().map(|key| found.get(key)).collect::<Result<Vec<_>>>()?;
        Ok(endpoints.into_iter().flatten().filter(|found| found.off.is_none() && found.wake_at <= now).collect())
    }

    /// Lists the events whose deliveries to an endpoint may be attempted now, as far as the index shows them.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn waiting_for(&self, endpoint: &WebhookEndpoint, limit: usize) -> Result<Vec<EventId>> {
        let list = keys::waiting(&endpoint.brand, &endpoint.id);
        let found = self.first_listed(&list, Some(self.now()), limit).await?;
        Ok(found.iter().filter_map(|(_, key)| keys::event_of_delivery(key)).collect())
    }

    /// Returns the time at which an endpoint's first pending delivery may be attempted, as far as the index shows it.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn waits_until(&self, endpoint: &WebhookEndpoint) -> Result<Option<Timestamp>> {
        let list = keys::waiting(&endpoint.brand, &endpoint.id);
        let found = self.first_listed(&list, None, 1).await?;
        let millis = |place: &str| place.split('#').next().and_then(|digits| digits.parse().ok());
        Ok(found.first().and_then(|(place, _)| Timestamp::from_millisecond(millis(place)?).ok()))
    }

    /// Records the time of an endpoint's next check, unless it was changed in the meantime.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn look_again(&self, endpoint: WebhookEndpoint, at: Timestamp) -> Result<()> {
        let seen = Condition::Is("wake_at", attribute(endpoint.wake_at.as_millisecond())?);
        let on = Condition::Absent("off");
        let later = WebhookEndpoint { wake_at: at, ..endpoint };
        let update = Update::of(&key_of(&later)).set("wake_at", attribute(at.as_millisecond())?).when(seen).when(on);
        self.update_if(&key_of(&later), placed(update, &super::place_of(&later))).await.map(drop)
    }

    /// Returns the first keys in a partition of the list index that is sorted by time, in ascending order, up to
    /// `until`.
    async fn first_listed(&self, list: &str, until: Option<Timestamp>, limit: usize) -> Result<Vec<(String, RawKey)>> {
        let after_all =
            until.map(|at| keys::place_at(at.saturating_add(SignedDuration::from_millis(1)).unwrap_or(at), ""));
        let mut request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("lists")
            .key_condition_expression("list_pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(list.to_owned()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        if let Some(after) = after_all {
            request = request
                .key_condition_expression("list_pk = :pk AND list_sk < :after")
                .expression_attribute_values(":after", AttributeValue::S(after));
        }
        let answer = request.send().await.map_err(Error::internal)?;
        Ok(answer.items.unwrap_or_default().iter().filter_map(crate::store::placed_key).collect())
    }
}

fn ended(endpoint: &WebhookEndpoint, claim: &Lease) -> Result<Update> {
    let update = standing(Update::of(&key_of(endpoint)), endpoint)?.remove("lease_until").remove("lease_by");
    let update = set_or_remove(update, "last_success_at", endpoint.last_success_at.as_ref())?;
    let update = set_or_remove(update, "last_failure", endpoint.last_failure.as_ref())?;
    Ok(update.when(Condition::Is("lease_by", attribute(&claim.by)?)).when(Condition::Absent("off")))
}
