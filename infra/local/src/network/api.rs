//! Responses of the simulated Network to the product's calls, both in process and over HTTP.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    Call, Mode, Network, Vendor,
    applications::{Decided, State},
    memory::{ALL_BRANDS, Result},
    refusal,
    roster::{By, PartnerInput},
    webhook::Due,
};
use crate::pages::{json_reply, status};

/// The duration of a slow response.
const SLOW: Duration = Duration::from_secs(5);
/// The value of `Retry-After` when there were too many calls.
const RETRY_AFTER_S: u64 = 5;
/// The maximum number of partners in one call.
const BACKFILL_MAX: usize = 500;
/// The number of applications on one page of a list.
const PAGE: usize = 50;

/// One call of the product.
pub(super) struct Asked<'a> {
    pub(super) method: &'a Method,
    /// The path below the Network's URL.
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    /// The value of the header `Authorization`.
    pub(super) authorization: Option<&'a str>,
    pub(super) body: &'a [u8],
}

/// The Network's response.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) retry_after_s: Option<u64>,
    pub(super) body: Value,
}

#[derive(Deserialize)]
struct Backfill {
    partners: Vec<PartnerInput>,
}

#[derive(Default, Deserialize)]
struct Decision {
    note: Option<String>,
}

impl Network {
    /// Handles a call. A slow Network acts immediately all the same, so a caller that doesn't wait misses only the
    /// response.
    pub(super) async fn answer(&self, asked: Asked<'_>) -> Answered {
        let vendor = self.vendor_of(asked.authorization);
        let brand = vendor.map_or(ALL_BRANDS, |vendor| vendor.brand.as_str());
        let (answered, mode) = self.answer_now(vendor, &asked).unwrap_or_else(|error| {
            tracing::error!("The pretend Network could not answer: {error}");
            (answer(500, refusal("internal")), Mode::Up)
        });
        let query = asked.query.map(|query| format!("?{query}")).unwrap_or_default();
        let call = Call {
            at: self.0.clock.now(),
            ours: false,
            what: format!("{} {}{query}", asked.method, asked.path),
            sent: String::from_utf8_lossy(asked.body).into_owned(),
            status: answered.status,
            answered: answered.body.to_string(),
        };
        if let Err(error) = self.log(brand, call) {
            tracing::error!("A call of the pretend Network could not be noted: {error}");
        }
        if mode == Mode::Slow {
            tokio::time::sleep(SLOW).await;
        }
        answered
    }

    fn answer_now(&self, vendor: Option<&Vendor>, asked: &Asked<'_>) -> Result<(Answered, Mode)> {
        let Some(vendor) = vendor else { return Ok((answer(401, refusal("unauthorized")), Mode::Up)) };
        let mode = self.settings(&vendor.brand)?.mode;
        let answered = match mode {
            Mode::Up | Mode::Slow => self.answer_vendor(vendor, asked)?,
            Mode::Limited => Answered { retry_after_s: Some(RETRY_AFTER_S), ..answer(429, refusal("rate_limited")) },
            Mode::Down => answer(503, refusal("unavailable")),
        };
        Ok((answered, mode))
    }

    fn vendor_of(&self, authorization: Option<&str>) -> Option<&Vendor> {
        let token = authorization?.strip_prefix("Bearer ")?;
        self.vendors().iter().find(|vendor| vendor.seed.token == token)
    }

    fn answer_vendor(&self, vendor: &Vendor, asked: &Asked<'_>) -> Result<Answered> {
        let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
        match (asked.method, parts.as_slice()) {
            (&Method::GET, ["vendors", "me", "requests"]) => self.requests(vendor, asked.query),
            (&Method::POST, ["vendors", "me", "requests", id, "approve"]) => {
                self.decided(vendor, id, (State::Approved, asked.body))
            }
            (&Method::POST, ["vendors", "me", "requests", id, "reject"]) => {
                self.decided(vendor, id, (State::Rejected, asked.body))
            }
            (&Method::POST, ["partners", "upsert"]) => match serde_json::from_slice(asked.body) {
                Ok(partner) => {
                    let noted = self.note(vendor, vec![partner], By::Push)?.pop();
                    let noted = noted.map(|mut noted| {
                        noted.vendor_partner_id = None;
                        json!(noted)
                    });
                    Ok(answer(200, noted.unwrap_or_default()))
                }
                Err(error) => Ok(unreadable(&error)),
            },
            (&Method::POST, ["vendors", "backfill-partners"]) => match serde_json::from_slice(asked.body) {
                Ok(Backfill { partners }) if partners.len() > BACKFILL_MAX => {
                    Ok(answer(400, json!({"error": "too_many", "max": BACKFILL_MAX})))
                }
                Ok(Backfill { partners }) => {
                    Ok(answer(200, json!({"partners": self.note(vendor, partners, By::Backfill)?})))
                }
                Err(error) => Ok(unreadable(&error)),
            },
            _ => Ok(answer(404, refusal("not_found"))),
        }
    }

    /// Returns the pending applications, oldest first. The cursor is the last application on the page.
    fn requests(&self, vendor: &Vendor, query: Option<&str>) -> Result<Answered> {
        let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let after = pairs.find(|(name, _)| name == "cursor").map(|(_, cursor)| cursor.into_owned());
        let all = self.applications(&vendor.brand)?;
        let begin = after.and_then(|after| all.iter().position(|one| one.id == after)).map_or(0, |place| place + 1);
        let waiting: Vec<_> = all.iter().skip(begin).filter(|one| one.is_waiting()).collect();
        let page: Vec<_> = waiting.iter().take(PAGE).collect();
        let next = page.last().filter(|_| waiting.len() > PAGE).map(|last| last.id.clone());
        let requests: Vec<Value> = page.iter().map(|one| one.as_request()).collect();
        Ok(answer(200, json!({"requests": requests, "nextCursor": next})))
    }

    fn decided(&self, vendor: &Vendor, id: &str, (state, body): (State, &[u8])) -> Result<Answered> {
        let decision = if body.is_empty() { Ok(Decision::default()) } else { serde_json::from_slice(body) };
        let Decision { note } = match decision {
            Ok(decision) => decision,
            Err(error) => return Ok(unreadable(&error)),
        };
        Ok(match self.decide(&vendor.brand, id, (state, note))? {
            Decided::Now(application) => {
                if state == State::Approved {
                    self.schedule_approval(Due { brand: vendor.brand.clone(), id: id.to_owned(), at: Instant::now() });
                }
                answer(200, json!({"id": application.id, "status": application.state}))
            }
            Decided::NotPending => answer(409, refusal("not_pending")),
            Decided::Unknown => answer(404, refusal("not_found")),
        })
    }

    /// Handles a call over HTTP; `path` is the path below the Network's URL.
    pub(crate) async fn over_http(&self, path: &str, request: &Request<Bytes>) -> Response<Bytes> {
        let authorization = request.headers().get(header::AUTHORIZATION).and_then(|text| text.to_str().ok());
        let asked =
            Asked { method: request.method(), path, query: request.uri().query(), authorization, body: request.body() };
        let answered = self.answer(asked).await;
        let code = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status(code, json_reply(&answered.body));
        if let Some(seconds) = answered.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn answer(status: u16, body: Value) -> Answered {
    Answered { status, retry_after_s: None, body }
}

fn unreadable(error: &serde_json::Error) -> Answered {
    answer(400, json!({"error": "invalid", "message": error.to_string()}))
}
