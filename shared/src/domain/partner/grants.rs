//! What a partner may create links for, and changing it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::domain::{
    Actor, Event, EventId, EventKind, Grant, GrantSource, Grants, Invalid, Partner, Program, ProgramId,
};

/// A partner whose programs were just changed, ready to be written.
#[derive(Debug, Clone)]
pub struct ProgramsSet {
    /// The partner as they are now.
    pub partner: Partner,
    /// What tells of it; `None` if it is what they had anyway.
    pub event: Option<Event>,
}

/// Why programs can't be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetRefused {
    /// One of them is not there.
    Unknown(Invalid),
    /// Somebody else set them since they were read.
    ChangedMeanwhile(GrantsNow),
}

/// What a partner's programs are instead of what a caller thought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantsNow {
    /// Which state of them this is.
    pub version: u64,
    /// What is granted.
    pub programs: Vec<ProgramId>,
}

impl From<&Partner> for GrantsNow {
    fn from(partner: &Partner) -> Self {
        Self { version: partner.grants_version, programs: partner.grants.keys().cloned().collect() }
    }
}

impl Partner {
    /// Grants exactly the `wanted` programs. What is kept keeps its source and its terms; what is new must be open.
    ///
    /// # Errors
    /// [`SetRefused`].
    pub fn set_programs(
        self,
        (wanted, read_version): (&[String], u64),
        programs: &[Program],
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<ProgramsSet, SetRefused> {
        if read_version != self.grants_version {
            return Err(SetRefused::ChangedMeanwhile(GrantsNow::from(&self)));
        }
        let wanted = wanted.iter().map(|wanted| self.may_have(wanted, programs)).collect::<Result<BTreeSet<_>, _>>();
        let wanted = wanted.map_err(SetRefused::Unknown)?;
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

    /// Grants `wanted` besides what they have, as the row of an import says; `None` if they have all of it.
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

    /// Grants one program besides what they have; `None` if they have it.
    #[must_use]
    pub fn grant(self, program: &ProgramId, event: EventId, by: Actor, now: Timestamp) -> Option<ProgramsSet> {
        let fresh = Grant { source: GrantSource::Admin, at: now, by: by.id.clone(), commission: None, origin: None };
        self.granted(vec![program.clone()], &fresh, event, by)
    }

    /// Takes one program away, and leaves the others; `None` if they don't have it.
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

    /// Whether the row of an import that `origin` names has given them anything.
    #[must_use]
    pub fn was_widened_by(&self, origin: &str) -> bool {
        self.grants.values().any(|grant| grant.origin.as_deref() == Some(origin))
    }

    /// What they have may stay, archived or not.
    fn may_have(&self, wanted: &str, programs: &[Program]) -> Result<ProgramId, Invalid> {
        let granted = self.grants.keys().find(|id| id.as_str() == wanted);
        let open = || programs.iter().find(|program| program.is_live() && program.id.as_str() == wanted);
        granted.or_else(|| open().map(|program| &program.id)).cloned().ok_or_else(|| {
            Invalid::new("unknown_program", "One of these programs doesn't exist or is archived. Nothing was changed.")
        })
    }
}
