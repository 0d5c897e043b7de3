//! HTTP responses of handlers, and the JSON in which API Gateway expects them.

use std::fmt;

use http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    domain::StoredResponse,
    domain::{LinkError, ResendError},
    error::{Error, Result},
};

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";

/// An HTTP response. Its `Debug` shows neither body nor cookies, which may contain secrets.
#[derive(Clone, PartialEq)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: String,
    headers: Vec<(&'static str, String)>,
    cookies: Vec<String>,
    /// True if the body is binary, encoded in Base64.
    in_base64: bool,
    /// Content security policy of the page, if it differs from the default.
    policy: Option<String>,
    /// Origin that the page's script may connect to besides our own.
    connects_to: Option<String>,
}

impl Reply {
    fn new(status: StatusCode, content_type: &str, body: String) -> Self {
        let headers = vec![("content-type", content_type.to_owned()), ("cache-control", "no-store".to_owned())];
        Self { status, body, headers, cookies: Vec::new(), in_base64: false, policy: None, connects_to: None }
    }

    /// 200 with JSON.
    ///
    /// # Errors
    /// Fails if the output can't be serialized as JSON; that is a bug.
    pub fn ok(output: &impl Serialize) -> Result<Self> {
        Self::json(StatusCode::OK, output)
    }

    /// 201 with JSON.
    ///
    /// # Errors
    /// Fails if the output can't be serialized as JSON; that is a bug.
    pub fn created(output: &impl Serialize) -> Result<Self> {
        Self::json(StatusCode::CREATED, output)
    }

    /// 202 with JSON.
    ///
    /// # Errors
    /// Fails if the output can't be serialized as JSON; that is a bug.
    pub fn accepted(output: &impl Serialize) -> Result<Self> {
        Self::json(StatusCode::ACCEPTED, output)
    }

    fn json(status: StatusCode, output: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(output).map_err(Error::internal)?;
        Ok(Self::new(status, JSON, body))
    }

    /// A page.
    ///
    /// # Errors
    /// Fails if the template can't be rendered; that is a bug.
    pub fn page(status: StatusCode, page: &impl askama::Template) -> Result<Self> {
        Ok(Self::new(status, HTML, page.render().map_err(Error::internal)?))
    }

    /// An email, shown in a frame on one of our pages. It may use its own styles and show images from `base_url`, and
    /// nothing else. Clicking a link in it opens nothing.
    #[must_use]
    pub fn framed(mail: &str, base_url: &str) -> Self {
        let policy = format!(
            "default-src 'none'; style-src 'unsafe-inline'; img-src {base_url}; form-action 'none'; base-uri 'none'; \
             frame-ancestors 'self'; sandbox"
        );
        let mail = mail.replacen("<head>", "<head>\n<base target=\"_blank\">", 1);
        Self { policy: Some(policy), ..Self::new(StatusCode::OK, HTML, mail) }
    }

    /// 303 to another page: the form was processed, and reloading won't submit it again.
    #[must_use]
    pub fn see_other(location: &str) -> Self {
        Self::new(StatusCode::SEE_OTHER, HTML, String::new()).header("location", location)
    }

    /// 302 to another URL, this time only.
    #[must_use]
    pub fn found(location: &str) -> Self {
        Self::new(StatusCode::FOUND, HTML, String::new()).header("location", location)
    }

