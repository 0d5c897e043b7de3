//! The unsubscribe link of an invitation: a URL in each of its emails, which requires no session and stays the same.
//!
//! It contains the partner's ID and a proof that only this deployment can compute, so anyone who opens it has such an
//! email. Nothing is stored for it, and it works as long as there is an invitation to decline.

use crate::{
    App,
    crypto::secret::Secret,
    domain::{Audience, Brand, BrandSlug, DeclineError, Partner, PartnerId},
    error::{Error, Result},
    store::keys,
    web::{
        Face, Reply, Request, base_path,
        pages::{Decline, Declined, Nav, Notice},
    },
};

/// URL at which the partner can decline.
///
/// # Errors
/// Fails if this function doesn't have the server key.
pub fn decline_address(app: &App, partner: &Partner) -> Result<String> {
    let proof = partner.unsubscribe_secret(app.server_key()?).to_text();
    let door = base_path(&partner.brand, Audience::Partner);
    Ok(format!("{}{door}/not-interested?for={}.{proof}", app.config.base_url, partner.id))
}

impl App {
    /// Returns the brand, and the partner whose emails contain the URL of this request; `None` if the proof is wrong.
    ///
    /// # Errors
    /// Fails with [`Error::NotFound`] if there is no such brand.
    pub async fn holder(&self, request: &Request) -> Result<(Brand, Option<Partner>)> {
        let slug: BrandSlug = request.param("brand")?;
        let named = request.query("for").and_then(|text| text.split_once('.'));
        let named = named.and_then(|(id, proof)| Some((PartnerId::parse(id).ok()?, Secret::parse(proof)?)));
        let brand = keys::brand(&slug);
        let partner = named.as_ref().map(|(id, _)| keys::partner(&slug, id));
        let found = self.store.read([brand.raw()].into_iter().chain(partner.iter().map(keys::Key::raw))).await?;
        let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
        let (Some((_, proof)), Some(key)) = (named, partner) else { return Ok((brand, None)) };
        let partner: Option<Partner> = found.get(&key)?;
        let server_key = self.server_key()?;
        Ok((brand, partner.filter(|partner| partner.unsubscribe_secret(server_key) == proof)))
    }
}

/// Asks for confirmation. It changes nothing, because link scanners open every URL in an email.
///
/// # Errors
/// Fails if the page can't be rendered.
pub fn decline_page(request: &Request, brand: &Brand, partner: &Partner, status: http::StatusCode) -> Result<Reply> {
    let shell = Face { brand, audience: Audience::Partner }.shell("Decline this invitation?", Nav::Elsewhere, None);
    let page = Decline {
        action: format!("{}/not-interested?{}", shell.base, request.query_text()),
        shell,
        masked: partner.email.masked(),
        invited_by: partner.brought_by.person().map(ToString::to_string),
    };
    Reply::page(status, &page)
}

/// Thanks a person who declined, now or before, and says how to change one's mind.
///
/// # Errors
/// Fails if the page can't be rendered.
pub fn declined_page(brand: &Brand) -> Result<Reply> {
    let shell = Face { brand, audience: Audience::Partner }.shell("Invitation declined", Nav::Elsewhere, None);
    Reply::page(http::StatusCode::OK, &Declined { shell })
}

/// Says why there is nothing to decline. An invitation that was never emailed looks like one that is over.
///
/// # Errors
/// Fails if the page can't be rendered.
pub fn nothing_to_decline(brand: &Brand, why: DeclineError) -> Result<Reply> {
    match why {
        DeclineError::Already => declined_page(brand),
        DeclineError::Joined => {
            let text = format!(
                "You accepted this invitation, so you’re now a partner of {}. If you no longer want to be one, \
                 email {}.",
                brand.name, brand.reply_to
            );
            notice(brand, http::StatusCode::CONFLICT, ("You’re already a partner", text))
        }
        DeclineError::Over => {
            let text = "There is no open invitation behind this link, so there is nothing to decline.".to_owned();
            notice(brand, http::StatusCode::GONE, ("This invitation is no longer open", text))
        }
    }
}

fn notice(brand: &Brand, status: http::StatusCode, (heading, text): (&str, String)) -> Result<Reply> {
    let shell = Face { brand, audience: Audience::Partner }.shell(heading, Nav::Elsewhere, None);
    Reply::page(status, &Notice { shell, heading: heading.to_owned(), text, request_id: None, link: None })
}
