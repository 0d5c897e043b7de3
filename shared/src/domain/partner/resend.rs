//! Mailing a partner again: the invitation, the invitation at a corrected address, or a link to sign in.
//!
//! All three count together: a minute apart, and five a day. The first two begin a new epoch, so that what was mailed
//! before is dead; a sign-in link ends nothing.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, EmailAddress, Event, EventId, EventKind, INVITATION_DAYS, InvitationNote, MailNote, MailRefusal, Partner,
    PartnerState, PersonalNote,
};

/// How far apart two mails to one address are at least.
const APART: SignedDuration = SignedDuration::from_secs(60);
/// How many an admin may have sent to one partner in a day (UTC).
const DAILY_MAX: u32 = 5;

/// How often a partner was mailed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaches {
    /// When last.
    pub at: Timestamp,
    /// How often on that day.
    pub count: u32,
}

/// A partner who is about to be mailed again, ready to be written.
#[derive(Debug, Clone)]
pub struct Reached {
    /// The partner as they are now.
    pub partner: Partner,
    /// How often they had been mailed before, which must still be so.
    pub before: Option<Reaches>,
    /// The address they had before, if it is corrected.
    pub moved_from: Option<EmailAddress>,
    /// Whether the address refused mail before, and is tried again all the same.
    pub clear: bool,
    /// What tells of it.
    pub event: Event,
}

impl Reached {
    /// The same with other words in the invitation, or with none.
    #[must_use]
    pub fn saying(self, note: Option<PersonalNote>) -> Self {
        Self { partner: Partner { note: note.map(InvitationNote::Own), ..self.partner }, ..self }
    }
}

/// Why a partner can't be mailed again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReachRefused {
    /// They are in already.
    #[error("This partner has joined already. Send them a sign-in link instead.")]
    AlreadyActivated,
    /// They are not in yet.
    #[error("This partner has not joined yet. Resend the invitation instead.")]
    NotActivated,
    /// They said that they are not interested.
    #[error("They said that they are not interested. They can ask for a link themselves, on the login page.")]
    Declined,
    /// Access was taken back.
    #[error("This partner's access is revoked. Reinstate them first.")]
    Revoked,
    /// There is nobody any more.
    #[error("This person was erased, and nothing is sent to them any more.")]
    Erased,
    /// The address bounced, or its reader complained.
    #[error("{} Clear it to send there again, or correct it if they have not joined yet.", refused_in_words(*.0))]
    AddressRefused(MailRefusal),
    /// A mail went out a moment ago.
    #[error("The last mail went out a moment ago. Try again in {wait_s} seconds.")]
    TooSoon {
        /// How long until it may.
        wait_s: i64,
    },
    /// Too many mails today.
    #[error("This partner was mailed five times today. Try again tomorrow.")]
    TooOften {
        /// How long until it may.
        wait_s: i64,
    },
}

fn refused_in_words(refused: MailRefusal) -> &'static str {
    match refused {
        MailRefusal::Bounced => "This address bounced.",
        MailRefusal::Complained => "The reader of this address marked our mail as spam.",
    }
}

impl Partner {
    /// Mails the invitation anew and keeps it open for another 30 days. `clear` mails an address that refused before.
    ///
    /// # Errors
    /// [`ReachRefused`].
    pub fn invite_again(self, clear: bool, event: EventId, by: Actor, now: Timestamp) -> Result<Reached, ReachRefused> {
        self.must_be(PartnerState::Invited)?;
        self.must_take_mail(clear)?;
        let reaches = self.reach(now, true)?;
        let kind = EventKind::PartnerInvitedAgain { partner: self.id.clone(), epoch: self.epoch + 1 };
        let event = Event::new(event, &self.brand, by, kind, now);
        Ok(self.reopened(None, clear, reaches, event))
    }

