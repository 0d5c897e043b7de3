//! Bulk jobs: one action applied to many partners. A bulk job is an import whose rows are partners of the roster
//! instead of people in a file.
//!
//! The action on each partner is what an admin could do to that partner alone, by the same rules. This module only
//! decides how each result is reported.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    AccessChanged, AccessError, Actor, CHUNK_ROWS, Event, EventId, Fresh, IMPORT_DAYS_MAX, Import, ImportId, Invalid,
    Partner, PartnerId, PartnerSelector, PartnerState, Program, ProgramId, ProgramsSet, Reached, Reason, ResendError,
    RowOutcome,
};
use crate::crypto::secret::Hash;

/// Maximum number of partners that can be selected individually.
pub const CHOSEN_MAX: usize = 1_000;

/// Action applied to each partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum BulkAction {
    /// Resends the invitation.
    Resend,
    /// Lets them create links for a program.
    Grant {
        /// The program.
        program: ProgramId,
    },
    /// No longer lets them create links for a program.
    Ungrant {
        /// The program.
        program: ProgramId,
    },
    /// Revokes their access.
    Revoke {
        /// Reason, for the email.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// True if they are emailed.
        notify: bool,
    },
    /// Reinstates their access.
    Reinstate,
}

/// Name of the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkActionKind {
    /// Resends the invitation.
    Resend,
    /// Lets them create links for a program.
    Grant,
    /// No longer lets them create links for a program.
    Ungrant,
    /// Revokes their access.
    Revoke,
    /// Reinstates their access.
    Reinstate,
}

/// Partners that the action is applied to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkTarget {
    /// Partners who were selected individually.
    Chosen,
    /// Partners who match this filter when the job starts.
    Wanted(PartnerSelector),
}

/// A bulk job, and how far its partners have been selected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// The action.
    #[serde(flatten)]
    pub action: BulkAction,
    /// Partners that it is applied to.
    pub whom: BulkTarget,
    /// Number of partners selected so far.
    #[serde(default)]
    pub selected: u64,
    /// Number of chunks they are in.
    #[serde(default)]
    pub chunks: u64,
    /// Position in the roster at which the selection continues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// One chunk of the selected partners. It never changes, so a message about it may be delivered twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Number of its first partner, counted from 1.
    pub first: u64,
    /// The partners.
    pub partners: Vec<PartnerId>,
    /// Time at which the selection began, the same for the whole job.
    pub at: Timestamp,
    /// Time at which it is deleted.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Selection {
    /// Splits `ids` into chunks of `chunk_rows`. `before` is the number of partners in earlier chunks; `at` and
    /// `expires_at` are when the selection began and when it is deleted.
    #[must_use]
    pub fn chunks_of(
        ids: &[PartnerId],
        before: u64,
        (at, expires_at): (Timestamp, Timestamp),
        chunk_rows: u64,
    ) -> Vec<Self> {
        let firsts = (0..).map(|chunk: u64| before + chunk * chunk_rows + 1);
        let chunks = ids.chunks(usize::try_from(chunk_rows).unwrap_or(1));
        firsts.zip(chunks).map(|(first, ids)| Self { first, partners: ids.to_vec(), at, expires_at }).collect()
    }

    /// Returns the partners, each with their number.
    pub fn rows(&self) -> impl Iterator<Item = (u64, &PartnerId)> {
        (self.first..).zip(&self.partners)
    }
}

/// Derives the ID of the event for a job's action on a partner. It is the same on every attempt and however often the
/// partner was selected, so the event serves as its own idempotency key: it can't be written twice.
#[must_use]
pub fn event_of_job(import: &ImportId, partner: &PartnerId, selected_at: Timestamp) -> EventId {
    let hash = Hash::of_parts(&[import.as_str(), partner.as_str()]);
    let mut entropy = [0; 10];
    for (byte, from) in entropy.iter_mut().zip(hash.as_str().bytes()) {
        *byte = from;
    }
    EventId::fresh(selected_at, entropy)
}

/// The change of one partner, ready to be written.
#[derive(Debug, Clone)]
pub enum BulkWrite {
    /// Access is revoked or reinstated.
    Access(Box<AccessChanged>),
    /// The partner is emailed again.
    Reached(Box<Reached>),
    /// The partner's programs change.
    Programs(Box<ProgramsSet>),
}

impl BulkWrite {
    /// Marks the change as done by a job. Its consequences, such as emails, are processed after those that a person
    /// waits for.
    #[must_use]
    pub fn by_job(mut self, import: &ImportId) -> Self {
        let event: Option<&mut Event> = match &mut self {
            Self::Access(changed) => Some(&mut changed.event),
            Self::Reached(reached) => Some(&mut reached.event),
            Self::Programs(set) => set.event.as_mut(),
        };
        if let Some(event) = event {
            event.job = Some(import.clone());
        }
        self
    }
}

