//! Programs: offers of a brand, with their destination and commission terms.

pub(super) mod commission_terms;
pub(super) mod destination;

pub use commission_terms::CommissionTerms;
pub use destination::{Destination, Host};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EventKind, Invalid, Name, ProgramId};

/// Maximum number of active programs of a brand: they are all read at once, and listed in a partner's grants.
pub const LIVE_PROGRAMS_MAX: usize = 100;
/// Maximum number of hosts that a program may allow in addition to that of its destination.
pub const ALLOWED_HOSTS_MAX: usize = 20;

/// Attribution window: the number of days after a click in which a conversion counts, 1–90.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct AttributionDays(u8);

impl AttributionDays {
    /// Maximum for any program; clicks are stored as long.
    pub const MAX: Self = Self(90);

    /// Returns the number of days.
    #[must_use]
    pub fn days(self) -> i64 {
        i64::from(self.0)
    }
}

impl Default for AttributionDays {
    fn default() -> Self {
        Self(60)
    }
}

impl TryFrom<i64> for AttributionDays {
    type Error = Invalid;

    fn try_from(days: i64) -> Result<Self, Invalid> {
        let days = u8::try_from(days).ok().filter(|days| (1..=90).contains(days));
        days.map(Self)
            .ok_or_else(|| Invalid::new("invalid_attribution_days", "An attribution window must be 1 to 90 days."))
    }
}

/// An offer of a brand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// Identifies the program.
    pub id: ProgramId,
    /// Name of the program.
    pub name: Name,
    /// Destination of its links.
    pub destination: Destination,
    /// Hosts, in addition to the destination's own, to which its links may redirect; their subdomains are included.
    pub allowed_hosts: Vec<Host>,
    /// Commission terms.
    pub commission: CommissionTerms,
    /// Attribution window.
    #[serde(default)]
    pub attribution_days: AttributionDays,
    /// Time at which it was created.
    pub created_at: Timestamp,
    /// Time at which it was archived; `None` if it is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// Increases with every edit.
    pub version: u64,
}

/// A created or changed program, ready to be written over the version that it was made from.
#[derive(Debug, Clone)]
pub struct ProgramChanged {
    /// The program after the change.
    pub program: Program,
    /// Kind of the event that records the change.
    pub what: EventKind,
}

impl ProgramChanged {
    /// Returns `true` if the brand has one more active program now.
    #[must_use]
    pub fn opens(&self) -> bool {
        matches!(self.what, EventKind::ProgramCreated { .. } | EventKind::ProgramRestored { .. })
    }

    /// Returns `true` if the brand has one active program less now.
    #[must_use]
    pub fn closes(&self) -> bool {
        matches!(self.what, EventKind::ProgramArchived { .. })
    }
}

/// Everything that is needed to create a program.
#[derive(Debug, Clone)]
pub struct ProgramTerms {
    /// Name of the program.
    pub name: Name,
    /// Destination of its links.
    pub destination: Destination,
    /// Other hosts to which its links may redirect.
    pub allowed_hosts: Vec<Host>,
    /// Commission terms.
    pub commission: CommissionTerms,
    /// Attribution window.
    pub attribution_days: AttributionDays,
}

/// Changes to a program; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ProgramEdit {
    /// New name.
    pub name: Option<Name>,
    /// New destination.
    pub destination: Option<Destination>,
    /// New list of allowed hosts, which replaces the previous one.
    pub allowed_hosts: Option<Vec<Host>>,
    /// New commission terms, for conversions from now on.
    pub commission: Option<CommissionTerms>,
    /// New attribution window, for conversions from now on.
    pub attribution_days: Option<AttributionDays>,
    /// True to archive the program, false to restore it.
    pub archived: Option<bool>,
}

impl Program {
    /// Creates a program in addition to the brand's `existing` ones.
    ///
    /// # Errors
    /// Fails with `too_many_programs` or `too_many_hosts`.
    pub fn create(
        id: ProgramId,
        terms: ProgramTerms,
        existing: &[Self],
        now: Timestamp,
    ) -> Result<ProgramChanged, Invalid> {
        room_for_one_more(existing)?;
        let ProgramTerms { name, destination, allowed_hosts, commission, attribution_days } = terms;
        let program = Self {
            id,
            name,
            destination,
            allowed_hosts,
            commission,
            attribution_days,
            created_at: now,
            archived_at: None,
            version: 1,
        };
        let what = EventKind::ProgramCreated { program: program.id.clone() };
        Ok(ProgramChanged { program: program.checked()?, what })
    }

    /// Applies `edit` to a program of a brand with these `existing` ones. Archiving removes nothing.
    ///
    /// # Errors
    /// Fails with `too_many_programs` when restoring a program, or with `too_many_hosts`.
    pub fn edit(self, edit: ProgramEdit, existing: &[Self], now: Timestamp) -> Result<ProgramChanged, Invalid> {
        let archived_at = match (edit.archived, self.archived_at) {
            (None, at) | (Some(true), at @ Some(_)) => at,
            (Some(true), None) => Some(now),
            (Some(false), None) => None,
            (Some(false), Some(_)) => {
                room_for_one_more(existing)?;
                None
            }
        };
        let program = Self {
            name: edit.name.unwrap_or(self.name),
            destination: edit.destination.unwrap_or(self.destination),
            allowed_hosts: edit.allowed_hosts.unwrap_or(self.allowed_hosts),
            commission: edit.commission.unwrap_or(self.commission),
            attribution_days: edit.attribution_days.unwrap_or(self.attribution_days),
            archived_at,
            version: self.version + 1,
            ..self
        };
        let id = program.id.clone();
        let what = match (self.archived_at, archived_at) {
            (None, Some(_)) => EventKind::ProgramArchived { program: id },
            (Some(_), None) => EventKind::ProgramRestored { program: id },
            (None, None) | (Some(_), Some(_)) => EventKind::ProgramEdited { program: id },
        };
        Ok(ProgramChanged { program: program.checked()?, what })
    }

