//! Emails: a folder each with subject, text and HTML, and the SES client.

mod branding;
mod templates;

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sesv2::{
    error::{ProvideErrorMetadata, SdkError},
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag},
};
use base64::{Engine, engine::general_purpose::STANDARD};

pub use branding::{Face, LogoImage, Said};
pub use templates::{
    AddressAsked, AddressMoved, Approval, Ended, Invitation, Reminder, Rendered, Revocation, SentLink, SignIn,
    TeamChanged, TeamNews, WebhookOff, Welcome,
};

use crate::{
    Config,
    domain::{Brand, EmailAddress, EventId, PartnerId},
    error::{Error, Result},
    invocation::CallCounter,
};

/// Longer than SES ever takes, and shorter than the mailer's timeout.
const ANSWER_WITHIN: Duration = Duration::from_secs(6);

/// The SES client.
#[derive(Debug, Clone)]
pub struct Mailer {
    #[expect(clippy::disallowed_types, reason = "this is the module that sends mail")]
    client: aws_sdk_sesv2::Client,
    sender: EmailAddress,
    configuration_set: Option<String>,
}

/// The reasons why SES did not accept an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// Too many emails at the same time: try again soon.
    Throttled,
    /// Too many emails today: try again later.
    OverQuota,
    /// SES rejected the email.
    Refused(String),
    /// There was no response: SES may have sent the email.
    Unanswered,
}

impl SendError {
    /// Returns the problem that the partner's row shows; `None` if the email only has to wait.
    #[must_use]
    pub fn in_words(&self) -> Option<&str> {
        match self {
            Self::Throttled | Self::OverQuota => None,
            Self::Refused(detail) => Some(detail),
            Self::Unanswered => Some("No response from the email service."),
        }
    }
}

/// The context of an email. It is sent as tags, which SES events repeat.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The trigger of the email.
    pub event: Asked<'a>,
    /// The recipient, if it is a partner.
    pub partner: Option<&'a PartnerId>,
    /// The unsubscribe link, if the recipient can opt out of such emails.
    pub way_out: Option<&'a str>,
}

/// The trigger of an email.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// An event.
    By(&'a EventId),
    /// A person who wants to sign in.
    AtTheDoor,
}

/// The tag with the trigger of the email.
pub const EVENT_TAG: &str = "event";
/// The tag with the brand that sends the email.
pub const BRAND_TAG: &str = "brand";
/// The tag with the recipient, if it is a partner.
pub const PARTNER_TAG: &str = "partner";
/// The value of [`EVENT_TAG`] for emails that people requested in order to sign in.
pub const SIGN_IN: &str = "sign-in";

impl About<'_> {
    /// Returns the tags. SES allows letters, digits, `_` and `-` in them; IDs and slugs contain nothing else.
    fn tags(self, brand: &Brand) -> Result<Vec<MessageTag>> {
        let event = match self.event {
            Asked::By(event) => event.as_str(),
            Asked::AtTheDoor => SIGN_IN,
        };
        let partner = self.partner.map(|partner| (PARTNER_TAG, partner.as_str()));
        let tags = [(EVENT_TAG, event), (BRAND_TAG, brand.slug.as_str())].into_iter().chain(partner);
        tags.map(|(name, value)| MessageTag::builder().name(name).value(value).build().map_err(Error::internal))
            .collect()
    }

    /// Returns the headers for which email programs show an unsubscribe button, or unsubscribe by themselves if the
    /// reader wants that (RFC 8058).
    fn headers(self) -> Result<Option<Vec<MessageHeader>>> {
        let Some(address) = self.way_out else { return Ok(None) };
        let headers = [
            ("List-Unsubscribe", format!("<{address}>")),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
        ];
        let header = |(name, value)| MessageHeader::builder().name(name).value(value).build().map_err(Error::internal);
        headers.into_iter().map(header).collect::<Result<_>>().map(Some)
    }
}

