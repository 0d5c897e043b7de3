//! The programs that a partner may create links for, and changing them.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::{
    Actor, Event, EventId, EventKind, Grant, GrantSource, Grants, Invalid, Partner, Program, ProgramId,
};

/// A partner whose programs changed, ready to be written.
#[derive(Debug, Clone)]
pub struct ProgramsSet {
    /// The partner after the change.
    pub partner: Partner,
    /// Event that records it; `None` if nothing changed.
    pub event: Option<Event>,
}

/// Reasons why programs can't be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetProgramsError {
    /// One of the programs doesn't exist.
    Unknown(Invalid),
    /// The programs were changed since the caller read them.
    ChangedMeanwhile(CurrentGrants),
}

/// A partner's current programs, when they aren't those that the caller read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentGrants {
    /// Version of the grants.
    pub version: u64,
    /// Granted programs.
    pub programs: Vec<ProgramId>,
}

impl From<&Partner> for CurrentGrants {
    fn from(partner: &Partner) -> Self {
        Self { version: partner.grants_version, programs: partner.grants.keys().cloned().collect() }
    }
}

impl Partner {
    /// Grants exactly the `wanted` programs. Existing grants keep their source and terms; newly granted programs must
    /// be active.
    ///
    /// # Errors
    /// Fails with [`SetProgramsError`] if a program is unknown or the grants changed in the meantime.
    pub fn set_programs(
        self,
        (wanted, read_version): (&[String], u64),
        programs: &[Program],
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<ProgramsSet, SetProgramsError> {
        if read_version != self.grants_version {
            return Err(SetProgramsError::ChangedMeanwhile(CurrentGrants::from(&self)));
        }
        let wanted = wanted.iter().map(|wanted| self.may_have(wanted, programs)).collect::<Result<BTreeSet<_>, _>>();
        let wanted = wanted.map_err(SetProgramsError::Unknown)?;
        let taken: Vec<_> = self.grants.keys().filter(|id| !wanted.contains(id)).cloned().collect();
        let granted: Vec<_> = wanted.iter().filter(|id| !self.grants.contains_key(id)).cloned().collect();
        if taken.is_empty() && granted.is_empty() {
            return Ok(ProgramsSet { partner: self, event: None });
        }
        let fresh = Grant { source: GrantSource::Admin, at: now, by: by.id.clone(), commission: None, origin: None };
        let mut before = self.grants;
        let grants: Grants = wanted
            .into_iter()
            .map(|id| {
                let grant = before.remove(&id).unwrap_or_else(|| fresh.clone());
                (id, grant)
            })
            .collect();
        let partner = Self { grants, grants_version: self.grants_version + 1, ..self };
        let kind = EventKind::PartnerProgramsChanged { partner: partner.id.clone(), granted, taken };
        let event = Event::new(event, &partner.brand, by, kind, now);
        Ok(ProgramsSet { partner, event: Some(event) })
    }

    /// Grants the `wanted` programs in addition to existing ones, for a row of an import; `None` if the partner has
    /// them all.
    #[must_use]
    pub fn widen(
        self,
        wanted: Vec<ProgramId>,
        origin: String,
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Option<ProgramsSet> {
        let (source, origin) = (GrantSource::Import, Some(origin));
        let fresh = Grant { source, at: now, by: by.id.clone(), commission: None, origin };
        self.granted(wanted, &fresh, event, by)
    }

    /// Grants one program in addition to existing ones; `None` if the partner has it.
    #[must_use]
    pub fn grant(self, program: &ProgramId, event: EventId, by: Actor, now: Timestamp) -> Option<ProgramsSet> {
        let fresh = Grant { source: GrantSource::Admin, at: now, by: by.id.clone(), commission: None, origin: None };
        self.granted(vec![program.clone()], &fresh, event, by)
    }

    /// Removes one program; `None` if the partner doesn't have it.
    #[must_use]
    pub fn ungrant(self, program: &ProgramId, event: EventId, by: Actor, now: Timestamp) -> Option<ProgramsSet> {
        let mut grants = self.grants;
        grants.remove(program)?;
        let partner = Self { grants, grants_version: self.grants_version + 1, ..self };
        let (granted, taken) = (Vec::new(), vec![program.clone()]);
        let kind = EventKind::PartnerProgramsChanged { partner: partner.id.clone(), granted, taken };
        let event = Event::new(event, &partner.brand, by, kind, now);
        Some(ProgramsSet { partner, event: Some(event) })
    }

    fn granted(self, wanted: Vec<ProgramId>, fresh: &Grant, event: EventId, by: Actor) -> Option<ProgramsSet> {
        let granted: Vec<_> = wanted.into_iter().filter(|id| !self.grants.contains_key(id)).collect();
        if granted.is_empty() {
            return None;
        }
        let now = fresh.at;
        let mut grants = self.grants;
        grants.extend(granted.iter().map(|id| (id.clone(), fresh.clone())));
        let partner = Self { grants, grants_version: self.grants_version + 1, ..self };
        let kind = EventKind::PartnerProgramsChanged { partner: partner.id.clone(), granted, taken: Vec::new() };
        let event = Event::new(event, &partner.brand, by, kind, now);
        Some(ProgramsSet { partner, event: Some(event) })
    }

    /// Returns `true` if the row of an import that `origin` identifies has granted them a program.
    #[must_use]
    pub fn was_widened_by(&self, origin: &str) -> bool {
        self.grants.values().any(|grant| grant.origin.as_deref() == Some(origin))
    }

    /// Returns the ID of a program that may be granted. Programs that the partner has already may be archived.
    fn may_have(&self, wanted: &str, programs: &[Program]) -> Result<ProgramId, Invalid> {
        let granted = self.grants.keys().find(|id| id.as_str() == wanted);
        let open = || programs.iter().find(|program| program.is_live() && program.id.as_str() == wanted);
        granted.or_else(|| open().map(|program| &program.id)).cloned().ok_or_else(|| {
            Invalid::new("unknown_program", "One of these programs doesn't exist or is archived. Nothing was changed.")
        })
    }
}
