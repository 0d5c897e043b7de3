//! Identifies the callers of the API and checks their permissions.

use jiff::Timestamp;

use crate::{
    App,
    crypto::secret::Hash,
    domain::{Actor, Admin, ApiKey, Audience, BrandSlug, Partner, Principal, Scope, Session},
    error::{Error, ErrorChain, Result},
    store::{Found, IdempotencyRecord, RawKey, keys},
    web::{Cookie, Reply, Request, Requirement, Signed, http::idempotency::Repeatable},
};

/// A caller who is allowed to call the route.
#[derive(Debug, Clone)]
pub struct Caller {
    who: Who,
    repeatable: Option<Repeatable>,
    now: Timestamp,
}

#[derive(Debug, Clone)]
enum Who {
    Key(Box<ApiKey>),
    /// The admin, and `true` if their sign-in is recent.
    Admin(Box<Admin>, bool),
    Partner(Box<Partner>),
}

/// Audience of a route.
#[derive(Debug, Clone, Copy)]
enum For {
    /// The team: admins in person, and API keys.
    Team(Requirement),
    /// Partners, for their own data.
    Partner,
}

impl Caller {
    /// The caller as the actor of an event.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match &self.who {
            Who::Key(key) => key.actor(),
            Who::Admin(admin, _) => admin.actor(),
            Who::Partner(partner) => Actor::partner(&partner.id),
        }
    }

    /// True if the caller also has `scope`; for an admin, their role decides.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        match &self.who {
            Who::Key(key) => key.scopes.contains(&scope),
            Who::Admin(admin, _) => admin.role >= scope.role(),
            Who::Partner(_) => false,
        }
    }

    /// True if no further proof is needed for a sensitive action: always for an API key, which doesn't sign in; for an
    /// admin, if they signed in within the last 15 minutes. Never for a partner.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        match &self.who {
            Who::Key(_) => true,
            Who::Admin(_, recent) => *recent,
            Who::Partner(_) => false,
        }
    }

    /// Requires a further scope.
    ///
    /// # Errors
    /// Fails with [`Error::ScopeMissing`], or for an admin [`Error::RoleMissing`].
    pub fn must(&self, scope: Scope) -> Result<()> {
        match &self.who {
            _ if self.may(scope) => Ok(()),
            Who::Admin(..) => Err(Error::RoleMissing(scope.role())),
            Who::Key(_) | Who::Partner(_) => Err(missing(scope)),
        }
    }

    /// Hides from an error what this caller may not see: who has a taken email address is shown only to callers who may
    /// read partners.
    #[must_use]
    pub fn told(&self, error: Error) -> Error {
        if matches!(error, Error::EmailTaken { .. }) && !self.may(Scope::PartnersRead) {
            Error::EmailTaken { owner: None }
        } else {
            error
        }
    }

    /// The response to store, if the request came with an idempotency key.
    #[must_use]
    pub fn remember(&self, reply: &Reply) -> Option<IdempotencyRecord> {
        self.repeatable.as_ref().map(|repeatable| repeatable.remember(reply, self.now))
    }

    /// Same as [`Caller::remember`] for a response that contains a secret: a repeated request gets an error saying that
    /// the secret was shown, not the secret.
    #[must_use]
    pub fn remember_without_secret(&self) -> Option<IdempotencyRecord> {
        self.remember(&Reply::error(&Error::SecretShownOnce))
    }
}

fn missing(scope: Scope) -> Error {
    Error::ScopeMissing(scope.as_str().to_owned())
}

impl App {
    /// Identifies the caller and checks that they have the permissions that the route requires.
    ///
    /// # Errors
    /// Fails as [`App::load`] does.
    pub async fn caller(&self, request: &Request, brand: &BrandSlug, needs: impl Into<Requirement>) -> Result<Caller> {
        Ok(self.load(request, brand, needs, []).await?.0)
    }

    /// Reads the caller, an earlier response under the same idempotency key, and the items at `also`, in one step.
    ///
    /// # Errors
    /// Fails with [`Error::Unauthenticated`]; [`Error::ScopeMissing`] for keys, [`Error::SessionRequired`] if no key
    /// may call; [`Error::RoleMissing`] or [`Error::SignInAgain`] for admins; [`Error::NotFound`] if the brand is not
    /// the caller's; [`Error::Answered`] if this same request already got a response.
    pub async fn load(
        &self,
        request: &Request,
        brand: &BrandSlug,
        needs: impl Into<Requirement>,
        also: impl IntoIterator<Item = RawKey>,
    ) -> Result<(Caller, Found)> {
        self.load_for(request, brand, For::Team(needs.into()), also.into_iter().collect()).await
    }

    /// Same as [`App::load`] for actions that only an admin may take in person: API keys are rejected.
    ///
    /// # Errors
    /// Fails as [`App::load`] does.
    pub async fn load_admin(
        &self,
        request: &Request,
        brand: &BrandSlug,
        needs: Requirement,
        also: impl IntoIterator<Item = RawKey>,
    ) -> Result<(Caller, Found)> {
        self.load(request, brand, Requirement { scope: None, ..needs }, also).await
    }

    /// Same as [`App::load`] for a partner's own actions; also returns the partner.
    ///
    /// # Errors
    /// Fails as [`App::load`] does.
    pub async fn load_partner(
        &self,
        request: &Request,
        brand: &BrandSlug,
        also: impl IntoIterator<Item = RawKey>,
    ) -> Result<(Caller, Partner, Found)> {
        let (caller, found) = self.load_for(request, brand, For::Partner, also.into_iter().collect()).await?;
        let Who::Partner(partner) = caller.who.clone() else { return Err(Error::Unauthenticated) };
        Ok((caller, *partner, found))
    }

