//! Finding whom to remind of an invitation, and writing that it was done.
//!
//! Ids are places, so those who were invited at some time stand together in the roster, and so do, in a list of their own,
//! the events by which invitations were mailed anew. No invitation pays for a place by its end.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::{
    domain::{Began, Brand, BrandSlug, Event, EventId, Fresh, Partner, PartnerId, PartnerState, Reminded, Reminding},
    error::{Error, Result},
    store::{Condition, Item, Key, RawKey, Store, Transaction, Update, WriteError, attribute, keys, placed_key},
};

/// How many characters of an event's id are its prefix and its time.
const WHEN_CHARS: usize = 14;

/// The attribute that holds how far a list was looked through.
fn mark_of(began: Began) -> &'static str {
    match began {
        Began::AtFirst => "at_first",
        Began::Again => "again",
    }
}

/// The place after all that came at a moment.
fn after_all_of(began: Began, at: Timestamp) -> String {
    match began {
        Began::AtFirst => PartnerId::fresh(at, [u8::MAX; 10]).into(),
        Began::Again => EventId::fresh(at, [u8::MAX; 10]).into(),
    }
}

/// Where the list of brands that remind finds one, if it does.
pub(in crate::store) fn reminding_place(brand: &Brand) -> Item {
    if !brand.reminders {
        return Item::new();
    }
    Item::from([
        ("list_pk".to_owned(), AttributeValue::S(keys::REMINDING.to_owned())),
        ("list_sk".to_owned(), AttributeValue::S(brand.slug.to_string())),
    ])
}

/// Where the event of an invitation that was mailed anew is found by when that was. An id may be older than its event:
/// of what is done to many it tells when they were selected.
pub(in crate::store) fn resent_place(brand: &BrandSlug, event: &Event) -> Item {
    let when = EventId::fresh(event.at, [0; 10]).to_string();
    let place: String = when.chars().take(WHEN_CHARS).chain(event.id.as_str().chars().skip(WHEN_CHARS)).collect();
    Item::from([
        ("list_pk".to_owned(), AttributeValue::S(keys::resent(brand))),
        ("list_sk".to_owned(), AttributeValue::S(place)),
    ])
}

impl Store {
    /// Some of the brands that have people reminded, by slug, after `after`; and after what to go on, if there are more.
    ///
    /// # Errors
    /// If the table can't be read.
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

    /// Who was invited between two moments, after the first up to the second, as far as that was not looked through: at
    /// most `limit` of them, each with the place in the list. Some may have been invited anew since.
    ///
    /// # Errors
    /// If the table can't be read.
    pub async fn invited_between(
        &self,
        (brand, began): (&BrandSlug, Began),
        (after, until): (Timestamp, Timestamp),
        done: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Key<Partner>)>> {
        let list = match began {
            Began::AtFirst => keys::roster(brand, PartnerState::Invited),
            Began::Again => keys::resent(brand),
        };
        let (after, until) = (after_all_of(began, after), after_all_of(began, until));
        let after = done.filter(|done| **done > *after).unwrap_or(&after);
        if *after >= *until {
            return Ok(Vec::new());
        }
        let listed = self.listed_from(&list, (after, &until), limit).await?;
        Ok(listed.into_iter().map(|(place, key)| (place, Key::known(keys::partner_beside(&key)))).collect())
    }

    /// Writes that somebody is reminded, with the event from which the mail follows; `false` if it is not for them any
    /// more: they answered, were invited anew or reminded, or their address refused mail.
    ///
    /// # Errors
    /// If the table can't be written.
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

    /// Notes how far a list was looked through, unless somebody else got further.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_reminding(&self, brand: &BrandSlug, began: Began, place: &str) -> Result<()> {
        let (key, mark, place) = (keys::reminding(brand), mark_of(began), attribute(place)?);
        let update = Update::of_any(&key)
            .set("kind", attribute(<Reminding as super::Entity>::KIND)?)
            .set("brand", attribute(brand)?)
            .set(mark, place.clone())
            .when(Condition::Any(vec![Condition::Absent(mark), Condition::Below(mark, place)]));
        self.update_if(&key, update).await.map(drop)
    }

    /// The keys in a partition of the index of lists, in the order of their places: those after one place, up to another.
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
            // The first place that comes after it.
            .expression_attribute_values(":after", AttributeValue::S(format!("{after}\u{0}")))
            .expression_attribute_values(":until", AttributeValue::S(until.to_owned()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(Error::internal)?;
        Ok(answer.items.unwrap_or_default().iter().filter_map(placed_key).collect())
    }
}