impl BulkAction {
    /// Returns the name of the action.
    #[must_use]
    pub fn word(&self) -> BulkActionKind {
        match self {
            Self::Resend => BulkActionKind::Resend,
            Self::Grant { .. } => BulkActionKind::Grant,
            Self::Ungrant { .. } => BulkActionKind::Ungrant,
            Self::Revoke { .. } => BulkActionKind::Revoke,
            Self::Reinstate => BulkActionKind::Reinstate,
        }
    }

    /// Returns the program of the action, if it has one.
    #[must_use]
    pub fn program(&self) -> Option<&ProgramId> {
        match self {
            Self::Grant { program } | Self::Ungrant { program } => Some(program),
            Self::Resend | Self::Revoke { .. } | Self::Reinstate => None,
        }
    }

    /// Checks that the action's program is one of the brand's. A program that is granted must be active; one that is
    /// removed may be archived.
    ///
    /// # Errors
    /// Fails with `unknown_program`.
    pub fn among(self, programs: &[Program]) -> Result<Self, Invalid> {
        let opens = matches!(self, Self::Grant { .. });
        let is_there = |id: &ProgramId| programs.iter().any(|it| it.id == *id && (it.is_live() || !opens));
        if self.program().is_none_or(is_there) {
            return Ok(self);
        }
        Err(Invalid::new("unknown_program", "This program doesn't exist or is archived."))
    }

    /// Returns the outcome for a partner that the action was applied to.
    #[must_use]
    pub fn done(&self) -> RowOutcome {
        match self {
            Self::Resend => RowOutcome::Resent,
            Self::Grant { .. } => RowOutcome::Granted,
            Self::Ungrant { .. } => RowOutcome::Ungranted,
            Self::Revoke { .. } => RowOutcome::Revoked,
            Self::Reinstate => RowOutcome::Reinstated,
        }
    }

    /// Returns the number of the `selected` partners per chunk, where `daily_limit` people may be emailed per day. A
    /// job that would take too many days never starts, and needs no small chunks.
    #[must_use]
    pub fn chunk_rows(&self, selected: usize, daily_limit: u64) -> u64 {
        let days = Import::days_for(u64::try_from(selected).unwrap_or(u64::MAX), daily_limit);
        let small = *self == Self::Resend && days <= IMPORT_DAYS_MAX;
        if small { Import::chunk_rows(daily_limit) } else { CHUNK_ROWS }
    }

    /// Returns `true` if an action may apply to the partner: nothing is done to an erased partner, whatever the filter.
    #[must_use]
    pub fn is_for(partner: &Partner) -> bool {
        partner.erased_at.is_none()
    }

    /// Applies the action to a partner, by the same rules as for one partner alone. The exception: revoked and declined
    /// partners are granted nothing, since an admin who opens a program to many doesn't mean them.
    ///
    /// # Errors
    /// Fails with the partner's outcome if the action doesn't apply.
    pub fn act(&self, partner: Partner, event: EventId, by: Actor, now: Timestamp) -> Result<BulkWrite, RowOutcome> {
        if !Self::is_for(&partner) {
            return Err(RowOutcome::Erased);
        }
        match self {
            Self::Resend => match partner.invite_again(false, event, by, now) {
                Ok(reached) => Ok(BulkWrite::Reached(Box::new(reached))),
                Err(refused) => Err(unreached(&refused)),
            },
            Self::Grant { .. } if partner.state() == PartnerState::Revoked => Err(RowOutcome::PartnerRevoked),
            Self::Grant { .. } if partner.state() == PartnerState::Declined => Err(RowOutcome::PartnerDeclined),
            Self::Grant { program } => programs(partner.grant(program, event, by, now), RowOutcome::AlreadyGranted),
            Self::Ungrant { program } => programs(partner.ungrant(program, event, by, now), RowOutcome::NotGranted),
            Self::Revoke { reason, notify } => access(partner.revoke((reason.clone(), *notify), event, by, now)),
            Self::Reinstate => access(partner.reinstate(event, by, now)),
        }
    }
}

fn programs(set: Option<ProgramsSet>, otherwise: RowOutcome) -> Result<BulkWrite, RowOutcome> {
    set.map(|set| BulkWrite::Programs(Box::new(set))).ok_or(otherwise)
}

fn access(changed: Result<AccessChanged, AccessError>) -> Result<BulkWrite, RowOutcome> {
    match changed {
        Ok(changed) => Ok(BulkWrite::Access(Box::new(changed))),
        Err(AccessError::AlreadyRevoked) => Err(RowOutcome::AlreadyRevoked),
        // Only erasing returns `MustBeRevoked`, and no bulk action erases.
        Err(AccessError::NotRevoked | AccessError::MustBeRevoked) => Err(RowOutcome::NotRevoked),
        Err(AccessError::Erased) => Err(RowOutcome::Erased),
    }
}

