//! Delivery status of emails, as SES reports it, and email addresses that are suppressed.
//!
//! SES events may be late, duplicated or out of order. So statuses have a rank and can only go up, and only for the
//! email that an SES event is about.

mod pacing;
mod reminder;

pub use pacing::Pacing;
pub use reminder::{InvitationOrigin, Reminded, ReminderCursor, begun_between};

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Audience, EventId, text::one_line};

/// Minutes for which an email that SES accepted is watched for its delivery. Most mailboxes respond within seconds.
const WATCHED_MINUTES: i64 = 5;

/// Maximum stored length of what a mailbox responded.
const DETAIL_CHARS_MAX: usize = 200;

/// Delivery status of an email that an event caused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It waits to be sent.
    Queued,
    /// SES accepted it.
    Sent,
    /// The mailbox accepted it.
    Delivered,
    /// The mailbox asked SES to try again later.
    Delayed,
    /// The mailbox rejected it.
    Bounced,
    /// The recipient marked it as spam.
    Complained,
    /// SES rejected it: either immediately, and then it stays queued and is retried, or after accepting it, which is
    /// final.
    Failed,
    /// It was not sent because the email address is suppressed.
    Suppressed,
    /// A later change made it obsolete before it was sent.
    Superseded,
}

impl MailState {
    /// All statuses.
    pub const ALL: [Self; 9] = [
        Self::Queued,
        Self::Sent,
        Self::Delivered,
        Self::Delayed,
        Self::Bounced,
        Self::Complained,
        Self::Failed,
        Self::Suppressed,
        Self::Superseded,
    ];

    /// Returns the status as it is written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Delayed => "delayed",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Failed => "failed",
            Self::Suppressed => "suppressed",
            Self::Superseded => "superseded",
        }
    }

    /// Returns the rank of the status. What SES reports outranks what we recorded, and what happens later in the life
    /// of an email outranks what happens earlier, in whatever order SES events arrive.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::Sent | Self::Suppressed | Self::Superseded => 1,
            Self::Delayed => 2,
            Self::Failed => 3,
            Self::Delivered => 4,
            Self::Bounced => 5,
            Self::Complained => 6,
        }
    }

    /// Returns the statuses that this one replaces.
    pub fn outranked(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |state| state.rank() < self.rank())
    }
}

/// The last email that an event caused, as the roster shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailStatus {
    /// Event that caused it.
    pub event: EventId,
    /// Delivery status.
    pub state: MailState,
    /// Time of the status.
    pub at: Timestamp,
    /// SES's message if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// SES's message ID. An email that has one was accepted by SES, and is never sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl MailStatus {
    /// Creates the record of a queued email that `event` causes.
    #[must_use]
    pub fn queued(event: &EventId, now: Timestamp) -> Self {
        Self { event: event.clone(), state: MailState::Queued, at: now, detail: None, message: None }
    }

    /// Returns `true` if it has yet to be sent.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, MailState::Queued | MailState::Failed) && self.message.is_none()
    }

    /// Returns `true` if no change is to be expected soon.
    #[must_use]
    pub fn is_settled(&self, now: Timestamp) -> bool {
        match self.state {
            MailState::Queued | MailState::Failed => !self.is_open(),
            MailState::Sent => self.at + SignedDuration::from_mins(WATCHED_MINUTES) <= now,
            // A mailbox that delays an email needs hours.
            MailState::Delayed
            | MailState::Delivered
            | MailState::Bounced
            | MailState::Complained
            | MailState::Suppressed
            | MailState::Superseded => true,
        }
    }
}

/// Outcome of the email that an event caused, stored with the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MailResult {
    /// Delivery status.
    pub state: MailState,
    /// Time of the status.
    pub at: Timestamp,
    /// Message of SES or the mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Reason why an email address is suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// The recipient marked an email as spam.
    Complained,
    /// The mailbox does not exist, or accepts no email from us.
    Bounced,
}

/// Suppression of an email address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suppression {
    /// Reason of the suppression.
    pub why: SuppressionReason,
    /// Time of the suppression.
    pub at: Timestamp,
    /// Message of the mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Kind of an email, as far as it matters for a suppressed email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// An email that someone else wants the recipient to have: an invitation.
    Unasked,
    /// A notification that the recipient needs to know about.
    Notice,
    /// An email that the recipient requested on the sign-in page of this portal.
    Asked(Audience),
}

