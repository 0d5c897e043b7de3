//! Cookies: one session per portal and brand, so that an admin and a partner can be signed in side by side.

use crate::{
    CookiePolicy,
    crypto::secret::{Hash, Secret},
    domain::{Audience, BrandSlug, Principal},
    store::{RawKey, keys},
    web::Request,
};

/// A session cookie, not verified yet. It names its principal, so that session and principal can be read in one step.
#[derive(Debug, Clone)]
pub struct Cookie {
    /// Principal that the cookie names.
    pub principal: Principal,
    /// The hash of the session's secret.
    pub hash: Hash,
    text: String,
}

impl Cookie {
    /// Returns the session cookie of one portal of a brand.
    #[must_use]
    pub fn session(style: CookiePolicy, request: &Request, audience: Audience, brand: &BrandSlug) -> Option<Self> {
        let text = request.cookie(&session_name(style, audience, brand))?;
        let (principal, secret) = text.split_once('.')?;
        let parsed = Principal::try_from(principal.to_owned()).ok()?;
        let hash = Secret::parse(secret)?.hash();
        (parsed.audience() == audience).then(|| Self { principal: parsed, hash, text: principal.to_owned() })
    }

    pub(in crate::web) fn principal_text(&self) -> &str {
        &self.text
    }

    /// Keys of the session and of its principal.
    #[must_use]
    pub fn keys(&self, brand: &BrandSlug) -> Vec<RawKey> {
        vec![keys::session(&self.hash).raw(), keys::principal(brand, &self.principal)]
    }
}

/// Name of a portal's session cookie.
pub(in crate::web) fn session_name(style: CookiePolicy, audience: Audience, brand: &BrandSlug) -> String {
    name(style, &format!("{}-{brand}", audience.as_str()))
}

/// Name of the cookie that distinguishes browsers when a link is redeemed.
pub(in crate::web) fn browser_name(style: CookiePolicy, brand: &BrandSlug) -> String {
    name(style, &format!("browser-{brand}"))
}

/// Name of the cookie that binds a sign-in attempt to its browser.
pub(in crate::web) fn attempt_name(style: CookiePolicy, audience: Audience, brand: &BrandSlug) -> String {
    name(style, &format!("attempt-{}-{brand}", audience.as_str()))
}

fn name(style: CookiePolicy, name: &str) -> String {
    match style {
        CookiePolicy::HostPrefix => format!("__Host-{name}"),
        CookiePolicy::Plain => name.to_owned(),
    }
}

/// Formats a cookie with a lifetime of `seconds`; 0 deletes it.
pub(in crate::web) fn set(style: CookiePolicy, name: &str, value: &str, seconds: i64) -> String {
    let secure = match style {
        CookiePolicy::HostPrefix => "; Secure",
        CookiePolicy::Plain => "",
    };
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}