fn unreached(refused: &ResendError) -> RowOutcome {
    match refused {
        ResendError::AlreadyActivated => RowOutcome::AlreadyActive,
        ResendError::NotActivated => RowOutcome::AlreadyInvited,
        ResendError::Revoked => RowOutcome::PartnerRevoked,
        ResendError::Erased => RowOutcome::Erased,
        ResendError::Declined => RowOutcome::PartnerDeclined,
        ResendError::AddressRefused(_) => RowOutcome::Suppressed,
        ResendError::TooSoon { .. } => RowOutcome::TooSoon,
        ResendError::TooOften { .. } => RowOutcome::TooOften,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Access, ActorKind, BrandSlug, EmailAddress, GrantSource, Name, NewPartner};

    fn admin() -> Actor {
        Actor { kind: ActorKind::Admin, id: "adm".to_owned(), name: None }
    }

    fn program(number: u8) -> ProgramId {
        ProgramId::fresh(Timestamp::UNIX_EPOCH, [number; 10])
    }

    fn partner(access: Access) -> Partner {
        let now = Timestamp::UNIX_EPOCH;
        let new = NewPartner {
            id: PartnerId::fresh(now, [1; 10]),
            event: EventId::fresh(now, [2; 10]),
            brand: BrandSlug::parse("acme").unwrap(),
            name: Name::parse("Maria").unwrap(),
            email: EmailAddress::parse("maria@example.com").unwrap(),
            programs: vec![program(1)],
            source: GrantSource::Admin,
            commission: None,
            access,
            metadata: None,
            note: None,
            import: None,
        };
        new.bring_in(&admin(), now).partner
    }

    #[test]
    fn what_is_done_depends_on_where_they_stand() {
        let (invited, active) = (partner(Access::Invitation), partner(Access::AtOnce));
        let revoked = Partner { revoked_at: Some(Timestamp::UNIX_EPOCH), ..active.clone() };
        let declined = Partner { declined_at: Some(Timestamp::UNIX_EPOCH), ..invited.clone() };
        let erased = Partner { erased_at: Some(Timestamp::UNIX_EPOCH), ..revoked.clone() };
        let later = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(2);
        let month_later = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(31 * 24);
        let revoke = BulkAction::Revoke { reason: None, notify: true };
        let (grant, ungrant) = (BulkAction::Grant { program: program(2) }, BulkAction::Ungrant { program: program(1) });
        let (again, not_theirs) =
            (BulkAction::Grant { program: program(1) }, BulkAction::Ungrant { program: program(2) });
        let soon = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(59);
        for (action, partner, now, expected) in [
            (&BulkAction::Resend, &invited, later, RowOutcome::Resent),
            (&BulkAction::Resend, &invited, soon, RowOutcome::TooSoon),
            (&BulkAction::Resend, &active, later, RowOutcome::AlreadyActive),
            (&BulkAction::Resend, &revoked, later, RowOutcome::PartnerRevoked),
            (&grant, &active, later, RowOutcome::Granted),
            (&grant, &invited, later, RowOutcome::Granted),
            (&grant, &revoked, later, RowOutcome::PartnerRevoked),
            (&again, &active, later, RowOutcome::AlreadyGranted),
            (&ungrant, &active, later, RowOutcome::Ungranted),
            (&ungrant, &revoked, later, RowOutcome::Ungranted),
            (&not_theirs, &active, later, RowOutcome::NotGranted),
            (&revoke, &active, later, RowOutcome::Revoked),
            (&revoke, &invited, later, RowOutcome::Revoked),
            (&revoke, &revoked, later, RowOutcome::AlreadyRevoked),
            (&BulkAction::Reinstate, &revoked, later, RowOutcome::Reinstated),
            (&BulkAction::Reinstate, &active, later, RowOutcome::NotRevoked),
            (&BulkAction::Resend, &declined, later, RowOutcome::PartnerDeclined),
            (&BulkAction::Resend, &invited, month_later, RowOutcome::Resent),
            (&grant, &declined, later, RowOutcome::PartnerDeclined),
            (&revoke, &declined, later, RowOutcome::Revoked),
            (&BulkAction::Resend, &erased, later, RowOutcome::Erased),
            (&grant, &erased, later, RowOutcome::Erased),
            (&ungrant, &erased, later, RowOutcome::Erased),
            (&revoke, &erased, later, RowOutcome::Erased),
            (&BulkAction::Reinstate, &erased, later, RowOutcome::Erased),
        ] {
            let event = EventId::fresh(now, [3; 10]);
            let outcome = match action.act(partner.clone(), event, admin(), now) {
                Ok(_) => action.done(),
                Err(instead) => instead,
            };
            assert_eq!(outcome, expected, "{action:?} of {:?}", partner.state());
        }
    }

    #[test]
    fn a_partner_has_one_event_of_a_job_and_nobody_else_has_it() {
        let (import, at) = (ImportId::fresh(Timestamp::UNIX_EPOCH, [4; 10]), Timestamp::UNIX_EPOCH);
        let (ann, bob) = (PartnerId::fresh(at, [6; 10]), PartnerId::fresh(at, [7; 10]));
        assert_eq!(event_of_job(&import, &ann, at), event_of_job(&import, &ann, at));
        assert_ne!(event_of_job(&import, &ann, at), event_of_job(&import, &bob, at));
        let other = ImportId::fresh(Timestamp::UNIX_EPOCH, [5; 10]);
        assert_ne!(event_of_job(&import, &ann, at), event_of_job(&other, &ann, at));
    }
}
