//! Sign-in and sign-out: sign-in links, browsers and session cookies.

use jiff::Timestamp;

use crate::{
    App,
    crypto::secret::Secret,
    domain::{
        Admin, Audience, Brand, BrandSlug, EmailAddress, MagicLink, Partner, Person, Principal, Purpose, Redemption,
        Token,
    },
    error::Result,
    store::{Found, RawKey, RedeemError, keys},
    web::{
        Cookie, Face, Reply, Request, base_path,
        http::cookies,
        pages::{self, DeadLink, Nav},
    },
};

/// The person signed in to a portal.
#[derive(Debug, Clone)]
pub enum Signed {
    /// A partner.
    Partner(Box<Partner>),
    /// An admin.
    Admin(Box<Admin>),
}

impl Signed {
    /// Returns what signing in requires to know about them.
    #[must_use]
    pub fn person(&self, now: Timestamp) -> Person {
        match self {
            Self::Partner(partner) => partner.person(now),
            Self::Admin(admin) => admin.person(),
        }
    }
}

/// Status of a sign-in link, determined without changing anything.
#[derive(Debug, Clone)]
pub enum LinkStatus {
    /// Valid: clicking the button would sign this person in.
    Live(Box<Signed>),
    /// Used, expired, or its holder may not sign in. It was sent to this person.
    Dead(Box<Signed>),
    /// Never sent by us, or sent to a person whose email address has changed since.
    Unknown,
}

/// URL of a sign-in link.
#[must_use]
pub fn link_address(app: &App, brand: &BrandSlug, link: &MagicLink) -> String {
    let door = base_path(brand, link.principal.audience());
    format!("{}{door}/login?token={}", app.config.base_url, link.to_text())
}

impl App {
    /// Secret of the sign-in attempt made in this browser.
    #[must_use]
    pub fn attempt_secret(&self, request: &Request, brand: &BrandSlug) -> Option<Secret> {
        request.cookie(&cookies::attempt_name(self.cookies, request.audience(), brand)).and_then(Secret::parse)
    }

    /// Secret that distinguishes this browser from others when it redeems a link.
    #[must_use]
    pub fn browser(&self, request: &Request, brand: &BrandSlug) -> Option<Secret> {
        request.cookie(&cookies::browser_name(self.cookies, brand)).and_then(Secret::parse)
    }

    /// Gives this browser a secret that distinguishes it from others, unless it has one.
    #[must_use]
    pub fn mark_browser(&self, reply: Reply, request: &Request, brand: &BrandSlug) -> Reply {
        if self.browser(request, brand).is_some() {
            return reply;
        }
        let name = cookies::browser_name(self.cookies, brand);
        reply.cookie(cookies::set(self.cookies, &name, &self.secret().to_text(), 86_400))
    }

    /// Session cookie of the portal that the request was sent to.
    #[must_use]
    pub fn session_cookie(&self, request: &Request, brand: &BrandSlug) -> Option<Cookie> {
        Cookie::session(self.cookies, request, request.audience(), brand)
    }

