//! Setting up brands and their admins.

use super::{Condition, Remember, Store, Transaction, Update, attribute, keys};
use crate::{
    domain::{Admin, Brand, BrandSlug, Claim, EmailAddress, Event, Name, TimeZone},
    error::{Error, Result},
};

/// A brand as it shall be, and the admins it doesn't have yet.
#[derive(Debug, Clone)]
pub struct BrandSetUp {
    /// Its name in addresses.
    pub slug: BrandSlug,
    /// Its name in pages and mails.
    pub name: Name,
    /// Where answers to its mails go at first; from then on its owners say.
    pub reply_to: EmailAddress,
    /// Its time zone; left out, it stays what it is, at first UTC.
    pub time_zone: Option<TimeZone>,
    /// How many people a day its imports may invite; left out, it stays what it is.
    pub daily_invites: Option<u64>,
    /// What tells of it.
    pub event: Event,
    /// New admins, each with the event that asks for their welcome mail.
    pub admins: Vec<(Admin, Event)>,
}

impl BrandSetUp {
    /// Whether `brand` is as it shall be already.
    #[must_use]
    pub fn is_like(&self, brand: &Brand) -> bool {
        let zone = self.time_zone.as_ref().is_none_or(|zone| *zone == brand.time_zone);
        let limit = self.daily_invites.is_none_or(|limit| limit == brand.daily_invites);
        self.name == brand.name && zone && limit
    }
}

impl Store {
    /// Creates the brand or brings it up to date, and adds the admins.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if one of the admins was added by somebody else at the same moment.
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
        // An owner who decides on the team at this moment decides anew.
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

    /// Writes how a brand's shop vouches for its users, over what it was, with the event.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if somebody else was faster.
    pub async fn change_attribution(
        &self,
        (before, brand): (&Brand, &Brand),
        event: &Event,
        remember: Option<Remember>,
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
