//! The pages that only the local runner has, below `/_local`: this instance, its outbox and its clock. The shops are in
//! `shop`, the Network in `network`.

use std::sync::Arc;

use askama::Template;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};
use shared::ErrorChain;

use crate::{
    clock::LocalClock,
    cloud::{
        mailboxes::{Feedback, Mailboxes, News},
        ses::{Mail, Ses},
    },
    gateway::Gateway,
    network::Network,
    seed::{Seed, Seeded},
};

/// The most that the clock may be advanced in one step: ten years.
const LEAP_MAX_S: i64 = 10 * 366 * 86_400;
/// The latest time of the clock, so that expiry times remain valid dates: the year 2200.
const CLOCK_MAX: jiff::Timestamp = jiff::Timestamp::constant(7_258_118_400, 0);

/// The content security policy: what pages may load and do.
const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; form-action 'self'; \
                      frame-src 'self'; base-uri 'self'; frame-ancestors 'none'";

/// The data behind the pages. Clones share it.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) base_url: String,
    pub(crate) clock: LocalClock,
    pub(crate) ses: Arc<Ses>,
    pub(crate) mailboxes: Mailboxes,
    pub(crate) seed: Seed,
    pub(crate) network: Network,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    now: String,
    base_url: &'a str,
    brands: &'a [Seeded],
    /// True if the demo was seeded.
    demo: bool,
}

#[derive(Template)]
#[template(path = "mails.html")]
struct Mails {
    now: String,
    /// Each email with the last reaction of its mailbox.
    mails: Vec<(Mail, Option<News>)>,
    buttons: [Feedback; 7],
}

#[derive(Template)]
#[template(path = "mail.html")]
struct OneMail {
    now: String,
    mail: Mail,
    news: Vec<News>,
    buttons: [Feedback; 7],
}

/// The response to a request, or an error.
pub(crate) type Answer = Result<Response<Bytes>, Box<dyn std::error::Error + Send + Sync>>;

impl Pages {
    /// Handles one request below `/_local`.
    pub(crate) async fn answer(&self, request: &Request<Bytes>, gateway: &Gateway) -> Response<Bytes> {
        let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        let path = request.uri().path().strip_prefix("/_local").unwrap_or_default();
        let answer = match (method, path) {
            (&Method::GET, "" | "/") if wants_json(request) => self.home_json().await,
            (&Method::GET, "" | "/") => {
                let brands = self.seed.brands();
                self.page(&Home { now: self.now(), base_url: &self.base_url, brands, demo: brands.len() > 1 })
            }
            (method, path) if path == "/shop" || path.starts_with("/shop/") => {
                self.shop((method, path.strip_prefix("/shop").unwrap_or_default()), request, gateway).await
            }
            (method, path) if path == "/network" || path.starts_with("/network/") => {
                self.network((method, path.strip_prefix("/network").unwrap_or_default()), request, gateway).await
            }
            (&Method::POST, "/sign-in") => self.sign_in(request).await,
            (&Method::POST, "/clock") => self.move_clock(request),
            (&Method::GET, "/style.css") => Ok(whole("text/css", include_str!("../templates/style.css").to_owned())),
            (&Method::GET, "/shop.js") => Ok(whole("text/javascript", include_str!("../templates/shop.js").to_owned())),
            (&Method::GET, "/mail") => self.mails(wants_json(request)),
            (&Method::POST, path) => match path.strip_prefix("/mail/").and_then(mail_and_feedback) {
                Some((id, what)) => self.answer_mail(id, what, request).await,
                None => Ok(not_found()),
            },
            (&Method::GET, path) => match path.strip_prefix("/mail/").and_then(|id| id.parse().ok()) {
                Some(id) => self.mail(id, wants_json(request)),
                None => Ok(not_found()),
            },
            _ => Ok(not_found()),
        };
        answer.unwrap_or_else(|error| {
            tracing::error!("A local page failed: {}", ErrorChain(error.as_ref()));
            status(
                StatusCode::INTERNAL_SERVER_ERROR,
                whole("text/plain; charset=utf-8", "Something went wrong. See the log.\n".to_owned()),
            )
        })
    }

    /// The first brand's fields are also at the top level, besides the list of all brands.
    async fn home_json(&self) -> Answer {
        let mut brands = Vec::new();
        for seeded in self.seed.brands() {
            let below = |path: &str| format!("{}/t/{}{path}", self.base_url, seeded.brand);
            brands.push(json!({
                "brand": seeded.brand,
                "name": seeded.name,
                // Not named like the first brand's field, which people extract from this text with sed.
                "key": seeded.api_key,
                "adminEmail": seeded.admin_email,
                "adminLink": self.seed.admin_link(seeded).await?,
                "admin": below("/admin"),
                "portal": below(""),
                "networkSecret": seeded.network.signing_secret,
                "networkWebhook": seeded.network.webhook,
            }));
        }
        let of_first = |name: &str| brands.first().and_then(|brand| brand.get(name)).cloned();
        let home = json!({
            "brand": of_first("brand"),
            "apiKey": of_first("key"),
            "adminLink": of_first("adminLink"),
            "admin": of_first("admin"),
            "portal": of_first("portal"),
            "outbox": format!("{}/_local/mail", self.base_url),
            "shop": format!("{}/_local/shop", self.base_url),
            "network": {
                "page": format!("{}/_local/network", self.base_url),
                "signingSecret": of_first("networkSecret"),
                "webhook": of_first("networkWebhook"),
            },
            "now": self.now(),
            "brands": brands,
        });
        Ok(json_reply(&home))
    }

