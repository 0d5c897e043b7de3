//! Creates brands and their admins.

use super::{Condition, IdempotencyRecord, Store, Transaction, Update, attribute, keys};
use crate::{
    domain::{Admin, Brand, BrandSlug, Claim, EmailAddress, Event, Name, TimeZone},
    error::{Error, Result},
};

/// The intended state of a brand, and the admins to add.
#[derive(Debug, Clone)]
pub struct BrandSetUp {
    /// The slug.
    pub slug: BrandSlug,
    /// The brand's name on pages and in emails.
    pub name: Name,
    /// The first email address for replies to its emails; later, its owners change it.
    pub reply_to: EmailAddress,
    /// Its time zone; if absent, it stays as it is, initially UTC.
    pub time_zone: Option<TimeZone>,
    /// The number of people that its imports may invite per day; if absent, it stays as it is.
    pub daily_invites: Option<u64>,
    /// The event of the change.
    pub event: Event,
    /// New admins, each with the event that causes their welcome email.
    pub admins: Vec<(Admin, Event)>,
}

impl BrandSetUp {
    /// True if `brand` already has the intended state.
    #[must_use]
    pub fn is_like(&self, brand: &Brand) -> bool {
        let zone = self.time_zone.as_ref().is_none_or(|zone| *zone == brand.time_zone);
        let limit = self.daily_invites.is_none_or(|limit| limit == brand.daily_invites);
        self.name == brand.name && zone && limit
    }
}

impl Store {
    /// Creates or updates the brand, and adds the admins.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if one of the admins was added by someone else at the same moment.
    pub async fn set_up_brand(&self, set_up: &BrandSetUp) -> Result<()> {
        let BrandSetUp { slug, name, reply_to, time_zone, daily_invites, event, .. } = set_up;
        let brand = Update::of_any(&keys::brand(slug))
            .set("kind", attribute("brand")?)
            .set("slug", attribute(slug)?)
            .set("name", attribute(name)?)
            .set_once("reply_to", attribute(reply_to)?)
            .set_once("created_at", attribute(event.at)?);
        let brand = match time_zone {
            Some(zone) => brand.set("time_zone", attribute(zone)?),
            None => brand.set_once("time_zone", attribute(TimeZone::default())?),
        };
        let brand = match daily_invites {
            Some(limit) => brand.set("daily_invites", attribute(limit)?),
            None => brand,
        };
        // A concurrent decision of an owner on the team has to be repeated.
        let brand = if set_up.admins.is_empty() { brand } else { brand.add("team_version", 1) };
        let mut transaction = Transaction::new().update(brand).create(&keys::event(event), event)?;
        for (admin, event) in &set_up.admins {
            transaction = transaction
                .create(&keys::admin(slug, &admin.id), admin)?
                .create(&keys::admin_email(slug, &admin.email), &Claim::of(admin.id.clone()))?
                .create(&keys::event(event), event)?;
        }
        self.commit(transaction).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }

    /// Writes how a brand's shop signs the IDs of its users, if the settings are as they were read, with the event.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if another admin changed them first.
    pub async fn change_attribution(
        &self,
        (before, brand): (&Brand, &Brand),
        event: &Event,
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let was = |name, value| Condition::Any(vec![Condition::Absent(name), Condition::Is(name, value)]);
        let update = Update::of(&keys::brand(&brand.slug))
            .set("unsigned_identify", attribute(brand.unsigned_identify)?)
            .set("identify_version", attribute(brand.identify_version)?)
            .when(was("unsigned_identify", attribute(before.unsigned_identify)?))
            .when(was("identify_version", attribute(before.identify_version)?));
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }
}
