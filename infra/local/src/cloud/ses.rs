//! SES: `winterbaume` validates the call and returns the response; the outbox stores each email in full.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use http::HeaderMap;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::watch;
use winterbaume_core::{MockRequest, MockResponse, MockService};
use winterbaume_sesv2::SesV2Service;

use super::mailboxes::News;
use crate::{clock::LocalClock, ledger::Ledger, template::Template};

/// An email that was sent through SES.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// A number that starts at 1.
    pub id: i64,
    /// The time it was sent, by the local clock.
    pub at: String,
    /// The sender, with their name in front of the email address.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
    /// The email addresses for replies.
    pub reply_to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Headers besides the usual ones, as name and value.
    pub headers: Vec<(String, String)>,
    /// The message tag `event`: the event that the email was sent for.
    pub event: Option<String>,
    /// All message tags, as name and value.
    pub tags: Vec<(String, String)>,
    /// The ID that SES returned.
    pub message_id: String,
    /// The configuration set that it was sent with.
    pub configuration_set: Option<String>,
    /// The time it was sent, to the millisecond.
    #[serde(skip)]
    pub(crate) timestamp: String,
}

/// SES and the emails sent through it.
pub(crate) struct Ses {
    service: SesV2Service,
    ledger: Ledger,
    clock: LocalClock,
    configuration_sets: Vec<String>,
    identities: Vec<String>,
    sent: watch::Sender<()>,
    pace: Pace,
}

/// The maximum number of emails per second, by the real time.
pub(crate) const SES_RATE: u32 = 500;

/// The number of emails in the current second.
#[derive(Default)]
struct Pace(Mutex<Option<(Instant, u32)>>);

impl Pace {
    /// Counts one more email and returns `true` if it exceeds the rate.
    fn is_too_fast(&self) -> bool {
        let mut second = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, count) =
            second.filter(|(began, _)| began.elapsed() < Duration::from_secs(1)).unwrap_or((Instant::now(), 0));
        *second = Some((began, count + 1));
        count >= SES_RATE
    }
}

impl Ses {
    pub(crate) fn new(template: &Template, ledger: Ledger, clock: LocalClock) -> Self {
        Self {
            service: SesV2Service::new(),
            ledger,
            clock,
            configuration_sets: template.configuration_sets.clone(),
            identities: template.identities.clone(),
            sent: watch::channel(()).0,
            pace: Pace::default(),
        }
    }

    /// Returns a receiver that changes whenever an email was sent.
    pub(crate) fn sent(&self) -> watch::Receiver<()> {
        self.sent.subscribe()
    }

    /// Handles one call.
    pub(crate) async fn answer(&self, request: MockRequest) -> MockResponse {
        if request.method != "POST" || !request.uri.ends_with("/v2/email/outbound-emails") {
            return self.service.handle(request).await;
        }
        if self.pace.is_too_fast() {
            return refused(429, "TooManyRequestsException", "Maximum sending rate exceeded.");
        }
        let mail: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        if let Some((status, code, message)) = self.refusal(&mail) {
            return refused(status, code, message);
        }
        // A new service for each call: it searches all emails that it stores whenever one is sent, and ours are in the
        // outbox.
        let response = SesV2Service::new().handle(request).await;
        if response.status == 200 {
            let answer: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            let message_id = answer.get("MessageId").and_then(Value::as_str).unwrap_or_default();
            if let Err(error) = self.keep(&mail, message_id) {
                return refused(500, "InternalServiceError", &error.to_string());
            }
            self.sent.send_replace(());
        }
        response
    }

