//! Requests for a sign-in email. Response and work are the same for every email address, known or not.

use crate::{
    App,
    domain::{Attempt, Audience, BrandSlug, EmailAddress, ReturnPath},
    error::{Error, Result},
    store::{Limit, keys},
    web::{Reply, Request, base_path, http::cookies},
};

/// Limits emails to one email address that are requested from one client network.
const ASKED: Limit = Limit { what: "asked", window_s: 86_400, most: 10, most_an_hour: Some(3) };
/// Limits emails to one email address, from all client networks together. It is higher than the limit per network, so
/// that no single network can use up a person's emails.
const ASKED_BY_ALL: Limit = Limit { what: "asked-by-all", window_s: 86_400, most: 20, most_an_hour: Some(6) };
/// Limits emails requested from one client network, to any email address.
const ASKED_FROM: Limit = Limit { what: "asked-from", window_s: 600, most: 60, most_an_hour: None };

/// A request for a sign-in email.
#[derive(Clone)]
pub struct SignInRequest {
    /// Brand of the portal.
    pub brand: BrandSlug,
    /// Portal: the partners' or the admins'.
    pub audience: Audience,
    /// Email address to send to.
    pub email: EmailAddress,
    /// Page to return to after signing in, if there is one.
    pub back: Option<ReturnPath>,
    /// Email address as pages may show it: as it was typed, or masked if it wasn't typed.
    pub shown: String,
}

impl App {
    /// Handles a request in which an email address was typed.
    ///
    /// # Errors
    /// Fails with [`Error::TooManyRequests`] only over the limit of the client network, which reveals nothing about any
    /// email address. Such a request doesn't count towards the limits per email address.
    pub async fn ask(&self, request: &Request, asking: SignInRequest) -> Result<Reply> {
        let SignInRequest { brand, audience, email, .. } = &asking;
        let network = request.network();
        let from = [network.as_str()];
        let recipient = [brand.as_str(), audience.as_str(), email.as_str()];
        let here = [brand.as_str(), audience.as_str(), email.as_str(), &network];
        let brand_key = keys::brand(brand);
        let (found, from_ok, here_ok, all_ok) = futures::try_join!(
            self.store.get(&brand_key),
            self.store.count(ASKED_FROM, &from),
            self.store.count(ASKED, &here),
            self.store.count(ASKED_BY_ALL, &recipient),
        )?;
        if here_ok && !(from_ok && all_ok) {
            self.store.uncount(ASKED, &here).await?;
        }
        if all_ok && !(from_ok && here_ok) {
            self.store.uncount(ASKED_BY_ALL, &recipient).await?;
        }
        found.ok_or(Error::NotFound("brand"))?;
        if !from_ok {
            return Err(Error::TooManyRequests);
        }
        self.attempt(request, asking, here_ok && all_ok).await
    }

    /// Handles a request from the holder of an expired link or of a session, which proves that the email address is
    /// theirs. The limits per email address don't apply.
    ///
    /// # Errors
    /// Fails with [`Error::TooManyRequests`], only over the limit of the client network.
    pub async fn ask_again(&self, request: &Request, asking: SignInRequest) -> Result<Reply> {
        if !self.store.count(ASKED_FROM, &[&request.network()]).await? {
            return Err(Error::TooManyRequests);
        }
        self.attempt(request, asking, true).await
    }

    async fn attempt(&self, request: &Request, asking: SignInRequest, mail: bool) -> Result<Reply> {
        let SignInRequest { brand, audience, email, back, shown } = asking;
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
