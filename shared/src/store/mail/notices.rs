//! Notification emails, as opposed to those that a partner or an admin signs in with: each has its own item, with its
//! lease and its delivery status.

use crate::{
    domain::{AdminId, AdminNotice, BrandSlug, EmailChangeNotice, EventId, PartnerId},
    error::Result,
    store::{Claimed, Lease, Store, keys, mail::Relevance},
};

impl Store {
    /// Claims the notification email to an admin about `event`.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_notice(
        &self,
        (brand, id): (&BrandSlug, &AdminId),
        (event, epoch): (&EventId, u64),
        claim: &Lease,
    ) -> Result<Claimed<AdminNotice>> {
        self.claim_mail(&keys::admin_notice(brand, id, event), (event, epoch), claim, Relevance::always()).await
    }

    /// Claims an email about the change of a partner's email address.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn claim_partner_notice(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        (event, epoch): (&EventId, u64),
        claim: &Lease,
    ) -> Result<Claimed<EmailChangeNotice>> {
        self.claim_mail(&keys::partner_notice(brand, id, event), (event, epoch), claim, Relevance::always()).await
    }

    /// Records the result of sending a notification email to an admin.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_notice(
        &self,
        (brand, id): (&BrandSlug, &AdminId),
        event: &EventId,
        outcome: Result<&str, Option<&str>>,
    ) -> Result<()> {
        self.note_outcome(&keys::admin_notice(brand, id, event), event, outcome).await
    }

    /// Records the result of sending an email about the change of a partner's email address.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_partner_notice(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        event: &EventId,
        outcome: Result<&str, Option<&str>>,
    ) -> Result<()> {
        self.note_outcome(&keys::partner_notice(brand, id, event), event, outcome).await
    }
}
