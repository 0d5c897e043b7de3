//! Finds partners to remind of their invitation, and stores the reminders.
//!
//! IDs begin with a time and are sort keys, so partners who were invited in the same period are adjacent in the roster,
//! and so are, in a list of their own, the events of resent invitations. Therefore, invitations need no index entry by
//! their end.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::{
    domain::{
        Brand, BrandSlug, Event, EventId, Fresh, InvitationOrigin, Partner, PartnerId, PartnerState, Reminded,
        ReminderCursor,
    },
    error::{Error, Result},
    store::{Condition, Item, Key, RawKey, Store, Transaction, Update, WriteError, attribute, keys, placed_key},
};

/// The number of characters in an event's ID that are its prefix and its time.
const WHEN_CHARS: usize = 14;

/// Returns the attribute that stores the position up to which a list was checked.
fn mark_of(began: InvitationOrigin) -> &'static str {
    match began {
        InvitationOrigin::AtFirst => "at_first",
        InvitationOrigin::Again => "again",
    }
}

/// Returns the sort key after all entries of a moment.
fn after_all_of(began: InvitationOrigin, at: Timestamp) -> String {
    match began {
        InvitationOrigin::AtFirst => PartnerId::fresh(at, [u8::MAX; 10]).into(),
        InvitationOrigin::Again => EventId::fresh(at, [u8::MAX; 10]).into(),
    }
}

/// Returns the attributes under which a brand is in the list of brands with reminders; none if it has switched them
/// off.
pub(in crate::store) fn reminding_place(brand: &Brand) -> Item {
    if !brand.reminders {
        return Item::new();
    }
    Item::from([
        ("list_pk".to_owned(), AttributeValue::S(keys::REMINDING.to_owned())),
        ("list_sk".to_owned(), AttributeValue::S(brand.slug.to_string())),
    ])
}

/// Returns the attributes under which the event of a resent invitation is listed by its time. Its ID may be older than
/// the event: for a bulk job, the ID contains the time at which the partners were selected.
pub(in crate::store) fn resent_place(brand: &BrandSlug, event: &Event) -> Item {
    let when = EventId::fresh(event.at, [0; 10]).to_string();
    let place: String = when.chars().take(WHEN_CHARS).chain(event.id.as_str().chars().skip(WHEN_CHARS)).collect();
    Item::from([
        ("list_pk".to_owned(), AttributeValue::S(keys::resent(brand))),
        ("list_sk".to_owned(), AttributeValue::S(place)),
    ])
}

impl Store {
    /// Returns a page of the brands with reminders, by slug, after `after`, and the cursor of the next page, if there
    /// is one.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn brands_that_remind(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<(Vec<BrandSlug>, Option<String>)> {
        let listed = self.listed_from(keys::REMINDING, (after.unwrap_or_default(), "~"), limit).await?;
        let next = if listed.len() == limit { listed.last().map(|(slug, _)| slug.clone()) } else { None };
        let keys: Vec<Key<Brand>> = listed.into_iter().map(|(_, key)| Key::known(key)).collect();
        let found = self.read(keys.iter().map(Key::raw)).await?;
        let brands = keys.iter().map(|key| found.get(key)).collect::<Result<Vec<_>>>()?;
        let on = brands.into_iter().flatten().filter(|brand| brand.reminders);
        Ok((on.map(|brand| brand.slug).collect(), next))
    }

    /// Returns partners who were invited between two moments, after the first and up to the second, and weren't checked
    /// yet: at most `limit`, each with its sort key in the list. Some may have been invited again since.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn invited_between(
        &self,
        (brand, began): (&BrandSlug, InvitationOrigin),
        (after, until): (Timestamp, Timestamp),
        done: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Key<Partner>)>> {
        let list = match began {
            InvitationOrigin::AtFirst => keys::roster(brand, PartnerState::Invited),
            InvitationOrigin::Again => keys::resent(brand),
        };
        let (after, until) = (after_all_of(began, after), after_all_of(began, until));
        let after = done.filter(|done| **done > *after).unwrap_or(&after);
        if *after >= *until {
            return Ok(Vec::new());
        }
        let listed = self.listed_from(&list, (after, &until), limit).await?;
        Ok(listed.into_iter().map(|(place, key)| (place, Key::known(keys::partner_beside(&key)))).collect())
    }

    /// Writes a reminder, with the event that causes its email. `false` if it no longer applies: the partner answered,
    /// was invited again or reminded, or has a suppressed email address.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn remind(&self, reminded: &Reminded) -> Result<bool> {
        let Reminded { partner, event } = reminded;
        let ends_at = partner.invitation_ends_at.map(Timestamp::as_millisecond);
        let mut update = Update::of(&keys::partner(&partner.brand, &partner.id))
            .set("reminded_at", attribute(partner.reminded_at)?)
            .set("mail", attribute(&partner.mail)?)
            .remove("lease_until")
            .remove("lease_by")
            .when(Condition::Is("epoch", attribute(partner.epoch)?))
            .when(Condition::Is("invitation_ends_at", attribute(ends_at)?));
        for fact in ["reminded_at", "activated_at", "declined_at", "revoked_at", "undeliverable"] {
            update = update.when(Condition::Absent(fact));
        }
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        match self.commit(transaction).await {
            Ok(()) => Ok(true),
            Err(WriteError::Refused(_)) => Ok(false),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Records the position up to which a list was checked, unless another worker has got further.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_reminding(&self, brand: &BrandSlug, began: InvitationOrigin, place: &str) -> Result<()> {
        let (key, mark, place) = (keys::reminding(brand), mark_of(began), attribute(place)?);
        let update = Update::of_any(&key)
            .set("kind", attribute(<ReminderCursor as super::Entity>::KIND)?)
            .set("brand", attribute(brand)?)
            .set(mark, place.clone())
            .when(Condition::Any(vec![Condition::Absent(mark), Condition::Below(mark, place)]));
        self.update_if(&key, update).await.map(drop)
    }

    /// Returns the keys in a partition of the list index in ascending order: those after one sort key, up to another.
    async fn listed_from(
        &self,
        list: &str,
        (after, until): (&str, &str),
        limit: usize,
    ) -> Result<Vec<(String, RawKey)>> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("lists")
            .key_condition_expression("list_pk = :pk AND list_sk BETWEEN :after AND :until")
            .expression_attribute_values(":pk", AttributeValue::S(list.to_owned()))
            // The first possible sort key after it.
            .expression_attribute_values(":after", AttributeValue::S(format!("{after}\u{0}")))
            .expression_attribute_values(":until", AttributeValue::S(until.to_owned()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(Error::internal)?;
        Ok(answer.items.unwrap_or_default().iter().filter_map(placed_key).collect())
    }
}
