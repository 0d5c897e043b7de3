//! Processing of the Network's approvals, however they arrive: read, decide and write, and repeat if a concurrent
//! change interferes.

use crate::{
    App,
    crypto::secret::Hash,
    domain::{
        Actor, Application, ApplicationId, Approval, ApprovalAct, ApprovalDecision, ApprovalLink, Approved, BrandSlug,
        Claim, Invalid, LinkClaim, LinkKey, Metadata, Partner, PartnerId, PartnerState,
    },
    error::{Error, Result},
    store::{ApprovalError, ErasureGuard, IdempotencyRecord, keys},
};

/// The number of times reading and writing are repeated when another writer changes the same items.
const LOOKS_MAX: usize = 10;

/// The outcome of an approval.
#[derive(Debug)]
pub enum Taken {
    /// The partner was created, or extended by what the approval grants.
    Accepted(Box<Approved>),
    /// The partner is revoked, so the approval waits for an admin's decision.
    Held(Box<Approval>),
    /// The approval was processed before, with this outcome.
    Before(Box<Approval>),
}

/// An approval, and the data that was read for it.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// The brand.
    pub brand: &'a BrandSlug,
    /// The approved application.
    pub application: &'a Application,
    /// The claim on the email address that it names, as far as it was read.
    pub claim: Option<Claim<PartnerId>>,
    /// The metadata to store with a new partner.
    pub metadata: Option<Metadata>,
    /// The actor who submits it.
    pub by: Actor,
}

impl App {
    /// Processes an approval: creates a new partner, extends an existing one, or holds the approval if the partner is
    /// revoked. `remember` returns the response to store for repeated requests.
    ///
    /// # Errors
    /// [`Error::Busy`] if other writers were faster every time; `too_many_links`.
    pub async fn take_approval(
        &self,
        incoming: Incoming<'_>,
        remember: impl Fn(&Approved) -> Result<Option<IdempotencyRecord>>,
    ) -> Result<Taken> {
        let Incoming { brand, application, mut claim, metadata, by } = incoming;
        let mut link = Keys::of(self, application);
        let entry = self.entry(brand, &application.email)?;
        for _ in 0..LOOKS_MAX {
            let act = ApprovalAct { partner: self.fresh(), event: self.fresh(), by: by.clone(), now: self.now() };
            let approved = match self.partner_of(brand, claim.as_ref()).await? {
                None => application.bring_in(brand, metadata.clone(), link.now()?, act),
                Some(partner) if partner.state() == PartnerState::Revoked => {
                    match self.hold(application, &partner, act).await? {
                        Some(taken) => return Ok(taken),
                        None => continue,
                    }
                }
                Some(partner) => application.extend(partner, link.now()?, act),
            };
            let remember = remember(&approved)?;
            match self.store.approve(&approved, &entry, remember).await {
                Ok(()) => return Ok(Taken::Accepted(Box::new(approved))),
                Err(ApprovalError::Answered(approval)) => return Ok(Taken::Before(approval)),
                Err(ApprovalError::LinkTaken(claim)) => link.taken(&claim, &approved.partner, application),
                Err(ApprovalError::Changed) => claim = self.store.get(&keys::email(brand, &application.email)).await?,
                Err(ApprovalError::Erased) => {
                    if let Some(taken) = self.hold_of_erased(application, &approved.partner, &entry, by.clone()).await?
                    {
                        return Ok(taken);
                    }
                }
                Err(ApprovalError::NoRoom) => return Err(no_room()),
                Err(ApprovalError::Failed(error)) => return Err(error),
            }
        }
        Err(Error::Busy)
    }

    /// Accepts a held approval. Reinstates its partner, unless that has been done already; creates a new partner if the
    /// previous holder of the email address was erased.
    ///
    /// # Errors
    /// [`Error::ApprovalDecided`], [`Error::Busy`], `too_many_links`.
    pub async fn accept_approval(
        &self,
        approval: &Approval,
        by: &Actor,
        remember: impl Fn(&Approved) -> Result<Option<IdempotencyRecord>>,
    ) -> Result<Approved> {
        // An application without an ID was to get its link by a second call, which never came.
        let named = Application { id: Some(approval.id.clone()), ..approval.application.clone() };
        let mut link = Keys::of(self, &named);
        let entry = ErasureGuard { lifts: true, ..self.entry(&approval.brand, &approval.application.email)? };
        let (key, network) = (keys::partner(&approval.brand, &approval.partner), keys::network(&approval.brand));
        for _ in 0..LOOKS_MAX {
            let found = self.store.read([key.raw(), network.raw()]).await?;
            let partner = match found.get(&key)? {
                Some(partner) => Some(partner),
                None => self.owner_of(&approval.brand, &approval.application).await?,
            };
            let connection = found.get(&network)?;
            let act = ApprovalAct { partner: self.fresh(), event: self.fresh(), by: by.clone(), now: self.now() };
            let approved = match partner {
                None => approval.clone().readmit(link.now()?, act),
                Some(partner) => {
                    partner.must_be_there()?;
                    approval.clone().accept(partner, connection.as_ref(), link.now()?, act)
                }
            };
            let remember = remember(&approved)?;
            match self.store.approve(&approved, &entry, remember).await {
                Ok(()) => return Ok(approved),
                Err(ApprovalError::Answered(_)) => return Err(Error::ApprovalDecided),
                Err(ApprovalError::LinkTaken(claim)) => link.taken(&claim, &approved.partner, &approval.application),
                Err(ApprovalError::Changed | ApprovalError::Erased) => {}
                Err(ApprovalError::NoRoom) => return Err(no_room()),
                Err(ApprovalError::Failed(error)) => return Err(error),
            }
        }
        Err(Error::Busy)
    }

