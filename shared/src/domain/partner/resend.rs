//! Emailing a partner again: the invitation, the invitation to a corrected email address, or a sign-in link.
//!
//! All three count together: a minute apart, and at most five a day. The first two begin a new epoch, so that earlier
//! links stop working; a sign-in link invalidates nothing.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Actor, EmailAddress, Event, EventId, EventKind, INVITATION_DAYS, InvitationNote, MailStatus, Partner, PartnerState,
    PersonalNote, SuppressionReason,
};

/// Minimum time between two emails to one email address.
const APART: SignedDuration = SignedDuration::from_secs(60);
/// Maximum number of emails that admins may send to one partner per day (UTC).
const DAILY_MAX: u32 = 5;

/// Counter of the emails that were resent to a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResendCounter {
    /// Time of the last one.
    pub at: Timestamp,
    /// Number of emails on that day.
    pub count: u32,
}

/// A partner who is emailed again, ready to be written.
#[derive(Debug, Clone)]
pub struct Reached {
    /// The partner after the change.
    pub partner: Partner,
    /// The counter before the change, on which the write is conditional.
    pub before: Option<ResendCounter>,
    /// Their previous email address, if it was corrected.
    pub moved_from: Option<EmailAddress>,
    /// True if the email address was suppressed, and is tried again.
    pub clear: bool,
    /// Event that records it.
    pub event: Event,
}

impl Reached {
    /// Returns the change with another personal note, or without one.
    #[must_use]
    pub fn saying(self, note: Option<PersonalNote>) -> Self {
        Self { partner: Partner { note: note.map(InvitationNote::Own), ..self.partner }, ..self }
    }
}

/// Reasons why a partner can't be emailed again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResendError {
    /// They are active already.
    #[error("This partner has already joined. Send them a sign-in link instead.")]
    AlreadyActivated,
    /// They are not active yet.
    #[error("This partner has not joined yet. Resend the invitation instead.")]
    NotActivated,
    /// They declined.
    #[error("They declined. If they change their mind, they can request a link on the sign-in page.")]
    Declined,
    /// They are revoked.
    #[error("This partner's access is revoked. Reinstate them first.")]
    Revoked,
    /// The person was erased.
    #[error("This person was erased and can't be emailed any more.")]
    Erased,
    /// The email address bounced, or its owner complained.
    #[error("{} Clear it to send there again, or correct it if they have not joined yet.", refused_in_words(*.0))]
    AddressRefused(SuppressionReason),
    /// The last email was sent a moment ago.
    #[error("We've just emailed them. Try again in {wait_s} seconds.")]
    TooSoon {
        /// Seconds until another one may be sent.
        wait_s: i64,
    },
    /// Too many emails today.
    #[error("This partner was emailed five times today. Try again tomorrow.")]
    TooOften {
        /// Seconds until another one may be sent.
        wait_s: i64,
    },
}

fn refused_in_words(refused: SuppressionReason) -> &'static str {
    match refused {
        SuppressionReason::Bounced => "This email address bounced.",
        SuppressionReason::Complained => "The recipient at this email address reported our email as spam.",
    }
}

impl Partner {
    /// Resends the invitation and extends it for another 30 days. `clear` lifts a suppression of the email address.
    ///
    /// # Errors
    /// Fails with [`ResendError`] if the partner can't be invited again now.
    pub fn invite_again(self, clear: bool, event: EventId, by: Actor, now: Timestamp) -> Result<Reached, ResendError> {
        self.must_be(PartnerState::Invited)?;
        self.must_take_mail(clear)?;
        let reaches = self.reach(now, true)?;
        let kind = EventKind::PartnerInvitedAgain { partner: self.id.clone(), epoch: self.epoch + 1 };
        let event = Event::new(event, &self.brand, by, kind, now);
        Ok(self.reopened(None, clear, reaches, event))
    }