    /// Signs in the admin of the brand that the button names, or of the first one.
    async fn sign_in(&self, request: &Request<Bytes>) -> Answer {
        let mut fields = url::form_urlencoded::parse(request.body());
        let brand = fields.find(|(name, _)| name == "brand").map(|(_, brand)| brand);
        let seeded = brand.map_or_else(|| self.seed.brands().first(), |brand| self.seed.brand(&brand));
        let Some(seeded) = seeded else { return Ok(not_found()) };
        let link = self.seed.admin_link(seeded).await?;
        let mut response = status(StatusCode::SEE_OTHER, Response::new(Bytes::new()));
        response.headers_mut().insert(header::LOCATION, link.parse()?);
        Ok(response)
    }

    /// Accepts JSON, and also the form of the home page, to which it redirects.
    fn move_clock(&self, request: &Request<Bytes>) -> Answer {
        let body: Option<Value> = serde_json::from_slice(request.body()).ok();
        let from_form = body.is_none();
        let seconds = match body {
            Some(body) => body.get("advanceSeconds").and_then(Value::as_i64),
            None => {
                let mut fields = url::form_urlencoded::parse(request.body());
                fields.find(|(name, _)| name == "advanceSeconds").and_then(|(_, value)| value.parse().ok())
            }
        };
        let moved = |seconds: &i64| (0..=LEAP_MAX_S).contains(seconds) && self.clock.now() < CLOCK_MAX;
        let Some(seconds) = seconds.filter(moved) else {
            let text = "Send {\"advanceSeconds\": n}, where n is an integer of at most ten years. The clock ends in the year 2200.";
            let message = json_reply(&json!({"message": text}));
            return Ok(status(StatusCode::BAD_REQUEST, message));
        };
        self.clock.advance(seconds);
        if from_form {
            let mut response = status(StatusCode::SEE_OTHER, Response::new(Bytes::new()));
            response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/_local"));
            return Ok(response);
        }
        Ok(json_reply(&json!({"now": self.now()})))
    }

    fn mails(&self, as_json: bool) -> Answer {
        let mails = self.ses.mails()?;
        if as_json {
            let shown = mails.iter().map(|mail| self.as_json(mail)).collect::<Result<Vec<_>, _>>()?;
            return Ok(json_reply(&Value::from(shown)));
        }
        let with_news = mails.into_iter().map(|mail| Ok((self.ses.news(mail.id)?.pop(), mail)));
        let mails = with_news.map(|pair: rusqlite::Result<_>| pair.map(|(news, mail)| (mail, news)));
        self.page(&Mails { now: self.now(), mails: mails.collect::<Result<_, _>>()?, buttons: Feedback::ALL })
    }

    fn mail(&self, id: i64, as_json: bool) -> Answer {
        let Some(mail) = self.ses.mail(id)? else { return Ok(not_found()) };
        if as_json {
            Ok(json_reply(&self.as_json(&mail)?))
        } else {
            let news = self.ses.news(id)?;
            self.page(&OneMail { now: self.now(), mail, news, buttons: Feedback::ALL })
        }
    }

    /// Returns an email with its SES events.
    fn as_json(&self, mail: &Mail) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let mut shown = serde_json::to_value(mail)?;
        if let Value::Object(shown) = &mut shown {
            shown.insert("news".to_owned(), serde_json::to_value(self.ses.news(mail.id)?)?);
        }
        Ok(shown)
    }

    /// Simulates a reaction of a mailbox, and redirects to the page with the button.
    async fn answer_mail(&self, id: i64, what: Feedback, request: &Request<Bytes>) -> Answer {
        let Some(news) = self.mailboxes.answer(id, what).await? else { return Ok(not_found()) };
        if wants_json(request) {
            return Ok(json_reply(&serde_json::to_value(news)?));
        }
        let from_list = request.uri().query() == Some("list");
        let back = if from_list { "/_local/mail".to_owned() } else { format!("/_local/mail/{id}") };
        let mut response = status(StatusCode::SEE_OTHER, Response::new(Bytes::new()));
        response.headers_mut().insert(header::LOCATION, back.parse()?);
        Ok(response)
    }

    /// Renders a page. Emails bring their own styles and images, and no script in them may run.
    pub(crate) fn page(&self, template: &impl Template) -> Answer {
        self.page_under(template, HeaderValue::from_static(POLICY))
    }

    /// Renders a page with a script of ours. No email is ever shown on one.
    pub(crate) fn page_with_script(&self, template: &impl Template) -> Answer {
        self.page_under(template, format!("{POLICY}; script-src 'self'; connect-src 'self'").parse()?)
    }

    #[expect(clippy::unused_self, reason = "every answer of these pages goes through here")]
    fn page_under(&self, template: &impl Template, policy: HeaderValue) -> Answer {
        let mut response = whole("text/html; charset=utf-8", template.render()?);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        Ok(response)
    }

    pub(crate) fn now(&self) -> String {
        self.clock.now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
    }
}

/// Parses `3/bounce`.
fn mail_and_feedback(path: &str) -> Option<(i64, Feedback)> {
    let (id, word) = path.split_once('/')?;
    Some((id.parse().ok()?, Feedback::ALL.into_iter().find(|what| what.as_str() == word)?))
}

pub(crate) fn wants_json(request: &Request<Bytes>) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.contains("application/json")
}

pub(crate) fn json_reply(value: &Value) -> Response<Bytes> {
    whole("application/json", value.to_string())
}

fn whole(kind: &'static str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

pub(crate) fn not_found() -> Response<Bytes> {
    status(StatusCode::NOT_FOUND, whole("text/plain; charset=utf-8", "Page not found. Start at /_local.\n".to_owned()))
}

pub(crate) fn status(status: StatusCode, mut response: Response<Bytes>) -> Response<Bytes> {
    *response.status_mut() = status;
    response
}
