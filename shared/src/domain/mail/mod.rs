//! What became of a mail, as SES tells it, and which addresses refuse mail.
//!
//! SES tells things late, twice and in any order. So states have a rank and only ever go up, and only for the mail
//! that the news is about.

mod pacing;
mod reminder;

pub use pacing::Pacing;
pub use reminder::{Began, Reminded, Reminding, begun_between};

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Audience, EventId, text::one_line};

/// For how long a mail that SES took is watched for news of its delivery. Most mailboxes answer within seconds.
const WATCHED_MINUTES: i64 = 5;

/// How much of what a mailbox said is kept.
const DETAIL_CHARS_MAX: usize = 200;

/// What became of a mail that an event asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// It waits for its turn.
    Queued,
    /// SES took it.
    Sent,
    /// The mailbox took it.
    Delivered,
    /// The mailbox asked SES to come back later.
    Delayed,
    /// The mailbox refused it.
    Bounced,
    /// The reader called it spam.
    Complained,
    /// SES refused it: at the door, and then it is kept and tried again, or after it took it, and then that is all.
    Failed,
    /// It was held back, since the address refused mail before.
    Suppressed,
    /// A later change made it pointless before it went out.
    Superseded,
}

impl MailState {
    /// Every state.
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

    /// The word for it.
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

    /// What SES says of a mail outranks what we knew, and what happens later in the life of a mail outranks the
    /// earlier, in whichever order the news come.
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

    /// The states that this one takes the place of.
    pub fn outranked(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |state| state.rank() < self.rank())
    }
}

/// The last mail that an event asked for, as the roster shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MailNote {
    /// The event that asked for it.
    pub event: EventId,
    /// What became of it.
    pub state: MailState,
    /// Since when.
    pub at: Timestamp,
    /// Why it failed, in SES's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What SES calls it. What has such a name was taken by SES, and is never sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl MailNote {
    /// A mail that `event` asks for.
    #[must_use]
    pub fn queued(event: &EventId, now: Timestamp) -> Self {
        Self { event: event.clone(), state: MailState::Queued, at: now, detail: None, message: None }
    }

    /// Whether it still is to go out.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, MailState::Queued | MailState::Failed) && self.message.is_none()
    }

    /// Whether nothing more is to be expected of it soon.
    #[must_use]
    pub fn is_settled(&self, now: Timestamp) -> bool {
        match self.state {
            MailState::Queued | MailState::Failed => !self.is_open(),
            MailState::Sent => self.at + SignedDuration::from_mins(WATCHED_MINUTES) <= now,
            // A mailbox that asks for patience wants hours of it.
            MailState::Delayed
            | MailState::Delivered
            | MailState::Bounced
            | MailState::Complained
            | MailState::Suppressed
            | MailState::Superseded => true,
        }
    }
}

/// What became of the mail that an event asked for, kept with the event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MailOutcome {
    /// What became of it.
    pub state: MailState,
    /// When.
    pub at: Timestamp,
    /// More about it, in the words of whoever said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// How an address refused mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailRefusal {
    /// The reader called a mail spam.
    Complained,
    /// The mailbox does not exist, or takes nothing from us.
    Bounced,
}

/// That an address as such refuses mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Undeliverable {
    /// How it refused.
    pub why: MailRefusal,
    /// When.
    pub at: Timestamp,
    /// What the mailbox said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What mail is for, as far as it matters to an address that refused some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// Somebody else wants the reader to have it: an invitation.
    Unasked,
    /// It tells the reader what they need to know.
    Notice,
    /// The reader asked for it, at the door of this audience.
    Asked(Audience),
}

impl Undeliverable {
    /// Whether a mail of this kind is held back. Who called an invitation spam may still sign in; what a mailbox does
    /// not take is not sent again. But an admin's own sign-in is: nobody else could ever clear their address.
    #[must_use]
    pub fn stops(&self, kind: MailKind) -> bool {
        match (self.why, kind) {
            (_, MailKind::Asked(Audience::Admin))
            | (MailRefusal::Complained, MailKind::Asked(_) | MailKind::Notice) => false,
            (MailRefusal::Complained, MailKind::Unasked) | (MailRefusal::Bounced, _) => true,
        }
    }

    /// Why a mail was held back, in one sentence.
    #[must_use]
    pub fn in_words(&self) -> String {
        match (self.why, &self.detail) {
            (MailRefusal::Complained, _) => "The reader marked an earlier mail as spam.".to_owned(),
            (MailRefusal::Bounced, None) => "An earlier mail to this address bounced.".to_owned(),
            (MailRefusal::Bounced, Some(detail)) => format!("An earlier mail to this address bounced: {detail}"),
        }
    }
}

/// What a brand knows of an address that refused its mail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddressState {
    /// How and when it refused.
    #[serde(flatten)]
    pub refused: Undeliverable,
    /// When somebody said to try it again. News of mails from before then count no more, however late they come; so
    /// the row stays. A number, as conditions compare it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub cleared_at: Option<Timestamp>,
}

impl AddressState {
    /// That it refuses mail, if it still does.
    #[must_use]
    pub fn in_force(&self) -> Option<&Undeliverable> {
        if self.cleared_at.is_none() { Some(&self.refused) } else { None }
    }
}

/// News of a mail, as SES tells them.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    /// What became of it.
    pub outcome: MailOutcome,
    /// That the address as such refuses mail, if the news say so.
    pub refusal: Option<MailRefusal>,
    /// What SES calls the mail.
    pub message: String,
    /// When SES took the mail.
    pub sent_at: Timestamp,
}

/// What a mailbox or SES said, short and on one line; `None` if it said nothing.
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
        let queued = MailNote::queued(&EventId::fresh(now, [0; 10]), now);
        let sent = MailNote { state: MailState::Sent, message: Some("m".to_owned()), ..queued.clone() };
        let later = now + SignedDuration::from_mins(5);
        assert!(!queued.is_settled(later));
        assert!(!sent.is_settled(later - SignedDuration::from_millis(1)) && sent.is_settled(later));
        assert!(!MailNote { state: MailState::Failed, ..queued.clone() }.is_settled(later));
        assert!(MailNote { state: MailState::Failed, ..sent }.is_settled(now), "SES took it and threw it away");
    }

    #[test]
    fn who_refused_mail_gets_none_but_what_they_ask_for() {
        let refused = |why| Undeliverable { why, at: Timestamp::UNIX_EPOCH, detail: None };
        let (bounced, complained) = (refused(MailRefusal::Bounced), refused(MailRefusal::Complained));
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