    /// An empty response whose status says everything.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self::new(status, HTML, String::new())
    }

    /// An asset whose URL changes with its content.
    #[must_use]
    pub fn asset(content_type: &str, body: &str) -> Self {
        let unchanging = ("cache-control", "public, max-age=31536000, immutable".to_owned());
        let headers = vec![("content-type", content_type.to_owned()), unchanging];
        Self { headers, ..Self::new(StatusCode::OK, content_type, body.to_owned()) }
    }

    /// An image in Base64 whose URL changes with its content.
    #[must_use]
    pub fn picture(content_type: &str, base64: &str) -> Self {
        Self { in_base64: true, ..Self::asset(content_type, base64) }
    }

    /// A public document, which may be cached for five minutes.
    #[must_use]
    pub fn public(content_type: &str, body: impl Into<String>) -> Self {
        Self::new(StatusCode::OK, content_type, body.into()).header("cache-control", "public, max-age=300")
    }

    /// An error as JSON: `{"error": code, "message": sentence, "detail": …}`.
    #[must_use]
    pub fn error(error: &Error) -> Self {
        if let Error::Answered(answer) = error {
            return Self::from(answer.as_ref().clone()).header("idempotency-replayed", "true");
        }
        let (status, code) = error.status_and_code();
        let mut body =
            Map::from_iter([("error".to_owned(), json!(code)), ("message".to_owned(), json!(error.to_string()))]);
        if let Some(detail) = detail(error) {
            body.insert("detail".to_owned(), detail);
        }
        let reply = Self::new(status, JSON, Value::Object(body).to_string());
        if matches!(error, Error::Unauthenticated) {
            reply.header("www-authenticate", "Bearer")
        } else if let Error::MethodNotAllowed(allowed) = error {
            reply.header("allow", allowed.as_str())
        } else if matches!(error, Error::TooManyRequests) {
            reply.header("retry-after", "600")
        } else if let Error::Reach(ResendError::TooSoon { wait_s } | ResendError::TooOften { wait_s }) = error {
            reply.header("retry-after", wait_s.to_string())
        } else if matches!(error, Error::Busy) {
            reply.header("retry-after", "1")
        } else {
            reply
        }
    }

    /// Allows pages of any origin to read the response. Only for handlers that never read cookies.
    #[must_use]
    pub(in crate::web) fn for_any_page(self) -> Self {
        self.header("access-control-allow-origin", "*")
            .header("access-control-allow-methods", "POST")
            .header("access-control-allow-headers", "content-type")
            .header("access-control-max-age", "86400")
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a cookie.
    #[must_use]
    pub fn cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// Allows the script of this page to send files to one more origin.
    #[must_use]
    pub fn connecting_to(self, origin: Option<&str>) -> Self {
        Self { connects_to: origin.map(str::to_owned), ..self }
    }

    /// Converts the response to the JSON that API Gateway expects; without a body if the request was HEAD.
    pub(in crate::web) fn into_event(self, head: bool) -> Value {
        let secured = self.headers.into_iter().chain(security_headers(self.policy, self.connects_to.as_deref()));
        let headers: Map<_, _> = secured.map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
        let body = if head { String::new() } else { self.body };
        json!({
            "statusCode": self.status.as_u16(),
            "headers": headers,
            "cookies": self.cookies,
            "body": body,
            "isBase64Encoded": self.in_base64 && !head,
        })
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.status)
    }
}

impl From<StoredResponse> for Reply {
    fn from(answer: StoredResponse) -> Self {
        Self::new(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK), JSON, answer.body)
    }
}

fn detail(error: &Error) -> Option<Value> {
    match error {
        Error::Invalid(field) => field.field.as_ref().map(|field| json!({"field": field})),
        Error::ColourTooPale(colour) => Some(json!({"field": "accent", "nearest": colour.as_accent()})),
        Error::EmailTaken { owner } => match owner {
            Some((id, state)) => Some(json!({"field": "email", "id": id, "state": state})),
            None => Some(json!({"field": "email"})),
        },
        Error::GrantsChanged(now) => Some(json!({"grantsVersion": now.version, "programIds": now.programs})),
        Error::Reach(ResendError::AddressRefused(why)) => Some(json!({"why": why})),
        Error::Reach(ResendError::TooSoon { wait_s } | ResendError::TooOften { wait_s }) => {
            Some(json!({"waitSeconds": wait_s}))
        }
        Error::Link(LinkError::KeyTaken) => Some(json!({"field": "linkKey"})),
        Error::Link(LinkError::NotGranted) => Some(json!({"field": "programId"})),
        Error::NoSuchProgram => Some(json!({"field": "data.offering.programId"})),
        Error::RoleMissing(role) => Some(json!({"role": role})),
        Error::ScopeMissing(scope) => Some(json!({"scope": scope})),
        Error::NotFound(what) => Some(json!({"what": what})),
        Error::TooLarge
        | Error::MethodNotAllowed(_)
        | Error::Unauthenticated
        | Error::SessionRequired
        | Error::SignInAgain
        | Error::Team(_)
        | Error::SignatureRequired
        | Error::SignatureWrong
        | Error::OtherOrigin
        | Error::Reach(_)
        | Error::Link(_)
        | Error::Settle(_)
        | Error::SecretShownOnce
        | Error::LinkDeleted
        | Error::Access(_)
        | Error::AddressErased
        | Error::ImportOver
        | Error::NoReport
        | Error::NothingToRetry
        | Error::NobodyToActOn
        | Error::WebhookOff
        | Error::FileGone
        | Error::ApprovalDecided
        | Error::BackfillRunning
        | Error::ApprovalHeld
        | Error::NotSigned
        | Error::NotConnected
        | Error::Network(_)
        | Error::ChangedMeanwhile
        | Error::IdempotencyKeyReused
        | Error::LinkDead
        | Error::TooManyRequests
        | Error::Busy
        | Error::Answered(_)
        | Error::Internal(_) => None,
    }
}

/// Headers of every response. `same-origin`, because `no-referrer` would make browsers send `Origin: null` with our
/// forms.
fn security_headers(policy: Option<String>, connects_to: Option<&str>) -> impl Iterator<Item = (&'static str, String)> {
    let connects_to = connects_to.map(|origin| format!(" {origin}")).unwrap_or_default();
    let usual = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'{connects_to}; font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    [
        ("content-security-policy", policy.unwrap_or(usual)),
        ("strict-transport-security", "max-age=63072000; includeSubDomains".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("referrer-policy", "same-origin".to_owned()),
        ("cross-origin-opener-policy", "same-origin".to_owned()),
    ]
    .into_iter()
}