    /// Returns the error for an identity or a configuration set that SES wouldn't accept, which only the template
    /// defines.
    fn refusal(&self, mail: &Value) -> Option<(u16, &'static str, &'static str)> {
        let from = address(text(mail, "/FromEmailAddress"));
        let domain = from.rsplit('@').next().unwrap_or_default();
        if !self.identities.iter().any(|identity| identity == from || identity == domain) {
            return Some((400, "MessageRejected", "Email address is not verified."));
        }
        let set = mail.get("ConfigurationSetName").and_then(Value::as_str);
        if set.is_some_and(|set| !self.configuration_sets.iter().any(|known| known == set)) {
            return Some((404, "NotFoundException", "Configuration set does not exist."));
        }
        None
    }

    fn keep(&self, mail: &Value, message_id: &str) -> rusqlite::Result<()> {
        let at = self.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        let kept = json!({"at": at, "messageId": message_id, "request": mail}).to_string();
        self.ledger.transaction(|connection| connection.execute("INSERT INTO mail (mail) VALUES (?)", [kept]).map(drop))
    }

    /// Returns every email, newest first.
    pub(crate) fn mails(&self) -> rusqlite::Result<Vec<Mail>> {
        self.ledger.read(|connection| {
            let mut select = connection.prepare_cached("SELECT seq, mail FROM mail ORDER BY seq DESC")?;
            select.query_map([], |row| Ok(read(row.get(0)?, &row.get::<_, String>(1)?)))?.collect()
        })
    }

    /// Returns the emails after the one with this ID, oldest first.
    pub(crate) fn mails_after(&self, id: i64) -> rusqlite::Result<Vec<Mail>> {
        self.ledger.read(|connection| {
            let mut select = connection.prepare_cached("SELECT seq, mail FROM mail WHERE seq > ? ORDER BY seq")?;
            select.query_map([id], |row| Ok(read(row.get(0)?, &row.get::<_, String>(1)?)))?.collect()
        })
    }

    /// Returns an email by its ID.
    pub(crate) fn mail(&self, id: i64) -> rusqlite::Result<Option<Mail>> {
        self.ledger.read(|connection| {
            let sql = "SELECT seq, mail FROM mail WHERE seq = ?";
            connection.query_row(sql, params![id], |row| Ok(read(row.get(0)?, &row.get::<_, String>(1)?))).optional()
        })
    }

    /// Returns the emails without an SES event, oldest first.
    pub(crate) fn unanswered(&self) -> rusqlite::Result<Vec<Mail>> {
        self.ledger.read(|connection| {
            let sql = "SELECT seq, mail FROM mail WHERE seq NOT IN (SELECT mail FROM news) ORDER BY seq";
            let mut select = connection.prepare_cached(sql)?;
            select.query_map([], |row| Ok(read(row.get(0)?, &row.get::<_, String>(1)?)))?.collect()
        })
    }

    /// Returns the SES events of an email, oldest first.
    pub(crate) fn news(&self, id: i64) -> rusqlite::Result<Vec<News>> {
        let kept: Vec<String> = self.ledger.read(|connection| {
            let mut select = connection.prepare_cached("SELECT news FROM news WHERE mail = ? ORDER BY seq")?;
            select.query_map([id], |row| row.get(0))?.collect()
        })?;
        Ok(kept.iter().filter_map(|news| serde_json::from_str(news).ok()).collect())
    }

    pub(crate) fn keep_news(&self, id: i64, news: &News) -> rusqlite::Result<()> {
        let kept = json!(news).to_string();
        let sql = "INSERT INTO news (mail, news) VALUES (?, ?)";
        self.ledger.transaction(|connection| connection.execute(sql, params![id, kept]).map(drop))
    }
}

