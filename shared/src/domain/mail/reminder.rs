//! The one reminder of an invitation, three days before it expires.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{Actor, BrandSlug, Event, EventId, EventKind, INVITATION_DAYS, MailStatus, Partner, PartnerState};

/// Time before the end of the invitation at which it is sent.
const BEFORE_END: SignedDuration = SignedDuration::from_hours(3 * 24);

/// IDs are generated a moment before the invitations that they locate; searches by ID leave this margin.
const MOMENT: SignedDuration = SignedDuration::from_mins(1);

/// Origin of an invitation. It decides where the invitation is listed: its start is part of the ID that locates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationOrigin {
    /// Creating the partner.
    AtFirst,
    /// The event that resent it.
    Again,
}

impl InvitationOrigin {
    /// Both origins.
    pub const BOTH: [Self; 2] = [Self::AtFirst, Self::Again];
}

/// Cursors of the search for a brand's due invitations: the last processed positions. They only ever move forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderCursor {
    /// Brand that is searched.
    pub brand: BrandSlug,
    /// Position among the invitations that began with their partner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_first: Option<String>,
    /// Position among the invitations that were resent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
}

impl ReminderCursor {
    /// Returns the last processed position.
    #[must_use]
    pub fn done(&self, began: InvitationOrigin) -> Option<&str> {
        match began {
            InvitationOrigin::AtFirst => self.at_first.as_deref(),
            InvitationOrigin::Again => self.again.as_deref(),
        }
    }
}

/// Returns the times between which the invitations began that are due for a reminder at `now`: after the first, up to
/// and including the second.
#[must_use]
pub fn begun_between(now: Timestamp) -> (Timestamp, Timestamp) {
    let open = SignedDuration::from_hours(24 * INVITATION_DAYS);
    (now - open, now - (open - BEFORE_END) - MOMENT)
}

/// A partner who is reminded, ready to be written.
#[derive(Debug, Clone)]
pub struct Reminded {
    /// The partner after the change.
    pub partner: Partner,
    /// Event that records it.
    pub event: Event,
}

impl Partner {
    /// Reminds the partner of the invitation, if it is due and wasn't done yet. Earlier links continue to work.
    #[must_use]
    pub fn remind(self, event: EventId, now: Timestamp) -> Option<Reminded> {
        let due = self.invitation_ends_at.is_some_and(|end| now < end && end <= now + BEFORE_END);
        let may = self.state() == PartnerState::Invited && self.reminded_at.is_none() && self.undeliverable.is_none();
        if !due || !may {
            return None;
        }
        let kind = EventKind::PartnerReminded { partner: self.id.clone(), epoch: self.epoch };
        let event = Event::new(event, &self.brand, Actor::system(), kind, now);
        let partner = Self { reminded_at: Some(now), mail: Some(MailStatus::queued(&event.id, now)), ..self };
        Some(Reminded { partner, event })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Access, ActorKind, Fresh, GrantSource, Name, NewPartner, PartnerId, Suppression, SuppressionReason,
    };

    fn invited() -> Partner {
        let now = Timestamp::UNIX_EPOCH;
        NewPartner {
            id: PartnerId::fresh(now, [1; 10]),
            event: EventId::fresh(now, [2; 10]),
            brand: BrandSlug::parse("acme").unwrap(),
            name: Name::parse("Maria").unwrap(),
            email: "maria@example.com".parse().unwrap(),
            programs: vec![],
            source: GrantSource::Admin,
            commission: None,
            access: Access::Invitation,
            metadata: None,
            import: None,
            note: None,
        }
        .bring_in(&Actor { kind: ActorKind::Admin, id: "adm".to_owned(), name: None }, now)
        .partner
    }

    fn at(days: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * days)
    }

    fn reminds(partner: Partner, now: Timestamp) -> bool {
        partner.remind(EventId::fresh(now, [3; 10]), now).is_some()
    }

    #[test]
    fn it_is_time_in_the_last_three_days_and_once() {
        let moment = SignedDuration::from_millis(1);
        assert!(!reminds(invited(), at(27) - moment) && reminds(invited(), at(27)));
        assert!(reminds(invited(), at(30) - moment) && !reminds(invited(), at(30)));
        let reminded = invited().remind(EventId::fresh(at(27), [3; 10]), at(27)).unwrap().partner;
        assert_eq!((reminded.epoch, reminded.reminded_at), (0, Some(at(27))));
        assert!(!reminds(reminded, at(28)));
    }

    #[test]
    fn nobody_is_reminded_who_answered_or_cannot_get_mail() {
        let (then, now) = (Some(at(1)), at(28));
        let refused = Suppression { why: SuppressionReason::Complained, at: at(1), detail: None };
        for partner in [
            Partner { activated_at: then, ..invited() },
            Partner { declined_at: then, ..invited() },
            Partner { revoked_at: then, ..invited() },
            Partner { undeliverable: Some(refused), ..invited() },
        ] {
            assert!(!reminds(partner.clone(), now), "{partner:?}");
        }
    }

    #[test]
    fn a_partner_in_the_window_is_due_however_late_the_id_was_written_down() {
        let (after, until) = begun_between(at(30));
        assert_eq!((after, until), (at(0), at(3) - MOMENT));
        // An ID at the end of the window, whose invitation began up to a minute later.
        let began = until + MOMENT;
        let end = began + SignedDuration::from_hours(24 * INVITATION_DAYS);
        assert!(reminds(Partner { invitation_ends_at: Some(end), ..invited() }, at(30)));
    }
}