    /// Corrects the email address of a partner who never signed in, and sends the invitation there. The minimum
    /// interval doesn't apply, since nothing was sent to that email address before.
    ///
    /// # Errors
    /// Fails with [`ResendError`] if the partner can't be invited again now.
    pub fn correct_address(
        self,
        email: EmailAddress,
        event: EventId,
        by: Actor,
        now: Timestamp,
    ) -> Result<Reached, ResendError> {
        self.must_be(PartnerState::Invited)?;
        let reaches = self.reach(now, false)?;
        let kind = EventKind::PartnerAddressChanged { partner: self.id.clone(), epoch: self.epoch + 1 };
        let event = Event::new(event, &self.brand, by, kind, now);
        Ok(self.reopened(Some(email), false, reaches, event))
    }

    /// Emails an active partner a sign-in link. `clear` lifts a suppression of the email address.
    ///
    /// # Errors
    /// Fails with [`ResendError`] if the partner can't be sent a link now.
    pub fn send_link(self, clear: bool, event: EventId, by: Actor, now: Timestamp) -> Result<Reached, ResendError> {
        self.must_be(PartnerState::Active)?;
        self.must_take_mail(clear)?;
        let before = self.reached.clone();
        let reached = Some(self.reach(now, true)?);
        let kind = EventKind::PartnerLinkSent { partner: self.id.clone(), epoch: self.epoch };
        let event = Event::new(event, &self.brand, by, kind, now);
        let undeliverable = if clear { None } else { self.undeliverable.clone() };
        let clear = clear && self.undeliverable.is_some();
        let partner = Self { mail: Some(MailStatus::queued(&event.id, now)), reached, undeliverable, ..self };
        Ok(Reached { partner, before, moved_from: None, clear, event })
    }

    fn reopened(self, email: Option<EmailAddress>, clear: bool, reaches: ResendCounter, event: Event) -> Reached {
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
            mail: Some(MailStatus::queued(&event.id, now)),
            reached: Some(reaches),
            undeliverable,
            ..self
        };
        Reached { partner, before, moved_from, clear, event }
    }

    /// Checks that the partner has the status that the email needs. Called again on the stored partner when the write
    /// failed its condition.
    ///
    /// # Errors
    /// Fails with [`ResendError`] if the partner has another status.
    pub fn must_be(&self, state: PartnerState) -> Result<(), ResendError> {
        match (self.state(), state) {
            (is, wanted) if is == wanted => Ok(()),
            _ if self.erased_at.is_some() => Err(ResendError::Erased),
            (PartnerState::Revoked, _) => Err(ResendError::Revoked),
            (PartnerState::Declined, _) => Err(ResendError::Declined),
            (PartnerState::Active, _) => Err(ResendError::AlreadyActivated),
            (PartnerState::Invited, _) => Err(ResendError::NotActivated),
        }
    }

    fn must_take_mail(&self, clear: bool) -> Result<(), ResendError> {
        match &self.undeliverable {
            Some(refused) if !clear => Err(ResendError::AddressRefused(refused.why)),
            Some(_) | None => Ok(()),
        }
    }

    fn reach(&self, now: Timestamp, apart: bool) -> Result<ResendCounter, ResendError> {
        let last = self.reached.as_ref().map(|reaches| reaches.at).max(self.invited_at);
        let wait = last.map(|last| now.duration_until(last + APART)).filter(|wait| *wait > SignedDuration::ZERO);
        if let (true, Some(wait)) = (apart, wait) {
            return Err(ResendError::TooSoon { wait_s: wait.as_secs() + i64::from(wait.subsec_nanos() > 0) });
        }
        let day = |at: Timestamp| at.as_second().div_euclid(86_400);
        let today = self.reached.as_ref().filter(|reaches| day(reaches.at) == day(now));
        let count = today.map_or(0, |reaches| reaches.count);
        if count >= DAILY_MAX {
            return Err(ResendError::TooOften { wait_s: (day(now) + 1) * 86_400 - now.as_second() });
        }
        Ok(ResendCounter { at: now, count: count + 1 })
    }
}