impl Suppression {
    /// Returns `true` if an email of this kind is suppressed. A partner who marked an invitation as spam may still sign
    /// in; to a mailbox that bounces, nothing is sent again. An admin's own sign-in email is the exception: no one else
    /// could ever clear their email address.
    #[must_use]
    pub fn stops(&self, kind: MailKind) -> bool {
        match (self.why, kind) {
            (_, MailKind::Asked(Audience::Admin))
            | (SuppressionReason::Complained, MailKind::Asked(_) | MailKind::Notice) => false,
            (SuppressionReason::Complained, MailKind::Unasked) | (SuppressionReason::Bounced, _) => true,
        }
    }

    /// Returns the reason why an email was suppressed, as one sentence.
    #[must_use]
    pub fn in_words(&self) -> String {
        match (self.why, &self.detail) {
            (SuppressionReason::Complained, _) => "The recipient reported an earlier email as spam.".to_owned(),
            (SuppressionReason::Bounced, None) => "An earlier email to this address bounced.".to_owned(),
            (SuppressionReason::Bounced, Some(detail)) => format!("An earlier email to this address bounced: {detail}"),
        }
    }
}

/// A brand's record of an email address that is or was suppressed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuppressionRecord {
    /// Reason and time of the suppression.
    #[serde(flatten)]
    pub refused: Suppression,
    /// Time at which it was cleared to try again. SES events about earlier emails are ignored from then on, however
    /// late they come; so this item stays. A number, since conditions compare it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub cleared_at: Option<Timestamp>,
}

impl SuppressionRecord {
    /// Returns the suppression, if it is still in force.
    #[must_use]
    pub fn in_force(&self) -> Option<&Suppression> {
        if self.cleared_at.is_none() { Some(&self.refused) } else { None }
    }
}

/// An SES event about an email.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    /// Delivery status that it reports.
    pub outcome: MailResult,
    /// Reason to suppress the email address, if it reports one.
    pub refusal: Option<SuppressionReason>,
    /// SES's message ID.
    pub message: String,
    /// Time at which SES accepted the email.
    pub sent_at: Timestamp,
}

/// Returns the message of a mailbox or SES, shortened to one line; `None` if it is empty.
#[must_use]
pub fn said(text: &str) -> Option<String> {
    one_line(text, DETAIL_CHARS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Fresh;

    #[test]
    fn what_ses_says_outranks_what_we_knew() {
        let over = |state: MailState| state.outranked().collect::<Vec<_>>();
        assert_eq!(over(MailState::Sent), [MailState::Queued]);
        assert!(!over(MailState::Delivered).contains(&MailState::Bounced));
        assert!(over(MailState::Bounced).contains(&MailState::Delivered));
        assert_eq!(over(MailState::Complained).len(), MailState::ALL.len() - 1, "a complaint comes after all");
        for state in MailState::ALL {
            assert!(!over(state).contains(&state), "a repeat changes nothing");
        }
    }

    #[test]
    fn a_mail_is_watched_until_news_are_unlikely() {
        let now = Timestamp::UNIX_EPOCH;
        let queued = MailStatus::queued(&EventId::fresh(now, [0; 10]), now);
        let sent = MailStatus { state: MailState::Sent, message: Some("m".to_owned()), ..queued.clone() };
        let later = now + SignedDuration::from_mins(5);
        assert!(!queued.is_settled(later));
        assert!(!sent.is_settled(later - SignedDuration::from_millis(1)) && sent.is_settled(later));
        assert!(!MailStatus { state: MailState::Failed, ..queued.clone() }.is_settled(later));
        assert!(MailStatus { state: MailState::Failed, ..sent }.is_settled(now), "SES took it and threw it away");
    }

    #[test]
    fn who_refused_mail_gets_none_but_what_they_ask_for() {
        let refused = |why| Suppression { why, at: Timestamp::UNIX_EPOCH, detail: None };
        let (bounced, complained) = (refused(SuppressionReason::Bounced), refused(SuppressionReason::Complained));
        for (kind, stopped) in [
            (MailKind::Unasked, (true, true)),
            (MailKind::Notice, (true, false)),
            (MailKind::Asked(Audience::Partner), (true, false)),
            (MailKind::Asked(Audience::Admin), (false, false)),
        ] {
            assert_eq!((bounced.stops(kind), complained.stops(kind)), stopped, "{kind:?}");
        }
    }

    #[test]
    fn what_was_said_is_kept_short_and_on_one_line() {
        assert_eq!(said("smtp; 550\r\n 5.1.1\tuser unknown\u{0}").as_deref(), Some("smtp; 550 5.1.1 user unknown"));
        assert_eq!(said(" \n"), None);
        assert_eq!(said(&"é".repeat(300)).unwrap().chars().count(), 201);
    }
}
