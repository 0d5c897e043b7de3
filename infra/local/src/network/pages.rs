//! The pages of the simulated Network, below `/_local/network`.

use askama::Template;
use bytes::Bytes;
use http::{Method, Request};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Call, Mode, Vendor,
    applications::{Application, Offering, State},
    forms::{self, Refusal},
    memory::Kind,
    people::{CREATORS, Creator},
    roster::Known,
    webhook::{Anyhow, Delivery, Outcome},
};
use crate::{
    gateway::Gateway,
    pages::{Answer, Pages, json_reply, not_found, wants_json},
    seed::Seeded,
};

/// The number of partners, and of decided applications, that a page shows.
const SHOWN_MAX: usize = 50;
/// The number of calls that it shows.
const CALLS_SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "network.html")]
struct Page<'a> {
    now: String,
    brands: Vec<&'a Vendor>,
    inside: Option<Inside<'a>>,
}

/// A brand at the Network.
struct Inside<'a> {
    vendor: &'a Vendor,
    notice: Option<Notice>,
    creators: Vec<AtNetwork>,
    offerings: Vec<Offering>,
    waiting: Vec<Application>,
    /// Most recently decided first.
    decided: Vec<Application>,
    roster: Vec<Known>,
    roster_count: usize,
    mode: Mode,
    modes: [Mode; 4],
    secret: String,
    calls: Vec<Call>,
}

/// A creator and their status.
struct AtNetwork {
    creator: &'static Creator,
    stands: Vec<(State, String)>,
}

/// The result of the last action.
struct Notice {
    says: String,
    outcome: Option<Outcome>,
}

impl Pages {
    /// Handles one request below `/_local/network`; `path` is the path below that.
    pub(crate) async fn network(
        &self,
        (method, path): (&Method, &str),
        request: &Request<Bytes>,
        gateway: &Gateway,
    ) -> Answer {
        if let Some(path) = path.strip_prefix("/api")
            && (path.is_empty() || path.starts_with('/'))
        {
            return Ok(self.network.over_http(path, request).await);
        }
        let as_json = wants_json(request);
        let mut parts = path.trim_matches('/').splitn(2, '/');
        let brand = parts.next().filter(|brand| !brand.is_empty());
        let (Some(brand), method) = (brand, method) else {
            return if method == Method::GET { self.front((request, as_json), gateway).await } else { Ok(not_found()) };
        };
        let found = self.network.vendor(brand).zip(self.seed.brand(brand));
        let Some((vendor, seeded)) = found else { return Ok(not_found()) };
        match (method, parts.next()) {
            (&Method::GET, None) if as_json => {
                Ok(json_reply(&self.at_network((vendor, seeded), request, gateway).await?.as_json()))
            }
            (&Method::GET, None) => {
                let inside = self.at_network((vendor, seeded), request, gateway).await?;
                self.network_page(Some(inside))
            }
            (&Method::POST, Some(action)) => {
                self.network.press((vendor, seeded), action, (request, as_json), gateway).await
            }
            _ => Ok(not_found()),
        }
    }

    /// Shows the first brand; as JSON, all of them.
    async fn front(&self, (request, as_json): (&Request<Bytes>, bool), gateway: &Gateway) -> Answer {
        let mut all = Vec::new();
        for vendor in self.network.vendors() {
            let Some(seeded) = self.seed.brand(&vendor.brand) else { continue };
            let inside = self.at_network((vendor, seeded), request, gateway).await?;
            if !as_json {
                return self.network_page(Some(inside));
            }
            all.push(inside.as_json());
        }
        if as_json { Ok(json_reply(&json!({"brands": all}))) } else { self.network_page(None) }
    }

    fn network_page(&self, inside: Option<Inside<'_>>) -> Answer {
        self.page(&Page { now: self.now(), brands: self.network.vendors().iter().collect(), inside })
    }

