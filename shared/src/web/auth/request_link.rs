//! Asking for a sign-in mail: the same answer, and the same work, for any address.

use crate::{
    App,
    domain::{Attempt, Audience, BackPath, BrandSlug, EmailAddress},
    error::{Error, Result},
    store::{Limit, keys},
    web::{Reply, Request, base_path, http::cookies},
};

/// Mails to one address, asked for from one network.
const ASKED: Limit = Limit { what: "asked", window_s: 86_400, most: 10, most_an_hour: Some(3) };
/// Mails to one address, whoever asks: more than one network may, so that no single one can use up somebody's.
const ASKED_BY_ALL: Limit = Limit { what: "asked-by-all", window_s: 86_400, most: 20, most_an_hour: Some(6) };
/// Mails asked for from one network, whatever the address.
const ASKED_FROM: Limit = Limit { what: "asked-from", window_s: 600, most: 60, most_an_hour: None };

/// Somebody who asks for a sign-in mail.
#[derive(Clone)]
pub struct Asking {
    /// Where.
    pub brand: BrandSlug,
    /// At which door.
    pub audience: Audience,
    /// For which address.
    pub email: EmailAddress,
    /// Where they go on once they are in, if they were somewhere before.
    pub back: Option<BackPath>,
    /// How pages may show the address: as it was typed, or masked if it was not.
    pub shown: String,
}

impl App {
    /// Answers somebody who typed an address.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] by network alone, which says nothing about any address; it uses up nobody's mails.
    pub async fn ask(&self, request: &Request, asking: Asking) -> Result<Reply> {
        let Asking { brand, audience, email, .. } = &asking;
        let network = request.network();
        let from = [network.as_str()];
        let whom = [brand.as_str(), audience.as_str(), email.as_str()];
        let here = [brand.as_str(), audience.as_str(), email.as_str(), &network];
        let brand_key = keys::brand(brand);
        let (found, from_ok, here_ok, all_ok) = futures::try_join!(
            self.store.get(&brand_key),
            self.store.count(ASKED_FROM, &from),
            self.store.count(ASKED, &here),
            self.store.count(ASKED_BY_ALL, &whom),
        )?;
        if here_ok && !(from_ok && all_ok) {
            self.store.uncount(ASKED, &here).await?;
        }
        if all_ok && !(from_ok && here_ok) {
            self.store.uncount(ASKED_BY_ALL, &whom).await?;
        }
        found.ok_or(Error::NotFound("brand"))?;
        if !from_ok {
            return Err(Error::TooManyRequests);
        }
        self.attempt(request, asking, here_ok && all_ok).await
    }

    /// Answers somebody who holds a dead link or a session, which proves whose address it is.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`] by network alone.
    pub async fn ask_again(&self, request: &Request, asking: Asking) -> Result<Reply> {
        if !self.store.count(ASKED_FROM, &[&request.network()]).await? {
            return Err(Error::TooManyRequests);
        }
        self.attempt(request, asking, true).await
    }

    async fn attempt(&self, request: &Request, asking: Asking, mail: bool) -> Result<Reply> {
        let Asking { brand, audience, email, back, shown } = asking;
        let secret = self.secret();
        let cookie = cookies::attempt_name(self.cookies, audience, &brand);
        let location = format!("{}/login/code", base_path(&brand, audience));
        let attempt = Attempt::begin(brand, audience, (email, shown), request.browser(), mail, self.now());
        let attempt = Attempt { back, ..attempt };
        self.store.ask(&secret.hash(), &attempt).await?;
        let lifetime = Attempt::REMEMBERED.as_secs();
        Ok(Reply::see_other(&location).cookie(cookies::set(self.cookies, &cookie, &secret.to_text(), lifetime)))
    }
}
