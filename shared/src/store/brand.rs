//! Stores a brand's branding and settings.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};

use super::{
    Condition, IdempotencyRecord, Picture, Store, Transaction, Update, attribute, keys,
    mail::reminders::reminding_place, webhook::placed,
};
use crate::{
    crypto::secret::Hash,
    domain::{Brand, Event},
    error::{Error, Result},
};

/// The time for which emails sent with a logo still show it after the brand has replaced or removed it.
const OLD_LOGO_KEPT: SignedDuration = SignedDuration::from_hours(24 * 365);

/// The fields that can be changed, each as it is stored.
type Fields = [(&'static str, Option<AttributeValue>); 6];

impl Store {
    /// Writes the fields of a brand that differ from `before`, and its new logo, with the event. Admins who change
    /// different fields at the same time don't conflict.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if another admin changed the same field.
    pub async fn change_brand(
        &self,
        (before, brand): (&Brand, &Brand),
        picture: Option<&Picture>,
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let mut update = Update::of(&keys::brand(&brand.slug));
        for ((name, was), (_, is)) in fields(before)?.into_iter().zip(fields(brand)?) {
            if was == is {
                continue;
            }
            update = update.when(match was {
                // Older brands may not have stored the time zone, although every brand has one when it is read.
                Some(was) if name == "time_zone" => {
                    Condition::Any(vec![Condition::Absent(name), Condition::Is(name, was)])
                }
                Some(was) => Condition::Is(name, was),
                None => Condition::Absent(name),
            });
            update = match is {
                Some(is) => update.set(name, is),
                None => update.remove(name),
            };
        }
        if before.reminders != brand.reminders {
            update = placed(update.set("reminders", attribute(brand.reminders)?), &reminding_place(brand));
        }
        let mut transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        if let (Some(logo), Some(picture)) = (&brand.logo, picture) {
            let key = keys::logo(&brand.slug, &hash(&logo.hash)?);
            transaction = transaction.put_with(&key, picture, std::collections::HashMap::new())?;
        }
        if let Some(old) = before.logo.as_ref().filter(|old| brand.logo.as_ref() != Some(*old)) {
            transaction = transaction.update(fade(brand, &old.hash, event.at)?);
        }
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }
}

/// Returns the update that lets a logo expire after a while.
fn fade(brand: &Brand, old: &str, now: Timestamp) -> Result<Update> {
    let key = keys::logo(&brand.slug, &hash(old)?);
    Ok(Update::of_any(&key).set("expires_at", attribute((now + OLD_LOGO_KEPT).as_second())?))
}

fn hash(text: &str) -> Result<Hash> {
    Hash::parse(text).ok_or_else(|| Error::internal("a logo has no hash"))
}

fn fields(brand: &Brand) -> Result<Fields> {
    Ok([
        ("reply_to", Some(attribute(&brand.reply_to)?)),
        ("time_zone", Some(attribute(&brand.time_zone)?)),
        ("sender_name", brand.sender_name.as_ref().map(attribute).transpose()?),
        ("footer", brand.footer.as_ref().map(attribute).transpose()?),
        ("accent", brand.accent.map(attribute).transpose()?),
        ("logo", brand.logo.as_ref().map(attribute).transpose()?),
    ])
}