    async fn partner_of(&self, brand: &BrandSlug, claim: Option<&Claim<PartnerId>>) -> Result<Option<Partner>> {
        let Some(claim) = claim else { return Ok(None) };
        let partner = self.store.get(&keys::partner(brand, &claim.id)).await?;
        partner.map(Some).ok_or(Error::Busy)
    }

    /// Returns the partner who has the email address of an application now.
    async fn owner_of(&self, brand: &BrandSlug, application: &Application) -> Result<Option<Partner>> {
        let claim = self.store.get(&keys::email(brand, &application.email)).await?;
        self.partner_of(brand, claim.as_ref()).await
    }

    /// Returns `None` if the person was readmitted in the meantime. The partner `would_be` does not exist yet.
    async fn hold_of_erased(
        &self,
        application: &Application,
        would_be: &Partner,
        entry: &ErasureGuard,
        by: Actor,
    ) -> Result<Option<Taken>> {
        let act = ApprovalAct { partner: would_be.id.clone(), event: self.fresh(), by, now: self.now() };
        let id = application.id.clone();
        let id = id.unwrap_or_else(|| ApplicationId::of_erased(&entry.mark, &application.programs));
        self.held(application.hold(id, would_be, act), Some(&entry.mark)).await
    }

    /// Returns `None` if the partner is no longer revoked.
    async fn hold(&self, application: &Application, partner: &Partner, act: ApprovalAct) -> Result<Option<Taken>> {
        let id = application.id.clone();
        let id = id.unwrap_or_else(|| ApplicationId::of_offering(partner, &application.programs));
        self.held(application.hold(id, partner, act), None).await
    }

    async fn held(&self, noted: ApprovalDecision, mark: Option<&Hash>) -> Result<Option<Taken>> {
        match self.store.hold_approval(&noted, mark).await {
            Ok(()) => Ok(Some(Taken::Held(Box::new(noted.approval)))),
            Err(ApprovalError::Answered(approval)) => Ok(Some(Taken::Before(approval))),
            Err(ApprovalError::Failed(error)) => Err(error),
            Err(
                ApprovalError::LinkTaken(_) | ApprovalError::Changed | ApprovalError::NoRoom | ApprovalError::Erased,
            ) => Ok(None),
        }
    }
}

fn no_room() -> Error {
    Invalid::new("too_many_links", "This partner has reached the limit of links.").into()
}

/// The candidate keys for the link of an approval, tried one after the other.
struct Keys {
    /// The next candidate is first; `None` if no link is wanted.
    left: Option<Vec<LinkKey>>,
    /// A key that the partner already has for this program.
    own: Option<LinkKey>,
}

impl Keys {
    /// Returns no candidates for an application that comes by OpenPartner's calls: its link is requested by a separate
    /// call.
    fn of(app: &App, application: &Application) -> Self {
        let by_webhook = application.wanted.is_some() || application.handle.is_some();
        let wanted = by_webhook || application.id.is_some();
        let left = wanted.then(|| application.keys(|| app.entropy()));
        Self { left, own: None }
    }

    fn now(&self) -> Result<ApprovalLink<'_>> {
        if let Some(own) = &self.own {
            return Ok(ApprovalLink::Has(own));
        }
        match &self.left {
            None => Ok(ApprovalLink::None),
            Some(keys) => keys.first().map(ApprovalLink::New).ok_or(Error::Busy),
        }
    }

    fn taken(&mut self, claim: &LinkClaim, partner: &Partner, application: &Application) {
        let same = claim.partner == partner.id && application.programs.first() == Some(&claim.program);
        if same && claim.deleted_at.is_none() {
            self.own = Some(claim.key.clone());
        } else if let Some(keys) = &mut self.left
            && !keys.is_empty()
        {
            keys.remove(0);
        }
    }
}