    /// Returns `true` if it is active, so that it can be granted to partners.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.archived_at.is_none()
    }

    /// Returns `true` if a link of this program may redirect to `destination`.
    #[must_use]
    pub fn allows(&self, destination: &Destination) -> bool {
        let host = destination.host();
        host == self.destination.host() || self.allowed_hosts.iter().any(|allowed| allowed.covers(&host))
    }

    fn checked(self) -> Result<Self, Invalid> {
        if self.allowed_hosts.len() > ALLOWED_HOSTS_MAX {
            return Err(Invalid::new(
                "too_many_hosts",
                format!("A program can allow at most {ALLOWED_HOSTS_MAX} hosts."),
            ));
        }
        Ok(self)
    }
}

fn room_for_one_more(existing: &[Program]) -> Result<(), Invalid> {
    let live = existing.iter().filter(|program| program.is_live()).count();
    if live < LIVE_PROGRAMS_MAX { Ok(()) } else { Err(too_many_programs()) }
}

/// Returns the error for a brand that has the maximum number of active programs.
#[must_use]
pub fn too_many_programs() -> Invalid {
    let message = format!("A brand can have at most {LIVE_PROGRAMS_MAX} active programs. Archive one first.");
    Invalid::new("too_many_programs", message)
}

/// Returns the programs that a new partner is granted: the `wanted` ones, or all active ones.
///
/// # Errors
/// Fails with `unknown_program` if a wanted one is not an active program of the brand, whatever the reason.
pub fn programs_to_grant(wanted: Option<&[String]>, programs: &[Program]) -> Result<Vec<ProgramId>, Invalid> {
    let live = || programs.iter().filter(|program| program.is_live());
    let Some(wanted) = wanted else {
        return Ok(live().map(|program| program.id.clone()).collect());
    };
    let granted = wanted.iter().map(|wanted| {
        let program = live().find(|program| program.id.as_str() == wanted);
        program.map(|program| program.id.clone()).ok_or_else(|| {
            Invalid::new("unknown_program", "One of these programs doesn't exist or is archived. Nothing was changed.")
        })
    });
    granted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Fresh;

    fn program(byte: u8) -> Program {
        Program {
            id: ProgramId::fresh(Timestamp::UNIX_EPOCH, [byte; 10]),
            name: Name::parse("Spring").unwrap(),
            destination: Destination::parse("https://shop.example.com/spring").unwrap(),
            allowed_hosts: vec![Host::parse("example.org").unwrap()],
            commission: CommissionTerms::percent(1_000).unwrap(),
            attribution_days: AttributionDays::default(),
            created_at: Timestamp::UNIX_EPOCH,
            archived_at: None,
            version: 1,
        }
    }

    #[test]
    fn a_link_may_lead_to_the_host_itself_or_below_an_allowed_one() {
        let program = program(1);
        let allows = |text| program.allows(&Destination::parse(text).unwrap());
        assert!(allows("https://shop.example.com/other"));
        assert!(allows("https://example.org/"));
        assert!(allows("https://a.b.example.org/"));
        assert!(!allows("https://evilexample.org/"));
        assert!(!allows("https://sub.shop.example.com/"));
        assert!(!allows("https://example.org.evil.example/"));
    }

    #[test]
    fn all_open_programs_are_granted_unless_some_are_named() {
        let archived = Program { archived_at: Some(Timestamp::UNIX_EPOCH), ..program(3) };
        let programs = [program(1), program(2), archived.clone()];
        let ids = |wanted: Option<&[String]>| programs_to_grant(wanted, &programs);
        assert_eq!(ids(None), Ok(vec![program(1).id, program(2).id]));
        assert_eq!(ids(Some(&[])), Ok(vec![]));
        assert_eq!(ids(Some(&[program(2).id.to_string()])), Ok(vec![program(2).id]));
        for unknown in [archived.id.to_string(), program(9).id.to_string(), "x".to_owned()] {
            assert_eq!(
                ids(Some(&[program(1).id.to_string(), unknown])).map_err(|error| error.code),
                Err("unknown_program")
            );
        }
    }

    #[test]
    fn the_hundred_and_first_program_is_refused() {
        let full: Vec<_> = (0..100).map(program).collect();
        let archived = Program { archived_at: Some(Timestamp::UNIX_EPOCH), ..program(200) };
        let back = ProgramEdit { archived: Some(false), ..ProgramEdit::default() };
        let refused = archived.clone().edit(back.clone(), &full, Timestamp::UNIX_EPOCH).map_err(|error| error.code);
        assert_eq!(refused.err(), Some("too_many_programs"));
        assert!(archived.edit(back, &full[1..], Timestamp::UNIX_EPOCH).is_ok());
    }
}
