//! Processes one person of an import: invites or adds them, adds programs, or leaves them as they are.

use shared::{
    Error, Result,
    domain::{Access, GrantSource, Import, NewPartner, Partner, PartnerState, RowOutcome},
    store::keys,
};

use crate::rows::{Person, Rows};

/// Number of attempts when a partner is changed concurrently.
const LOOKS_MAX: usize = 5;

impl Rows<'_> {
    pub(crate) async fn person(&self, person: Person<'_>) -> Result<RowOutcome> {
        let claim = self.found.get(&keys::email(&self.job.brand, person.email))?;
        let Some(claim) = claim else { return self.newcomer(person).await };
        if claim.origin.as_deref() == Some(self.origin(person).as_str()) {
            return Ok(self.brought());
        }
        let key = keys::partner(&self.job.brand, &claim.id);
        let partner = self.people.get(&key)?.ok_or(Error::NotFound("partner"))?;
        self.known(person, partner).await
    }

    /// Processes a person whose email address no partner has.
    async fn newcomer(&self, person: Person<'_>) -> Result<RowOutcome> {
        let options = &self.import.options;
        let address = self.found.get(&keys::address(&self.job.brand, person.email))?;
        if options.send_invite && address.is_some_and(|known| known.in_force().is_some()) {
            return Ok(RowOutcome::Suppressed);
        }
        if options.send_invite && self.plan.daily_limit == 0 {
            return Ok(RowOutcome::OverLimit);
        }
        if let Some(outcome) = self.stopped() {
            return Ok(outcome);
        }
        let mark = self.app.erasure_mark(&self.job.brand, person.email)?;
        if self.people.get(&keys::erased(&self.job.brand, &mark))?.is_some() {
            return Ok(RowOutcome::Erased);
        }
        if options.dry_run {
            return Ok(self.brought());
        }
        let new = NewPartner {
            id: self.app.fresh(),
            event: self.app.fresh(),
            brand: self.job.brand.clone(),
            name: person.name.clone(),
            email: person.email.clone(),
            programs: self.plan.granted(&self.import.options, person.programs),
            source: GrantSource::Import,
            commission: None,
            access: if options.send_invite { Access::Invitation } else { Access::AtOnce },
            metadata: None,
            note: self.import.note(),
            import: Some((self.job.import.clone(), person.number)),
        };
        let invited = new.bring_in(&self.import.asked_by, self.app.now());
        match self.app.store.invite(&invited, None, None).await {
            Ok(()) => Ok(self.brought()),
            // Another write was first; perhaps it was this same row in another worker.
            Err(Error::EmailTaken { .. }) => self.overtaken(person).await,
            Err(error) => Err(error),
        }
    }

    async fn overtaken(&self, person: Person<'_>) -> Result<RowOutcome> {
        let claim = self.app.store.get(&keys::email(&self.job.brand, person.email)).await?.ok_or(Error::Busy)?;
        if claim.origin.as_deref() == Some(self.origin(person).as_str()) {
            return Ok(self.brought());
        }
        let partner = self.app.store.get(&keys::partner(&self.job.brand, &claim.id)).await?.ok_or(Error::Busy)?;
        self.known(person, partner).await
    }

    /// Processes an existing partner. Only explicitly named programs are added.
    async fn known(&self, person: Person<'_>, mut partner: Partner) -> Result<RowOutcome> {
        let named = !person.programs.is_empty() || self.import.options.programs.is_some();
        let origin = self.origin(person);
        for _ in 0..LOOKS_MAX {
            if partner.was_widened_by(&origin) {
                return Ok(RowOutcome::ScopeAdded);
            }
            let standing = match partner.state() {
                _ if partner.erased_at.is_some() => return Ok(RowOutcome::Erased),
                PartnerState::Revoked => return Ok(RowOutcome::RevokedPartner),
                PartnerState::Declined => return Ok(RowOutcome::Declined),
                PartnerState::Invited => RowOutcome::AlreadyInvited,
                PartnerState::Active => RowOutcome::AlreadyActive,
            };
            let wanted = if named { self.plan.granted(&self.import.options, person.programs) } else { Vec::new() };
            let (key, by) = (keys::partner(&partner.brand, &partner.id), self.import.asked_by.clone());
            let Some(set) = partner.widen(wanted, origin.clone(), self.app.fresh(), by, self.app.now()) else {
                return Ok(standing);
            };
            if let Some(outcome) = self.stopped() {
                return Ok(outcome);
            }
            if self.import.options.dry_run {
                return Ok(RowOutcome::ScopeAdded);
            }
            match self.app.store.set_programs(&set, None).await {
                Ok(()) => return Ok(RowOutcome::ScopeAdded),
                Err(Error::GrantsChanged(_)) => {}
                Err(error) => return Err(error),
            }
            partner = self.app.store.get(&key).await?.ok_or(Error::NotFound("partner"))?;
        }
        Err(Error::Busy)
    }

    /// Returns the outcome if nothing may be written for rows any more.
    fn stopped(&self) -> Option<RowOutcome> {
        if self.import.cancelled_at.is_some() {
            Some(RowOutcome::Cancelled)
        } else {
            self.given_up.then_some(RowOutcome::Failed)
        }
    }

    fn brought(&self) -> RowOutcome {
        if self.import.options.send_invite { RowOutcome::Invited } else { RowOutcome::Added }
    }

    fn origin(&self, person: Person<'_>) -> String {
        Import::origin(&self.job.import, person.number)
    }
}