    async fn load_for(
        &self,
        request: &Request,
        brand: &BrandSlug,
        route_audience: For,
        also: Vec<RawKey>,
    ) -> Result<(Caller, Found)> {
        let claimed = Claimed::of(self, request, brand, route_audience)?;
        let repeatable = Repeatable::of(request, brand, claimed.name())?;
        let earlier = repeatable.as_ref().map(|repeatable| keys::answer(&repeatable.key));
        let wanted = claimed.keys(brand).into_iter().chain(earlier.iter().map(keys::Key::raw)).chain(also);
        let found = self.store.read(wanted).await?;
        let who = claimed.verify(self, (request, &found), brand, route_audience).await?;
        if let (Some(repeatable), Some(key)) = (&repeatable, &earlier)
            && let Some(answer) = found.get(key)?
        {
            return Err(answer.repeat(&repeatable.request));
        }
        Ok((Caller { who, repeatable, now: self.now() }, found))
    }
}

/// Credentials in a request, before they are verified.
enum Claimed {
    Key(Hash),
    Admin(Cookie),
    Partner(Cookie),
}

impl Claimed {
    fn of(app: &App, request: &Request, brand: &BrandSlug, route_audience: For) -> Result<Self> {
        let cookie = |audience| Cookie::session(app.cookies, request, audience, brand);
        let claimed = match (request.bearer(), route_audience) {
            (Some(key), For::Team(_)) => Some(Self::Key(Hash::of(key.as_bytes()))),
            (None, For::Team(_)) => cookie(Audience::Admin).map(Self::Admin),
            // An API key never stands for a partner, whatever else the request carries.
            (Some(_), For::Partner) => None,
            (None, For::Partner) => cookie(Audience::Partner).map(Self::Partner),
        };
        claimed.ok_or(Error::Unauthenticated)
    }

    fn name(&self) -> &str {
        match self {
            Self::Key(hash) => hash.as_str(),
            Self::Admin(cookie) | Self::Partner(cookie) => cookie.principal_text(),
        }
    }

    fn keys(&self, brand: &BrandSlug) -> Vec<RawKey> {
        match self {
            Self::Key(hash) => vec![keys::api_key(hash).raw()],
            Self::Admin(cookie) | Self::Partner(cookie) => cookie.keys(brand),
        }
    }

    async fn verify(
        &self,
        app: &App,
        (request, found): (&Request, &Found),
        brand: &BrandSlug,
        route_audience: For,
    ) -> Result<Who> {
        match self {
            Self::Key(hash) => {
                let key = found.get(&keys::api_key(hash))?.ok_or(Error::Unauthenticated)?;
                if key.brand != *brand {
                    return Err(Error::NotFound("brand"));
                }
                let For::Team(Requirement { scope: Some(scope), .. }) = route_audience else {
                    return Err(Error::SessionRequired);
                };
                if !key.scopes.contains(&scope) {
                    return Err(missing(scope));
                }
                app.note_use(hash, &key).await;
                Ok(Who::Key(Box::new(key)))
            }
            Self::Admin(cookie) => {
                let (admin, session) = app.admin_of(cookie, found, brand).await?.ok_or(Error::Unauthenticated)?;
                let For::Team(needs) = route_audience else { return Err(Error::Unauthenticated) };
                needs.check(&request.method, &admin, &session, app.now())?;
                Ok(Who::Admin(Box::new(admin), session.is_recent(app.now())))
            }
            Self::Partner(cookie) => match app.signed_in(Some(cookie), found, brand).await? {
                Some(Signed::Partner(partner)) => Ok(Who::Partner(partner)),
                Some(Signed::Admin(_)) | None => Err(Error::Unauthenticated),
            },
        }
    }
}

impl App {
    /// Occasionally records that a key is in use. A failure is only logged, since it is no reason to reject the
    /// request.
    async fn note_use(&self, hash: &Hash, key: &ApiKey) {
        if key.is_stale(self.now())
            && let Err(error) = self.store.touch_api_key(hash, self.now()).await
        {
            tracing::warn!("a key's use could not be noted: {}", ErrorChain(&error));
        }
    }
}

impl App {
    /// Returns the admin and the session that `cookie` names, if the session is live.
    pub(in crate::web) async fn admin_of(
        &self,
        cookie: &Cookie,
        found: &Found,
        brand: &BrandSlug,
    ) -> Result<Option<(Admin, Session)>> {
        let Principal::Admin(id) = &cookie.principal else { return Ok(None) };
        let (session, admin) = (found.get(&keys::session(&cookie.hash))?, found.get(&keys::admin(brand, id))?);
        let (Some(session), Some(admin)) = (session, admin) else { return Ok(None) };
        let matches = session.brand == *brand && session.principal == cookie.principal && session.epoch == admin.epoch;
        if !matches || !session.is_live(self.now()) {
            return Ok(None);
        }
        if session.is_stale(self.now()) {
            // A failure to record this is no reason to reject the request.
            if let Err(error) = self.store.touch_session(&cookie.hash).await {
                tracing::warn!("a session's use could not be noted: {}", ErrorChain(&error));
            }
        }
        Ok(Some((admin, session)))
    }
}
