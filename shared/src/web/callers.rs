//! Who is calling the API, and what they may do.

use jiff::Timestamp;

use super::{Cookie, Reply, Request, idempotency::Repeatable};
use crate::{
    App,
    domain::{Actor, Admin, ApiKey, Audience, BrandSlug, Principal, Scope},
    error::{Chain, Error, Result},
    secret::Hash,
    store::{Found, RawKey, Remember, keys},
};

/// A caller who may do what was asked.
#[derive(Debug, Clone)]
pub struct Caller {
    who: Who,
    repeatable: Option<Repeatable>,
    now: Timestamp,
}

#[derive(Debug, Clone)]
enum Who {
    Key(Box<ApiKey>),
    Admin(Box<Admin>),
}

impl Caller {
    /// The caller as the one who did something.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match &self.who {
            Who::Key(key) => key.actor(),
            Who::Admin(admin) => admin.actor(),
        }
    }

    /// Whether the caller holds a further right; admins hold all.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        match &self.who {
            Who::Key(key) => key.scopes.contains(&scope),
            Who::Admin(_) => true,
        }
    }

    /// Demands a further right.
    ///
    /// # Errors
    /// [`Error::ScopeMissing`].
    pub fn must(&self, scope: Scope) -> Result<()> {
        if self.may(scope) { Ok(()) } else { Err(missing(scope)) }
    }

    /// What to keep of `reply`, if the request came with an idempotency key.
    #[must_use]
    pub fn remember(&self, reply: &Reply) -> Option<Remember> {
        self.repeatable.as_ref().map(|repeatable| repeatable.remember(reply, self.now))
    }
}

fn missing(scope: Scope) -> Error {
    let text = serde_json::to_value(scope).ok().and_then(|value| value.as_str().map(str::to_owned));
    Error::ScopeMissing(text.unwrap_or_default())
}

impl App {
    /// Finds out who is calling and that they hold `scope`.
    ///
    /// # Errors
    /// As [`App::load`].
    pub async fn caller(&self, request: &Request, brand: &BrandSlug, scope: Scope) -> Result<Caller> {
        Ok(self.load(request, brand, scope, []).await?.0)
    }

    /// Reads, in one step, who is calling, an earlier answer under the same idempotency key, and what lies at `also`.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`], [`Error::ScopeMissing`]; [`Error::NotFound`] if the brand is not the caller's;
    /// [`Error::Answered`] if this very request was answered before.
    pub async fn load(
        &self,
        request: &Request,
        brand: &BrandSlug,
        scope: Scope,
        also: impl IntoIterator<Item = RawKey>,
    ) -> Result<(Caller, Found)> {
        let claimed = Claimed::of(self, request, brand)?;
        let repeatable = Repeatable::of(request, brand, claimed.name())?;
        let earlier = repeatable.as_ref().map(|repeatable| keys::answer(&repeatable.key));
        let wanted = claimed.keys(brand).into_iter().chain(earlier.iter().map(keys::Key::raw)).chain(also);
        let found = self.store.read(wanted).await?;
        let who = claimed.verify(self, &found, brand, scope).await?;
        if let (Some(repeatable), Some(key)) = (&repeatable, &earlier)
            && let Some(answer) = found.get(key)?
        {
            return Err(answer.repeat(&repeatable.request));
        }
        Ok((Caller { who, repeatable, now: self.now() }, found))
    }
}

/// What the request says of its caller, before anything is verified.
enum Claimed {
    Key(Hash),
    Admin(Cookie),
}

impl Claimed {
    fn of(app: &App, request: &Request, brand: &BrandSlug) -> Result<Self> {
        match request.bearer() {
            Some(key) => Ok(Self::Key(Hash::of(key.as_bytes()))),
            None => Cookie::session(app.cookies, request, Audience::Admin, brand)
                .map(Self::Admin)
                .ok_or(Error::Unauthenticated),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Key(hash) => hash.as_str(),
            Self::Admin(cookie) => cookie.principal_text(),
        }
    }

    fn keys(&self, brand: &BrandSlug) -> Vec<RawKey> {
        match self {
            Self::Key(hash) => vec![keys::api_key(hash).raw()],
            Self::Admin(cookie) => cookie.keys(brand),
        }
    }

    async fn verify(&self, app: &App, found: &Found, brand: &BrandSlug, scope: Scope) -> Result<Who> {
        match self {
            Self::Key(hash) => {
                let key = found.get(&keys::api_key(hash))?.ok_or(Error::Unauthenticated)?;
                if key.brand != *brand {
                    return Err(Error::NotFound("brand"));
                }
                if key.scopes.contains(&scope) { Ok(Who::Key(Box::new(key))) } else { Err(missing(scope)) }
            }
            Self::Admin(cookie) => {
                let admin = app.admin_of(cookie, found, brand).await?.ok_or(Error::Unauthenticated)?;
                Ok(Who::Admin(Box::new(admin)))
            }
        }
    }
}

impl App {
    /// The admin whose session `cookie` is, if it is a live one.
    pub(super) async fn admin_of(&self, cookie: &Cookie, found: &Found, brand: &BrandSlug) -> Result<Option<Admin>> {
        let Principal::Admin(id) = &cookie.principal else { return Ok(None) };
        let (session, admin) = (found.get(&keys::session(&cookie.hash))?, found.get(&keys::admin(brand, id))?);
        let (Some(session), Some(admin)) = (session, admin) else { return Ok(None) };
        let matches = session.brand == *brand && session.principal == cookie.principal && session.epoch == admin.epoch;
        if !matches || !session.is_live(self.now()) {
            return Ok(None);
        }
        if session.is_stale(self.now()) {
            // Nobody should be sent away because this note could not be made.
            if let Err(error) = self.store.touch_session(&cookie.hash).await {
                tracing::warn!("a session's use could not be noted: {}", Chain(&error));
            }
        }
        Ok(Some(admin))
    }
}
