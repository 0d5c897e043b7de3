//! A program: an offer of the brand, with where it leads and what it pays.

pub(super) mod commission_terms;
pub(super) mod destination;

pub use commission_terms::Commission;
pub use destination::{Destination, Host};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EventKind, Invalid, Name, ProgramId};

/// How many programs a brand may have open at once: they are read whole, and named in a partner's grants.
pub const LIVE_PROGRAMS_MAX: usize = 100;
/// How many hosts a program may allow besides that of its destination.
pub const ALLOWED_HOSTS_MAX: usize = 20;

/// How many days after a visit a conversion still counts: 1–90.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct AttributionDays(u8);

impl AttributionDays {
    /// The longest that any program can ask for; visits are kept as long.
    pub const MAX: Self = Self(90);

    /// The days.
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
        days.map(Self).ok_or_else(|| Invalid::new("invalid_attribution_days", "A conversion counts for 1 to 90 days."))
    }
}

/// An offer of a brand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// Names it.
    pub id: ProgramId,
    /// What people call it.
    pub name: Name,
    /// Where its links lead.
    pub destination: Destination,
    /// Hosts, besides the destination's own, that its links may lead to; so may what lies below them.
    pub allowed_hosts: Vec<Host>,
    /// What it pays.
    pub commission: Commission,
    /// How long after a visit a conversion counts.
    #[serde(default)]
    pub attribution_days: AttributionDays,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was archived, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// Goes up with every edit.
    pub version: u64,
}

/// A program that was just made or changed, ready to be written over the version it was made from.
#[derive(Debug, Clone)]
pub struct ProgramChanged {
    /// The program as it is now.
    pub program: Program,
    /// What happened to it.
    pub what: EventKind,
}

impl ProgramChanged {
    /// Whether the brand has one more open program now.
    #[must_use]
    pub fn opens(&self) -> bool {
        matches!(self.what, EventKind::ProgramCreated { .. } | EventKind::ProgramRestored { .. })
    }

    /// Whether the brand has one less.
    #[must_use]
    pub fn closes(&self) -> bool {
        matches!(self.what, EventKind::ProgramArchived { .. })
    }
}

/// Everything that makes a program.
#[derive(Debug, Clone)]
pub struct ProgramTerms {
    /// What people call it.
    pub name: Name,
    /// Where its links lead.
    pub destination: Destination,
    /// Where else its links may lead.
    pub allowed_hosts: Vec<Host>,
    /// What it pays.
    pub commission: Commission,
    /// How long after a visit a conversion counts.
    pub attribution_days: AttributionDays,
}

/// What an edit changes; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ProgramEdit {
    /// A new name.
    pub name: Option<Name>,
    /// A new destination.
    pub destination: Option<Destination>,
    /// The whole list of allowed hosts.
    pub allowed_hosts: Option<Vec<Host>>,
    /// New terms, for conversions from now on.
    pub commission: Option<Commission>,
    /// How long conversions count from now on.
    pub attribution_days: Option<AttributionDays>,
    /// Whether it is archived.
    pub archived: Option<bool>,
}

impl Program {
    /// A new program beside the brand's `existing` ones.
    ///
    /// # Errors
    /// `too_many_programs`, `too_many_hosts`.
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

    /// The program after `edit`, beside the brand's `existing` ones. Archiving keeps what it held.
    ///
    /// # Errors
    /// `too_many_programs` when bringing one back, `too_many_hosts`.
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

    /// Whether it can be given to partners.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.archived_at.is_none()
    }

    /// Whether a link of this program may lead to `destination`.
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

/// Says that a brand has as many open programs as it can.
#[must_use]
pub fn too_many_programs() -> Invalid {
    let message = format!("A brand can have at most {LIVE_PROGRAMS_MAX} open programs. Archive one first.");
    Invalid::new("too_many_programs", message)
}

/// The programs a new partner gets: the `wanted` ones, or all that are open.
///
/// # Errors
/// `unknown_program` if any wanted one is not an open program of the brand, whatever else it is.
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
            commission: Commission::percent(1_000).unwrap(),
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
