//! The team of a brand.

use super::{Condition, IdempotencyRecord, Store, Transaction, Update, attribute, keys};
use crate::{
    domain::{
        Admin, AdminId, AdminNotice, Brand, BrandSlug, Claim, Event, EventId, MailStatus, Team, TeamAct, TeamChange,
    },
    error::{Error, Result},
};

impl Store {
    /// Reads the team of a brand. Since `brand` was read before, a decision is rejected if the team has changed in
    /// between.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn team(&self, brand: &Brand) -> Result<Team> {
        let admins = self.list(keys::admins(&brand.slug)).await?;
        Ok(Team { brand: brand.slug.clone(), admins, version: brand.team_version })
    }

    /// Writes a decision about a member of the team, with its events and the notification emails to owners.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] if the team has changed since the decision was made.
    pub async fn change_team(
        &self,
        change: &TeamChange,
        events: &[Event],
        remember: Option<IdempotencyRecord>,
    ) -> Result<()> {
        let TeamChange { version, act, admin, told: recipients } = change;
        let (key, claim) = (keys::admin(&admin.brand, &admin.id), keys::admin_email(&admin.brand, &admin.email));
        let same = match version {
            0 => Condition::Any(vec![Condition::Absent("team_version"), Condition::Is("team_version", attribute(0)?)]),
            version => Condition::Is("team_version", attribute(version)?),
        };
        let brand = Update::of(&keys::brand(&admin.brand)).set("team_version", attribute(version + 1)?).when(same);
        let transaction = Transaction::new().update(brand);
        let mut transaction = match act {
            TeamAct::Invited => transaction.create(&key, admin)?.create(&claim, &Claim::of(admin.id.clone()))?,
            TeamAct::RoleGiven => transaction.update(Update::of(&key).set("role", attribute(admin.role)?)),
            TeamAct::Removed => {
                transaction.delete(&key, Condition::Present("pk")).delete(&claim, Condition::Present("pk"))
            }
        };
        for event in events {
            transaction = transaction.create(&keys::event(event), event)?;
        }
        if let Some(event) = events.first() {
            for recipient in recipients {
                let notice = keys::admin_notice(&admin.brand, &recipient.admin, &event.id);
                transaction = transaction.create(&notice, &AdminNotice::queued(event, recipient))?;
            }
        }
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ChangedMeanwhile))
    }

    /// Queues another welcome email to an admin, with the event that causes it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the admin was removed in the meantime.
    pub async fn welcome_again(&self, admin: &Admin, event: &Event, remember: Option<IdempotencyRecord>) -> Result<()> {
        let mail = MailStatus::queued(&event.id, event.at);
        let update = Update::of(&keys::admin(&admin.brand, &admin.id)).set("mail", attribute(mail)?);
        let update = update.remove("lease_until").remove("lease_by");
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::NotFound("admin")))
    }

    /// Reads the brand, the admin who is notified, and the event, for a notification email about the team.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn team_news(
        &self,
        (brand, admin): (&BrandSlug, &AdminId),
        event: &EventId,
    ) -> Result<(Option<Brand>, Option<Admin>, Option<Event>)> {
        let (brand, admin, event) = (keys::brand(brand), keys::admin(brand, admin), keys::brand_event(brand, event));
        let found = self.read([brand.raw(), admin.raw(), event.raw()]).await?;
        Ok((found.get(&brand)?, found.get(&admin)?, found.get(&event)?))
    }
}
