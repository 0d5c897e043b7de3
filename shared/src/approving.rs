//! Taking approvals of the Network, by whichever way they come: look, decide, write, until nothing stands in the way.

use crate::{
    App,
    domain::{
        Actor, Application, ApplicationId, Approval, ApprovalAct, ApprovalLink, ApprovalNoted, Approved, BrandSlug,
        Claim, Invalid, LinkClaim, LinkKey, Metadata, Partner, PartnerId, PartnerState,
    },
    error::{Error, Result},
    secret::Hash,
    store::{Entry, NotApproved, Remember, keys},
};

/// How often something is looked at again that somebody else changes at the same moment.
const LOOKS_MAX: usize = 10;

/// What came of an approval.
#[derive(Debug)]
pub enum Taken {
    /// The partner has what it is for.
    Accepted(Box<Approved>),
    /// The partner is revoked: an admin decides.
    Held(Box<Approval>),
    /// It was taken before, and this came of it.
    Before(Box<Approval>),
}

/// An approval, and what was read for it.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// Where.
    pub brand: &'a BrandSlug,
    /// What it says.
    pub application: &'a Application,
    /// Whose address it names, as far as was seen.
    pub claim: Option<Claim<PartnerId>>,
    /// What a caller wants kept with a newcomer.
    pub metadata: Option<Metadata>,
    /// Who brings it.
    pub by: Actor,
}

impl App {
    /// Takes an approval: brings a newcomer in, extends who is here, or holds it for who is revoked. `remember` says
    /// what a repetition of the request is answered.
    ///
    /// # Errors
    /// [`Error::Busy`] if others were always faster; `too_many_links`.
    pub async fn take_approval(
        &self,
        incoming: Incoming<'_>,
        remember: impl Fn(&Approved) -> Result<Option<Remember>>,
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
                Err(NotApproved::Answered(approval)) => return Ok(Taken::Before(approval)),
                Err(NotApproved::LinkTaken(claim)) => link.taken(&claim, &approved.partner, application),
                Err(NotApproved::Changed) => claim = self.store.get(&keys::email(brand, &application.email)).await?,
                Err(NotApproved::Erased) => {
                    if let Some(taken) = self.hold_of_erased(application, &approved.partner, &entry, by.clone()).await?
                    {
                        return Ok(taken);
                    }
                }
                Err(NotApproved::NoRoom) => return Err(no_room()),
                Err(NotApproved::Failed(error)) => return Err(error),
            }
        }
        Err(Error::Busy)
    }

    /// Accepts an approval that was held; its partner is reinstated, if nobody did it before, and comes in anew, if
    /// whoever had the address was erased.
    ///
    /// # Errors
    /// [`Error::ApprovalDecided`], [`Error::Busy`], `too_many_links`.
    pub async fn accept_approval(
        &self,
        approval: &Approval,
        by: &Actor,
        remember: impl Fn(&Approved) -> Result<Option<Remember>>,
    ) -> Result<Approved> {
        // One that came without a name for itself was to get its link by a second call, which never came.
        let named = Application { id: Some(approval.id.clone()), ..approval.application.clone() };
        let mut link = Keys::of(self, &named);
        let entry = Entry { lifts: true, ..self.entry(&approval.brand, &approval.application.email)? };
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
                Err(NotApproved::Answered(_)) => return Err(Error::ApprovalDecided),
                Err(NotApproved::LinkTaken(claim)) => link.taken(&claim, &approved.partner, &approval.application),
                Err(NotApproved::Changed | NotApproved::Erased) => {}
                Err(NotApproved::NoRoom) => return Err(no_room()),
                Err(NotApproved::Failed(error)) => return Err(error),
            }
        }
        Err(Error::Busy)
    }

    async fn partner_of(&self, brand: &BrandSlug, claim: Option<&Claim<PartnerId>>) -> Result<Option<Partner>> {
        let Some(claim) = claim else { return Ok(None) };
        let partner = self.store.get(&keys::partner(brand, &claim.id)).await?;
        partner.map(Some).ok_or(Error::Busy)
    }

    /// Who has the address of an application by now.
    async fn owner_of(&self, brand: &BrandSlug, application: &Application) -> Result<Option<Partner>> {
        let claim = self.store.get(&keys::email(brand, &application.email)).await?;
        self.partner_of(brand, claim.as_ref()).await
    }

    /// `None` if somebody said meanwhile that they may come back. The partner that they would be is none yet.
    async fn hold_of_erased(
        &self,
        application: &Application,
        would_be: &Partner,
        entry: &Entry,
        by: Actor,
    ) -> Result<Option<Taken>> {
        let act = ApprovalAct { partner: would_be.id.clone(), event: self.fresh(), by, now: self.now() };
        let id = application.id.clone();
        let id = id.unwrap_or_else(|| ApplicationId::of_erased(&entry.mark, &application.programs));
        self.held(application.hold(id, would_be, act), Some(&entry.mark)).await
    }

    /// `None` if the partner is not revoked any more.
    async fn hold(&self, application: &Application, partner: &Partner, act: ApprovalAct) -> Result<Option<Taken>> {
        let id = application.id.clone();
        let id = id.unwrap_or_else(|| ApplicationId::of_offering(partner, &application.programs));
        self.held(application.hold(id, partner, act), None).await
    }

    async fn held(&self, noted: ApprovalNoted, mark: Option<&Hash>) -> Result<Option<Taken>> {
        match self.store.hold_approval(&noted, mark).await {
            Ok(()) => Ok(Some(Taken::Held(Box::new(noted.approval)))),
            Err(NotApproved::Answered(approval)) => Ok(Some(Taken::Before(approval))),
            Err(NotApproved::Failed(error)) => Err(error),
            Err(NotApproved::LinkTaken(_) | NotApproved::Changed | NotApproved::NoRoom | NotApproved::Erased) => {
                Ok(None)
            }
        }
    }
}

fn no_room() -> Error {
    Invalid::new("too_many_links", "This partner has as many links as one can have.").into()
}

/// The keys that the link of an approval may get, one after the other.
struct Keys {
    /// The next one stands first; `None` if no link is wanted.
    left: Option<Vec<LinkKey>>,
    /// One that the partner has for this very program.
    own: Option<LinkKey>,
}

impl Keys {
    /// Those who come by OpenPartner's calls ask for their link in a call of its own.
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