fn read(id: i64, kept: &str) -> Mail {
    let kept: Value = serde_json::from_str(kept).unwrap_or_default();
    let texts = |pointer: &str| -> Vec<String> {
        let list = kept.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let pairs = |pointer: &str| -> Vec<(String, String)> {
        let list = kept.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        list.map(|pair| (text(pair, "/Name").to_owned(), text(pair, "/Value").to_owned())).collect()
    };
    let tags = pairs("/request/EmailTags");
    let (at, set) = (text(&kept, "/at"), text(&kept, "/request/ConfigurationSetName"));
    Mail {
        id,
        at: at.split_once('.').map_or_else(|| at.to_owned(), |(seconds, _)| format!("{seconds}Z")),
        timestamp: at.to_owned(),
        configuration_set: (!set.is_empty()).then(|| set.to_owned()),
        from: text(&kept, "/request/FromEmailAddress").to_owned(),
        to: texts("/request/Destination/ToAddresses"),
        reply_to: texts("/request/ReplyToAddresses"),
        subject: text(&kept, "/request/Content/Simple/Subject/Data").to_owned(),
        text: text(&kept, "/request/Content/Simple/Body/Text/Data").to_owned(),
        html: text(&kept, "/request/Content/Simple/Body/Html/Data").to_owned(),
        headers: pairs("/request/Content/Simple/Headers"),
        event: tags.iter().find(|(name, _)| name == "event").map(|(_, value)| value.clone()),
        tags,
        message_id: text(&kept, "/messageId").to_owned(),
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Returns the email address of `Acme <hello@example.com>`, without the name.
pub(crate) fn address(from: &str) -> &str {
    match (from.rfind('<'), from.strip_suffix('>')) {
        (Some(start), Some(inner)) => inner.get(start + 1..).unwrap_or_default(),
        _ => from,
    }
}

fn refused(status: u16, code: &'static str, message: &str) -> MockResponse {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", http::HeaderValue::from_static("application/json"));
    headers.insert("x-amzn-errortype", http::HeaderValue::from_static(code));
    MockResponse { status, headers, body: json!({"message": message}).to_string().into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ClockStart;

    async fn send(ses: &Ses, from: &str) -> u16 {
        let mail = json!({
            "FromEmailAddress": from,
            "Destination": {"ToAddresses": ["bo@example.org"]},
            "ReplyToAddresses": ["partners@acme.example"],
            "ConfigurationSetName": "mail",
            "EmailTags": [{"Name": "event", "Value": "evt_1"}],
            "Content": {"Simple": {
                "Subject": {"Data": "Hello"},
                "Body": {"Text": {"Data": "plain"}, "Html": {"Data": "<b>rich</b>"}},
            }},
        });
        let headers =
            HeaderMap::from_iter([(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"))]);
        let uri = "http://email.us-east-1.amazonaws.com/v2/email/outbound-emails".to_owned();
        ses.answer(MockRequest { method: "POST".to_owned(), uri, headers, body: mail.to_string().into() }).await.status
    }

    #[tokio::test]
    async fn the_outbox_stores_both_bodies_and_survives_a_kill() {
        let folder = crate::folder::Temporary::new().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let template = Template {
            configuration_sets: vec!["mail".to_owned()],
            identities: vec!["example.com".to_owned()],
            ..Template::default()
        };
        let ses = |ledger: Ledger| {
            let start = ClockStart::At("2026-01-01T00:00:00Z".parse().unwrap());
            Ses::new(&template, ledger.clone(), LocalClock::new(start, ledger).unwrap())
        };
        let killed = ses(Ledger::open(&path).unwrap());
        assert_eq!(send(&killed, "Acme <hello@example.com>").await, 200);
        assert_eq!(send(&killed, "hello@elsewhere.com").await, 400);
        std::mem::forget(killed);

        let mails = ses(Ledger::open(&path).unwrap()).mails().unwrap();
        let [mail] = mails.as_slice() else { panic!("{mails:?}") };
        assert_eq!((mail.text.as_str(), mail.html.as_str()), ("plain", "<b>rich</b>"));
        assert_eq!(
            (mail.id, mail.at.as_str(), mail.from.as_str()),
            (1, "2026-01-01T00:00:00Z", "Acme <hello@example.com>")
        );
        assert_eq!(
            (mail.to.as_slice(), mail.event.as_deref()),
            (["bo@example.org".to_owned()].as_slice(), Some("evt_1"))
        );
    }
}
