//! Simulated mailboxes. Their reactions are reported as SES reports them: events with the same JSON as SES's event
//! publishing.
//!
//! A developer or a test decides what a mailbox does. When developers run it, emails are delivered automatically,
//! except at some hosts whose mailboxes always react in another way, like those of SES's simulator.

use std::{error::Error, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    bus::Bus,
    ses::{Mail, Ses, address},
};
use crate::{
    clock::LocalClock,
    template::{ACCOUNT, Announcement, REGION},
};

/// The time an email is in transit before its mailbox reacts automatically.
const ON_ITS_WAY: Duration = Duration::from_secs(1);

/// The reaction of a mailbox, or of SES in its place, to an email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feedback {
    /// The mailbox accepts it.
    Deliver,
    /// The mailbox rejects it permanently: it doesn't exist.
    Bounce,
    /// The mailbox rejects it temporarily: it is full.
    SoftBounce,
    /// SES doesn't send it, since the email address bounced for another of SES's customers.
    Suppress,
    /// The recipient marks it as spam.
    Complain,
    /// The mailbox asks SES to try again later.
    Delay,
    /// SES finds a virus in it.
    Reject,
}

impl Feedback {
    /// All kinds of feedback.
    pub const ALL: [Self; 7] =
        [Self::Deliver, Self::Bounce, Self::SoftBounce, Self::Suppress, Self::Complain, Self::Delay, Self::Reject];

    /// Returns its name in email addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deliver => "deliver",
            Self::Bounce => "bounce",
            Self::SoftBounce => "soft-bounce",
            Self::Suppress => "suppress",
            Self::Complain => "complain",
            Self::Delay => "delay",
            Self::Reject => "reject",
        }
    }

    /// Returns its label on a button.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Deliver => "Deliver",
            Self::Bounce => "Bounce",
            Self::SoftBounce => "Soft bounce",
            Self::Suppress => "Suppress",
            Self::Complain => "Complain",
            Self::Delay => "Delay",
            Self::Reject => "Reject",
        }
    }

    /// Returns how the mailbox of `to` reacts when no one decides.
    fn by_itself(to: &str) -> &'static [Self] {
        match to.rsplit('@').next().unwrap_or_default() {
            "bounce.example" => &[Self::Bounce],
            "soft.example" => &[Self::SoftBounce],
            "suppressed.example" => &[Self::Suppress],
            "complaint.example" => &[Self::Deliver, Self::Complain],
            "delay.example" => &[Self::Delay],
            "reject.example" => &[Self::Reject],
            "silent.example" => &[],
            _ => &[Self::Deliver],
        }
    }

    /// Returns its names in event destinations, in EventBridge and in SES.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Deliver => ("delivery", "Email Delivered", "Delivery"),
            Self::Bounce | Self::SoftBounce | Self::Suppress => ("bounce", "Email Bounced", "Bounce"),
            Self::Complain => ("complaint", "Email Complaint Received", "Complaint"),
            Self::Delay => ("deliveryDelay", "Email Delivery Delayed", "DeliveryDelay"),
            Self::Reject => ("reject", "Email Rejected", "Reject"),
        }
    }
}

/// An SES event of an email that SES published, or would have published if an event destination had wanted it.
#[derive(Debug, Clone, Serialize, serde::Deserialize)]
pub struct News {
    /// The reaction of the mailbox.
    pub what: String,
    /// The time by the local clock.
    pub at: String,
    /// The queues that received the event.
    pub queues: Vec<String>,
    /// The event as it was published on the bus.
    pub event: Value,
}

impl News {
    /// Returns the event in a readable format.
    #[must_use]
    pub fn pretty(&self) -> String {
        format!("{:#}", self.event)
    }
}

/// All mailboxes. Clones share the same state.
#[derive(Clone)]
pub(crate) struct Mailboxes(Arc<Inner>);

struct Inner {
    ses: Arc<Ses>,
    bus: Bus,
    clock: LocalClock,
    announcements: Vec<Announcement>,
}

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

impl Mailboxes {
    pub(crate) fn new(ses: Arc<Ses>, bus: Bus, clock: LocalClock, announcements: Vec<Announcement>) -> Self {
        Self(Arc::new(Inner { ses, bus, clock, announcements }))
    }

    /// Simulates a reaction of an email's mailbox and publishes the SES event; `None` if there is no such email.
    pub(crate) async fn answer(&self, id: i64, what: Feedback) -> Result<Option<News>> {
        let Some(mail) = self.0.ses.mail(id)? else { return Ok(None) };
        let number = self.0.ses.news(id)?.len();
        let now = self.0.clock.now();
        let event = event(&mail, what, number, now);
        let (kind, ..) = what.names();
        let wanted = |announcement: &Announcement| {
            mail.configuration_set.as_ref() == Some(&announcement.configuration_set)
                && announcement.event_types.iter().any(|wanted| wanted == kind)
        };
        let announced = self.0.announcements.iter().any(wanted);
        let queues = if announced { self.0.bus.put(&event).await? } else { Vec::new() };
        let news = News { what: what.as_str().to_owned(), at: moment(now), queues, event };
        self.0.ses.keep_news(id, &news)?;
        Ok(Some(news))
    }

