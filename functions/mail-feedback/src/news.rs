//! What SES tells, in the product's own words.
//!
//! What SES says of a mail is trusted; the tags that come with it are text that anybody in the account could have set.

use jiff::Timestamp;
use shared::{
    domain::{BrandSlug, EmailAddress, EventId, Feedback, MailOutcome, MailRefusal, MailState, PartnerId, said},
    mail::{BRAND_TAG, EVENT_TAG, PARTNER_TAG, SIGN_IN},
};

use crate::ses::{About, Detail, Envelope, Recipient};

/// News of one of our mails.
pub(crate) struct News {
    pub(crate) brand: BrandSlug,
    /// Whom it went to, which a forwarding mailbox may call otherwise.
    pub(crate) address: EmailAddress,
    pub(crate) partner: Option<PartnerId>,
    /// What asked for it; nothing did that is remembered, if somebody wanted to sign in.
    pub(crate) event: Option<EventId>,
    pub(crate) feedback: Feedback,
}

impl Envelope {
    /// The news, unless they are of a mail that is not ours, or of no interest.
    pub(crate) fn news(self) -> Option<News> {
        let (mail, outcome, refusal) = self.detail.told(self.time)?;
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
    fn told(self, time: Timestamp) -> Option<(About, MailOutcome, Option<MailRefusal>)> {
        let outcome = |state, at, detail| MailOutcome { state, at, detail };
        Some(match self {
            Self::Delivery { mail, delivery } => (mail, outcome(MailState::Delivered, delivery.timestamp, None), None),
            Self::DeliveryDelay { mail, delay } => {
                let why = words(&delay.delayed_recipients);
                (mail, outcome(MailState::Delayed, delay.timestamp, why), None)
            }
            // Amazon's own list, across all of its customers: it says nothing of what this address would do with our email,
            // holds it for two weeks at most, and can't be switched off.
            // https://docs.aws.amazon.com/ses/latest/dg/sending-email-global-suppression-list.html
            Self::Bounce { mail, bounce } if HELD_BACK.contains(&bounce.bounce_sub_type.as_str()) => {
                let why = "Held back by Amazon: an email to this address bounced for another sender lately. Try again in two weeks.";
                (mail, outcome(MailState::Failed, bounce.timestamp, Some(why.to_owned())), None)
            }
            Self::Bounce { mail, bounce } => {
                let words = words(&bounce.bounced_recipients).or_else(|| said(&bounce.bounce_sub_type));
                let for_good = bounce.bounce_type == "Permanent";
                let words = if for_good { words } else { Some(for_now(words)) };
                let refusal = for_good.then_some(MailRefusal::Bounced);
                // What came back only for now says nothing of the address.
                let state = if for_good { MailState::Bounced } else { MailState::Failed };
                (mail, outcome(state, bounce.timestamp, words), refusal)
            }
            // A reader may also take a mail out of the spam folder, and then says this.
            Self::Complaint { complaint, .. } if complaint.complaint_feedback_type.as_deref() == Some("not-spam") => {
                return None;
            }
            Self::Complaint { mail, complaint } => {
                let refusal = Some(MailRefusal::Complained);
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

/// The sub-types of bounces that no mailbox made: SES held the email back, by its list for all customers or the account's.
const HELD_BACK: [&str; 2] = ["Suppressed", "OnAccountSuppressionList"];

/// What the mailbox said.
fn words(recipients: &[Recipient]) -> Option<String> {
    let recipient = recipients.first()?;
    recipient.diagnostic_code.as_deref().or(recipient.status.as_deref()).and_then(said)
}

fn for_now(words: Option<String>) -> String {
    words.map_or_else(|| "Only for now.".to_owned(), |words| format!("Only for now: {words}"))
}