    /// Returns the person signed in by `cookie`, using the items of one read step.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn signed_in(&self, cookie: Option<&Cookie>, found: &Found, brand: &BrandSlug) -> Result<Option<Signed>> {
        let Some(cookie) = cookie else { return Ok(None) };
        match &cookie.principal {
            Principal::Admin(_) => {
                Ok(self.admin_of(cookie, found, brand).await?.map(|(admin, _)| Signed::Admin(Box::new(admin))))
            }
            Principal::Partner(id) => {
                let (session, partner) =
                    (found.get(&keys::session(&cookie.hash))?, found.get(&keys::partner(brand, id))?);
                let (Some(session), Some(partner)) = (session, partner) else { return Ok(None) };
                let matches = session.brand == *brand && session.principal == cookie.principal;
                let live =
                    session.epoch == partner.epoch && partner.revoked_at.is_none() && session.is_live(self.now());
                Ok((matches && live).then(|| Signed::Partner(Box::new(partner))))
            }
        }
    }

    /// Signs the person in, whatever the link was for when it was sent. Returns `None` if the link can't sign anyone
    /// in. The session that this browser had before ends, on the server too.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn let_in(
        &self,
        request: &Request,
        redemption: &Redemption,
        purpose: Purpose,
        session: &Secret,
    ) -> Result<Option<Reply>> {
        for purpose in [purpose, purpose.other()] {
            let redeemed = redemption.redeem(purpose, self.fresh(), self.now());
            match self.store.redeem(&redeemed).await? {
                Ok(()) | Err(RedeemError::Repeated) => {
                    let replaced = self.session_cookie(request, &redemption.brand);
                    if let Some(replaced) = replaced.filter(|cookie| cookie.hash != redemption.session) {
                        self.store.delete(&keys::session(&replaced.hash)).await?;
                    }
                    return Ok(Some(self.welcome(redemption, session)));
                }
                Err(RedeemError::Dead) => return Ok(None),
                Err(RedeemError::OtherPurpose) => {}
            }
        }
        Ok(None)
    }

    fn welcome(&self, redemption: &Redemption, session: &Secret) -> Reply {
        let Redemption { brand, principal, back, .. } = redemption;
        let audience = principal.audience();
        let name = cookies::session_name(self.cookies, audience, brand);
        let value = format!("{}.{}", String::from(principal.clone()), session.to_text());
        let lifetime = audience.session_lifetime().as_secs();
        let attempt = cookies::attempt_name(self.cookies, audience, brand);
        let start = base_path(brand, audience);
        let back = back.as_ref().filter(|_| audience == Audience::Admin).and_then(|back| back.of(brand));
        Reply::see_other(back.unwrap_or(&start))
            .cookie(cookies::set(self.cookies, &name, &value, lifetime))
            .cookie(cookies::set(self.cookies, &attempt, "", 0))
    }

    /// Signs out of a portal: deletes its session cookie.
    #[must_use]
    pub fn farewell(&self, brand: &BrandSlug, audience: Audience) -> Reply {
        let name = cookies::session_name(self.cookies, audience, brand);
        let location = format!("{}/login?left=1", base_path(brand, audience));
        Reply::see_other(&location).cookie(cookies::set(self.cookies, &name, "", 0))
    }

    /// Returns the status of the link that this request came with.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub fn link_seen(
        &self,
        link: &MagicLink,
        found: &Found,
        brand: &BrandSlug,
        audience: Audience,
    ) -> Result<LinkStatus> {
        let token: Option<Token> = found.get(&keys::token(&link.secret.hash()))?;
        let signed = match &link.principal {
            Principal::Partner(id) => {
                found.get(&keys::partner(brand, id))?.map(|partner| Signed::Partner(Box::new(partner)))
            }
            Principal::Admin(id) => found.get(&keys::admin(brand, id))?.map(|admin| Signed::Admin(Box::new(admin))),
        };
        let (Some(token), Some(signed)) = (token, signed) else { return Ok(LinkStatus::Unknown) };
        let person = signed.person(self.now());
        if token.brand != *brand || link.principal.audience() != audience || !token.belongs_to(&person) {
            return Ok(LinkStatus::Unknown);
        }
        let same = token.epoch == link.epoch && token.epoch == person.epoch;
        let live = same && token.is_live(self.now()) && person.may_sign_in;
        Ok(if live { LinkStatus::Live(Box::new(signed)) } else { LinkStatus::Dead(Box::new(signed)) })
    }

    /// Keys of a link's token and of its principal.
    #[must_use]
    pub fn link_keys(link: &MagicLink, brand: &BrandSlug) -> Vec<RawKey> {
        vec![keys::token(&link.secret.hash()).raw(), keys::principal(brand, &link.principal)]
    }

    /// Page of a link that no longer works. Its `holder`, who received it, can request a new one.
    ///
    /// # Errors
    /// Fails if the page can't be rendered.
    pub fn dead_link(
        &self,
        brand: &Brand,
        audience: Audience,
        holder: Option<(&str, &EmailAddress)>,
        notice: Option<&str>,
    ) -> Result<Reply> {
        let shell = Face { brand, audience }.shell("This link has expired", Nav::Elsewhere, None);
        let fresh = holder.map(|(token, email)| pages::Fresh { token: token.to_owned(), masked: email.masked() });
        let page = DeadLink { shell, fresh, notice: notice.map(str::to_owned) };
        Reply::page(http::StatusCode::GONE, &page)
    }
}