impl Mailer {
    /// Creates the SES client of a function that was given a sender.
    pub(crate) fn of(aws: &SdkConfig, config: &Config) -> Option<Self> {
        let set = config.mail_configuration_set.clone();
        config.sender.clone().map(|sender| Self::new(aws, sender, set))
    }

    /// Creates a client. Makes no call. The SDK never retries by itself: after a lost response, a retry would send the
    /// email twice.
    #[must_use]
    #[expect(clippy::disallowed_types, reason = "this is the module that sends mail")]
    pub fn new(aws: &SdkConfig, sender: EmailAddress, configuration_set: Option<String>) -> Self {
        // This applies to a single attempt too. Otherwise the shorter timeout of all other calls would apply, and a
        // slow response would lead to a duplicate email.
        let timeouts =
            TimeoutConfig::builder().operation_timeout(ANSWER_WITHIN).operation_attempt_timeout(ANSWER_WITHIN);
        let config = aws_sdk_sesv2::config::Builder::from(aws)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts.build())
            .interceptor(CallCounter)
            .build();
        Self { client: aws_sdk_sesv2::Client::from_conf(config), sender, configuration_set }
    }

    /// Sends `mail` from `brand` to `to`, tagged with its context; returns SES's message ID.
    ///
    /// # Errors
    /// `Ok(Err(..))` is the reason why SES did not accept it; `Err` is a bug.
    pub async fn send(
        &self,
        brand: &Brand,
        to: &EmailAddress,
        mail: Rendered,
        about: About<'_>,
    ) -> Result<Result<String, SendError>> {
        let content = |data: String| Content::builder().data(data).charset("UTF-8").build().map_err(Error::internal);
        let body = Body::builder().text(content(mail.text)?).html(content(mail.html)?).build();
        let message =
            Message::builder().subject(content(mail.subject)?).body(body).set_headers(about.headers()?).build();
        let answer = self
            .client
            .send_email()
            .from_email_address(format!("{} <{}>", display_name(brand.sender().as_str()), self.sender))
            .reply_to_addresses(brand.reply_to.as_str())
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(EmailContent::builder().simple(message).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .set_email_tags(Some(about.tags(brand)?))
            .send()
            .await;
        Ok(answer.map(|answer| answer.message_id.unwrap_or_default()).map_err(|error| not_sent(&error)))
    }
}

fn not_sent(error: &SdkError<SendEmailError>) -> SendError {
    let Some(service) = error.as_service_error() else {
        return SendError::Unanswered;
    };
    let (code, message) = (service.code().unwrap_or("Unknown"), service.message().unwrap_or_default());
    let throttled = matches!(code, "TooManyRequestsException" | "Throttling" | "ThrottlingException");
    if code == "LimitExceededException" || (throttled && message.contains("Daily")) {
        SendError::OverQuota
    } else if throttled {
        SendError::Throttled
    } else {
        tracing::warn!(ses.code = code, "SES refused a mail");
        SendError::Refused(format!("{code}: {message}"))
    }
}

/// Formats a display name for an email header: quoted (RFC 5322, 3.2.4) or as encoded words (RFC 2047).
fn display_name(name: &str) -> String {
    if name.is_ascii() {
        return format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    }
    // An encoded word has at most 75 characters, so 45 bytes of text; it must not split a character.
    let mut words = vec![String::new()];
    for char in name.chars() {
        match words.last_mut() {
            Some(word) if word.len() + char.len_utf8() <= 45 => word.push(char),
            _ => words.push(char.to_string()),
        }
    }
    let words: Vec<_> = words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word))).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_cannot_break_out_of_its_header() {
        assert_eq!(display_name("Acme"), "\"Acme\"");
        assert_eq!(display_name("Acme, \"Inc\" \\o/"), "\"Acme, \\\"Inc\\\" \\\\o/\"");
        assert_eq!(display_name("Café"), "=?UTF-8?B?Q2Fmw6k=?=");
        let long = display_name(&"é".repeat(100));
        assert!(long.split(' ').all(|word| word.len() <= 75 && word.is_ascii()));
    }
}