    async fn at_network<'a>(
        &self,
        (vendor, seeded): (&'a Vendor, &Seeded),
        request: &Request<Bytes>,
        gateway: &Gateway,
    ) -> Anyhow<Inside<'a>> {
        let (network, brand) = (&self.network, vendor.brand.as_str());
        let all = network.applications(brand)?;
        let stands = |creator: &Creator| {
            let mut stands: Vec<(State, String)> = Vec::new();
            for one in all.iter().filter(|one| one.creator.id == creator.id && one.state != State::Withdrawn) {
                stands.retain(|(_, name)| *name != one.offering.name);
                stands.push((one.state, one.offering.name.clone()));
            }
            stands
        };
        let creators = CREATORS.iter().map(|creator| AtNetwork { creator, stands: stands(creator) }).collect();
        let notice = notice(request, &all);
        let (waiting, mut decided): (Vec<_>, Vec<_>) = all.into_iter().partition(Application::is_waiting);
        decided.sort_by_key(|one| std::cmp::Reverse((one.decided_at, one.id.clone())));
        decided.truncate(SHOWN_MAX);
        let memory = &network.0.memory;
        Ok(Inside {
            vendor,
            notice,
            creators,
            offerings: forms::offerings(seeded, gateway).await?,
            waiting,
            decided,
            roster: memory.look(brand, |notes| notes.last(Kind::Partner, SHOWN_MAX))?,
            roster_count: memory.look(brand, |notes| notes.count(Kind::Partner))?,
            mode: network.settings(brand)?.mode,
            modes: Mode::ALL,
            secret: network.signing_secret(vendor)?,
            calls: memory.look(brand, |notes| notes.last_with_nobodys(Kind::Call, CALLS_SHOWN))?,
        })
    }
}

/// Returns the notice of the last action, from the URL.
fn notice(request: &Request<Bytes>, all: &[Application]) -> Option<Notice> {
    let mut pairs = url::form_urlencoded::parse(request.uri().query()?.as_bytes());
    let (action, id) = pairs.next()?;
    if action == "refused" {
        let why = Refusal::ALL.into_iter().find(|why| why.as_str() == id)?;
        return Some(Notice { says: why.says().to_owned(), outcome: None });
    }
    let one = all.iter().find(|one| one.id == id)?;
    let (who, what) = (&one.creator.name, &one.offering.name);
    let (says, outcome) = match action.as_ref() {
        "apply" => (format!("{who} applied to {what}. The application is pending."), None),
        "withdraw" => (format!("{who} withdrew the application to {what}."), None),
        "approve" | "send" => {
            let outcome = one.deliveries.last().map(Delivery::outcome);
            (format!("The brand was notified that {who} is approved for {what}."), outcome)
        }
        _ => return None,
    };
    Some(Notice { says, outcome })
}

impl Inside<'_> {
    fn as_json(&self) -> Value {
        let decided: Vec<Value> =
            self.decided.iter().map(|one| json!({"application": one, "outcome": one.outcome()})).collect();
        let creators: Vec<Value> = self
            .creators
            .iter()
            .map(|AtNetwork { creator, .. }| {
                let Creator { id, name, email, handle, bio, slug } = creator;
                json!({"id": id, "name": name, "email": email, "handle": handle, "bio": bio, "slug": slug})
            })
            .collect();
        json!({
            "brand": self.vendor.brand,
            "mode": self.mode,
            "url": self.vendor.seed.url,
            "token": self.vendor.seed.token,
            "signingSecret": self.secret,
            "webhook": self.vendor.seed.webhook,
            "creators": creators,
            "offerings": self.offerings,
            "waiting": self.waiting,
            "decided": decided,
            "partnerCount": self.roster_count,
            "partners": self.roster,
            "calls": self.calls,
        })
    }
}

impl Application {
    /// Returns the product's last response.
    fn outcome(&self) -> Option<Outcome> {
        self.deliveries.last().map(Delivery::outcome)
    }

    fn created(&self) -> String {
        short(self.created_at)
    }

    fn decided(&self) -> String {
        self.decided_at.map(short).unwrap_or_default()
    }

    fn is_approved(&self) -> bool {
        self.state == State::Approved
    }
}

impl Known {
    /// Returns when it was last synced.
    fn last(&self) -> String {
        self.history.last().map(|past| short(past.at)).unwrap_or_default()
    }
}

impl Call {
    fn time(&self) -> String {
        self.at.strftime("%H:%M:%S").to_string()
    }

    /// Returns the body of the request and that of the response.
    fn bodies(&self) -> String {
        let pretty = |text: &str| match serde_json::from_str::<Value>(text) {
            Ok(json) => format!("{json:#}"),
            Err(_no_json) => text.to_owned(),
        };
        if self.sent.is_empty() {
            format!("{}\n\n{}", self.status, pretty(&self.answered))
        } else {
            format!("{}\n\n{}\n\n{}", pretty(&self.sent), self.status, pretty(&self.answered))
        }
    }
}

impl State {
    fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Pending",
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
            Self::Withdrawn => "Withdrawn",
        }
    }
}

/// Formats an instant to the minute.
fn short(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
