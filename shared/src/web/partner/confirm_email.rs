//! The link by which a partner's new address is confirmed.

use crate::{
    App,
    domain::{Audience, BrandSlug, EmailAddress, EventId, Moving, Partner, PartnerId},
    error::Result,
    secret::Hash,
    web::base_path,
};

/// The link of a mail that asks whether an address is its reader's: what it is about, sealed by this deployment's key. It is
/// the same in every mail of one asking, and signs nobody in.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressLink {
    /// Whose address.
    pub partner: PartnerId,
    /// What asked for it.
    pub asked: EventId,
    seal: Hash,
}

impl AddressLink {
    /// The link that confirms `moving`.
    ///
    /// # Errors
    /// If this function was not given the server's key.
    pub fn of(app: &App, partner: &Partner, moving: &Moving) -> Result<Self> {
        let seal = seal(app, (&partner.brand, &partner.id), &moving.asked, &moving.email)?;
        Ok(Self { partner: partner.id.clone(), asked: moving.asked.clone(), seal })
    }

    /// Reads what [`AddressLink::to_text`] wrote; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (partner, asked, seal) = (parts.next()?, parts.next()?, parts.next()?);
        let link = Self {
            partner: PartnerId::parse(partner).ok()?,
            asked: EventId::parse(asked).ok()?,
            seal: Hash::parse(seal)?,
        };
        parts.next().is_none().then_some(link)
    }

    /// As it stands in the mailed address.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}.{}.{}", self.partner, self.asked, self.seal.as_str())
    }

    /// Where it leads.
    #[must_use]
    pub fn address(&self, app: &App, brand: &BrandSlug) -> String {
        format!("{}{}/address?link={}", app.config.base_url, base_path(brand, Audience::Partner), self.to_text())
    }

    /// Whether it was mailed to `email` for `partner`.
    ///
    /// # Errors
    /// If this function was not given the server's key.
    pub fn is_for(&self, app: &App, partner: &Partner, email: &EmailAddress) -> Result<bool> {
        Ok(seal(app, (&partner.brand, &partner.id), &self.asked, email)?.matches(&self.seal))
    }
}

fn seal(app: &App, (brand, partner): (&BrandSlug, &PartnerId), asked: &EventId, email: &EmailAddress) -> Result<Hash> {
    let parts = ["address", brand.as_str(), partner.as_str(), asked.as_str(), email.as_str()];
    Ok(app.server_key()?.seal(&parts.map(str::as_bytes)))
}