    /// Gives somebody who never signed in another address, and mails the invitation there. It need not wait, since
    /// nothing went to that address before.
    ///
    /// # Errors
    /// [`ReachRefused`].
    pub fn correct_address(
        self,
        email: EmailAddress,
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<Reached, ReachRefused> {
        self.must_be(PartnerState::Invited)?;
        let reaches = self.reach(now, false)?;
        let kind = EventKind::PartnerAddressChanged { partner: self.id.clone(), epoch: self.epoch + 1 };
        let event = Event::new(event, &self.brand, by, kind, now);
        Ok(self.reopened(Some(email), false, reaches, event))
    }

    /// Mails an active partner a link to sign in.
    ///
    /// # Errors
    /// [`ReachRefused`].
    pub fn send_link(self, clear: bool, event: EventId, by: Actor, now: Timestamp) -> Result<Reached, ReachRefused> {
        self.must_be(PartnerState::Active)?;
        self.must_take_mail(clear)?;
        let before = self.reached.clone();
        let reached = Some(self.reach(now, true)?);
        let kind = EventKind::PartnerLinkSent { partner: self.id.clone(), epoch: self.epoch };
        let event = Event::new(event, &self.brand, by, kind, now);
        let undeliverable = if clear { None } else { self.undeliverable.clone() };
        let clear = clear && self.undeliverable.is_some();
        let partner = Self { mail: Some(MailNote::queued(&event.id, now)), reached, undeliverable, ..self };
        Ok(Reached { partner, before, moved_from: None, clear, event })
    }

    fn reopened(self, email: Option<EmailAddress>, clear: bool, reaches: Reaches, event: Event) -> Reached {
        let now = event.at;
        let before = self.reached.clone();
        let moved_from = email.is_some().then(|| self.email.clone());
        let undeliverable = if clear || email.is_some() { None } else { self.undeliverable.clone() };
        let clear = clear && self.undeliverable.is_some();
        let former_addresses = match &moved_from {
            Some(left) => self.and_former(left),
            None => self.former_addresses.clone(),
        };
        let partner = Self {
            email: email.unwrap_or_else(|| self.email.clone()),
            former_addresses,
            invited_at: Some(now),
            invitation_ends_at: Some(now + SignedDuration::from_hours(24 * INVITATION_DAYS)),
            reminded_at: None,
            epoch: self.epoch + 1,
            mail: Some(MailNote::queued(&event.id, now)),
            reached: Some(reaches),
            undeliverable,
            ..self
        };
        Reached { partner, before, moved_from, clear, event }
    }

    /// Whether they stand where the mail makes sense; asked again of whoever stood in the way of the write.
    ///
    /// # Errors
    /// [`ReachRefused`].
    pub fn must_be(&self, state: PartnerState) -> Result<(), ReachRefused> {
        match (self.state(), state) {
            (is, wanted) if is == wanted => Ok(()),
            _ if self.erased_at.is_some() => Err(ReachRefused::Erased),
            (PartnerState::Revoked, _) => Err(ReachRefused::Revoked),
            (PartnerState::Declined, _) => Err(ReachRefused::Declined),
            (PartnerState::Active, _) => Err(ReachRefused::AlreadyActivated),
            (PartnerState::Invited, _) => Err(ReachRefused::NotActivated),
        }
    }

    fn must_take_mail(&self, clear: bool) -> Result<(), ReachRefused> {
        match &self.undeliverable {
            Some(refused) if !clear => Err(ReachRefused::AddressRefused(refused.why)),
            Some(_) | None => Ok(()),
        }
    }

    fn reach(&self, now: Timestamp, apart: bool) -> Result<Reaches, ReachRefused> {
        let last = self.reached.as_ref().map(|reaches| reaches.at).max(self.invited_at);
        let wait = last.map(|last| now.duration_until(last + APART)).filter(|wait| *wait > SignedDuration::ZERO);
        if let (true, Some(wait)) = (apart, wait) {
            return Err(ReachRefused::TooSoon { wait_s: wait.as_secs() + i64::from(wait.subsec_nanos() > 0) });
        }
        let day = |at: Timestamp| at.as_second().div_euclid(86_400);
        let today = self.reached.as_ref().filter(|reaches| day(reaches.at) == day(now));
        let count = today.map_or(0, |reaches| reaches.count);
        if count >= DAILY_MAX {
            return Err(ReachRefused::TooOften { wait_s: (day(now) + 1) * 86_400 - now.as_second() });
        }
        Ok(Reaches { at: now, count: count + 1 })
    }
}
