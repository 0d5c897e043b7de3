//! The link with which a partner confirms a new email address.

use crate::{
    App,
    crypto::secret::Hash,
    domain::{Audience, BrandSlug, EmailAddress, EventId, Partner, PartnerId, PendingEmailChange},
    error::Result,
    web::base_path,
};

/// The link in an email that asks a partner to confirm their new email address. It names the change and is
/// authenticated with the server key. It is the same in every email about one change, and signs no one in.
#[derive(Debug, Clone, PartialEq)]
pub struct EmailConfirmationLink {
    /// Partner whose email address changes.
    pub partner: PartnerId,
    /// Event that requested the change.
    pub asked: EventId,
    seal: Hash,
}

impl EmailConfirmationLink {
    /// Creates the link that confirms `moving`.
    ///
    /// # Errors
    /// Fails if this function doesn't have the server key.
    pub fn of(app: &App, partner: &Partner, moving: &PendingEmailChange) -> Result<Self> {
        let seal = seal(app, (&partner.brand, &partner.id), &moving.asked, &moving.email)?;
        Ok(Self { partner: partner.id.clone(), asked: moving.asked.clone(), seal })
    }

    /// Parses the output of [`EmailConfirmationLink::to_text`]; `None` for anything else.
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

    /// Formats the link as a query parameter of the URL in the email.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}.{}.{}", self.partner, self.asked, self.seal.as_str())
    }

    /// URL of the link.
    #[must_use]
    pub fn address(&self, app: &App, brand: &BrandSlug) -> String {
        format!("{}{}/address?link={}", app.config.base_url, base_path(brand, Audience::Partner), self.to_text())
    }

    /// True if the link was sent to `email` for `partner`.
    ///
    /// # Errors
    /// Fails if this function doesn't have the server key.
    pub fn is_for(&self, app: &App, partner: &Partner, email: &EmailAddress) -> Result<bool> {
        Ok(seal(app, (&partner.brand, &partner.id), &self.asked, email)?.matches(&self.seal))
    }
}

fn seal(app: &App, (brand, partner): (&BrandSlug, &PartnerId), asked: &EventId, email: &EmailAddress) -> Result<Hash> {
    let parts = ["address", brand.as_str(), partner.as_str(), asked.as_str(), email.as_str()];
    Ok(app.server_key()?.seal(&parts.map(str::as_bytes)))
}
