//! Converts SES events to the terms of this product.
//!
//! SES's own data about an email is trusted; its tags are text that anyone in the account could have set.

use jiff::Timestamp;
use shared::{
    domain::{BrandSlug, EmailAddress, EventId, Feedback, MailResult, MailState, PartnerId, SuppressionReason, said},
    mail::{BRAND_TAG, EVENT_TAG, PARTNER_TAG, SIGN_IN},
};

use crate::ses::{About, Detail, Envelope, Recipient};

/// An SES event about one of our emails.
pub(crate) struct News {
    pub(crate) brand: BrandSlug,
    /// The recipient's email address as we sent it; a forwarding mailbox may report another one.
    pub(crate) address: EmailAddress,
    pub(crate) partner: Option<PartnerId>,
    /// The event that caused the email; `None` for sign-in emails, which have no event.
    pub(crate) event: Option<EventId>,
    pub(crate) feedback: Feedback,
}

impl Envelope {
    /// Returns the event's content, or `None` if the email isn't ours or the event is of no interest.
    pub(crate) fn news(self) -> Option<News> {
        let (mail, outcome, refusal) = self.detail.into_outcome(self.time)?;
        let tag = |name: &str| match mail.tags.get(name).map(Vec::as_slice) {
            Some([value]) => Some(value.as_str()),
            Some(_) | None => None,
        };
        let [to] = mail.destination.as_slice() else { return None };
        Some(News {
            brand: BrandSlug::parse(tag(BRAND_TAG)?).ok()?,
            address: EmailAddress::parse(to).ok()?,
            partner: tag(PARTNER_TAG).map(PartnerId::parse).transpose().ok()?,
            event: match tag(EVENT_TAG)? {
                SIGN_IN => None,
                event => Some(EventId::parse(event).ok()?),
            },
            feedback: Feedback { outcome, refusal, message: mail.message_id.clone(), sent_at: mail.timestamp },
        })
    }
}

impl Detail {
    fn into_outcome(self, time: Timestamp) -> Option<(About, MailResult, Option<SuppressionReason>)> {
        let outcome = |state, at, detail| MailResult { state, at, detail };
        Some(match self {
            Self::Delivery { mail, delivery } => (mail, outcome(MailState::Delivered, delivery.timestamp, None), None),
            Self::DeliveryDelay { mail, delay } => {
                let why = words(&delay.delayed_recipients);
                (mail, outcome(MailState::Delayed, delay.timestamp, why), None)
            }
            // This is Amazon's own suppression list, across all of its customers: it says nothing about how this
            // mailbox would treat our emails, holds an email address for two weeks at most, and can't be switched off.
            // https://docs.aws.amazon.com/ses/latest/dg/sending-email-global-suppression-list.html
            Self::Bounce { mail, bounce } if HELD_BACK.contains(&bounce.bounce_sub_type.as_str()) => {
                let why = "Not sent by Amazon SES: an email to this address recently bounced for another sender. Try again in two weeks.";
                (mail, outcome(MailState::Failed, bounce.timestamp, Some(why.to_owned())), None)
            }
            Self::Bounce { mail, bounce } => {
                let words = words(&bounce.bounced_recipients).or_else(|| said(&bounce.bounce_sub_type));
                let for_good = bounce.bounce_type == "Permanent";
                let words = if for_good { words } else { Some(for_now(words)) };
                let refusal = for_good.then_some(SuppressionReason::Bounced);
                // A temporary bounce says nothing about the email address.
                let state = if for_good { MailState::Bounced } else { MailState::Failed };
                (mail, outcome(state, bounce.timestamp, words), refusal)
            }
            // Sent when a reader moves an email out of the spam folder.
            Self::Complaint { complaint, .. } if complaint.complaint_feedback_type.as_deref() == Some("not-spam") => {
                return None;
            }
            Self::Complaint { mail, complaint } => {
                let refusal = Some(SuppressionReason::Complained);
                (mail, outcome(MailState::Complained, complaint.timestamp, None), refusal)
            }
            Self::Reject { mail, reject } => {
                let why = reject.reason.as_deref().and_then(said);
                (mail, outcome(MailState::Failed, time, why), None)
            }
            Self::Other => return None,
        })
    }
}

/// Bounce subtypes without an attempt at delivery: SES held the email back because of its global suppression
/// list or that of the account.
const HELD_BACK: [&str; 2] = ["Suppressed", "OnAccountSuppressionList"];

/// Returns the mailbox's diagnostic message.
fn words(recipients: &[Recipient]) -> Option<String> {
    let recipient = recipients.first()?;
    recipient.diagnostic_code.as_deref().or(recipient.status.as_deref()).and_then(said)
}

fn for_now(words: Option<String>) -> String {
    words.map_or_else(|| "Temporary failure.".to_owned(), |words| format!("Temporary failure: {words}"))
}