    /// Reacts to every email that no one else reacts to, for as long as this runs.
    pub(crate) async fn answer_by_themselves(self) {
        let mut sent = self.0.ses.sent();
        loop {
            sent.mark_unchanged();
            tokio::time::sleep(ON_ITS_WAY).await;
            if let Err(error) = self.answer_all().await {
                tracing::error!("The mailboxes could not answer: {error}");
            }
            if sent.changed().await.is_err() {
                return;
            }
        }
    }

    /// Lets the mailbox of every email without an SES event react automatically.
    pub(crate) async fn answer_all(&self) -> Result<()> {
        for mail in self.0.ses.unanswered()? {
            for what in Feedback::by_itself(mail.to.first().map(String::as_str).unwrap_or_default()) {
                self.answer(mail.id, *what).await?;
            }
        }
        Ok(())
    }
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Returns the event as it arrives on the bus.
fn event(mail: &Mail, what: Feedback, number: usize, now: Timestamp) -> Value {
    let (_, detail_type, event_type) = what.names();
    let set = mail.configuration_set.as_deref().unwrap_or_default();
    let identity = format!("arn:aws:ses:{REGION}:{ACCOUNT}:identity/{}", address(&mail.from));
    let mut detail = json!({"eventType": event_type, "mail": about(mail, &identity)});
    if let Value::Object(detail) = &mut detail {
        let name = match what {
            Feedback::Deliver => "delivery",
            Feedback::Bounce | Feedback::SoftBounce | Feedback::Suppress => "bounce",
            Feedback::Complain => "complaint",
            Feedback::Delay => "deliveryDelay",
            Feedback::Reject => "reject",
        };
        detail.insert(name.to_owned(), particulars(mail, what, number, now));
    }
    json!({
        "version": "0",
        "id": format!("00000000-0000-4000-8000-{:08x}{number:04x}", mail.id),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": ACCOUNT,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": REGION,
        "resources": [identity, format!("arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{set}")],
        "detail": detail,
    })
}

/// Returns the description of the email that SES includes in all of its events.
fn about(mail: &Mail, identity: &str) -> Value {
    let domain = address(&mail.from).rsplit('@').next().unwrap_or_default();
    let own = [
        ("ses:configuration-set", mail.configuration_set.as_deref().unwrap_or_default()),
        ("ses:source-ip", "127.0.0.1"),
        ("ses:from-domain", domain),
        ("ses:caller-identity", "local"),
    ];
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), json!([value])));
    let tags = own.chain(mail.tags.iter().map(|(name, value)| (name.clone(), json!([value]))));
    json!({
        "timestamp": mail.timestamp,
        "source": mail.from,
        "sourceArn": identity,
        "sendingAccountId": ACCOUNT,
        "messageId": mail.message_id,
        "destination": mail.to,
        "headersTruncated": false,
        "headers": [
            {"name": "From", "value": mail.from},
            {"name": "To", "value": mail.to.join(", ")},
            {"name": "Subject", "value": mail.subject},
        ],
        "commonHeaders": {"from": [mail.from], "to": mail.to, "messageId": mail.message_id, "subject": mail.subject},
        "tags": tags.collect::<serde_json::Map<_, _>>(),
    })
}

/// Returns the part of the event that is specific to its kind.
fn particulars(mail: &Mail, what: Feedback, number: usize, now: Timestamp) -> Value {
    let at = moment(now);
    let feedback_id = format!("local-{}-{number}-000000", mail.id);
    let recipients = |status: &str, said: &str| -> Value {
        let recipient =
            |to: &String| json!({"emailAddress": to, "action": "failed", "status": status, "diagnosticCode": said});
        mail.to.iter().map(recipient).collect()
    };
    let bounce = |kind: &str, sub: &str, recipients: Value| {
        json!({"bounceType": kind, "bounceSubType": sub, "bouncedRecipients": recipients, "timestamp": at,
            "feedbackId": feedback_id, "reportingMTA": "dns; mx.localhost"})
    };
    match what {
        Feedback::Deliver => json!({"timestamp": at, "processingTimeMillis": 500, "recipients": mail.to,
            "smtpResponse": "250 2.6.0 Message received", "reportingMTA": "mx.localhost"}),
        Feedback::Bounce => bounce("Permanent", "General", recipients("5.1.1", "smtp; 550 5.1.1 user unknown")),
        Feedback::SoftBounce => bounce("Transient", "MailboxFull", recipients("4.2.2", "smtp; 452 4.2.2 mailbox full")),
        Feedback::Suppress => {
            let said = "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.";
            bounce("Permanent", "Suppressed", recipients("5.1.1", said))
        }
        Feedback::Complain => {
            let complained: Value = mail.to.iter().map(|to| json!({"emailAddress": to})).collect();
            json!({"complainedRecipients": complained, "timestamp": at, "feedbackId": feedback_id, "complaintSubType": null,
                "userAgent": "partner-invites-local", "complaintFeedbackType": "abuse", "arrivalDate": at})
        }
        Feedback::Delay => {
            let expires = now.saturating_add(SignedDuration::from_hours(14)).unwrap_or(now);
            let said = "smtp; 421 4.4.1 Unable to connect to remote host";
            let delayed =
                mail.to.iter().map(|to| json!({"emailAddress": to, "status": "4.4.1", "diagnosticCode": said}));
            json!({"timestamp": at, "delayType": "TransientCommunicationFailure", "expirationTime": moment(expires),
                "delayedRecipients": delayed.collect::<Value>()})
        }
        Feedback::Reject => json!({"reason": "Bad content"}),
    }
}
