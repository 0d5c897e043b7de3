//! Mails that tell of something beside those that a partner or an admin signs in with: each has an item of its own, which
//! says who sends it and what became of it.

use crate::{
    domain::{AdminId, AdminNotice, BrandSlug, EventId, PartnerId, PartnerNotice},
    error::Result,
    store::{Claimed, Lease, Store, keys, mail::Sense},
};

impl Store {
    /// Claims the mail by which `event` tells an admin of something.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn claim_notice(
        &self,
        (brand, id): (&BrandSlug, &AdminId),
        (event, epoch): (&EventId, u64),
        claim: &Lease,
    ) -> Result<Claimed<AdminNotice>> {
        self.claim_mail(&keys::admin_notice(brand, id, event), (event, epoch), claim, Sense::always()).await
    }

    /// Claims a mail about a partner's address.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn claim_partner_notice(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        (event, epoch): (&EventId, u64),
        claim: &Lease,
    ) -> Result<Claimed<PartnerNotice>> {
        self.claim_mail(&keys::partner_notice(brand, id, event), (event, epoch), claim, Sense::always()).await
    }

    /// Notes what became of a mail that tells an admin of something.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_notice(
        &self,
        (brand, id): (&BrandSlug, &AdminId),
        event: &EventId,
        outcome: Result<&str, Option<&str>>,
    ) -> Result<()> {
        self.note_outcome(&keys::admin_notice(brand, id, event), event, outcome).await
    }

    /// Notes what became of a mail about a partner's address.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_partner_notice(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        event: &EventId,
        outcome: Result<&str, Option<&str>>,
    ) -> Result<()> {
        self.note_outcome(&keys::partner_notice(brand, id, event), event, outcome).await
    }
}
