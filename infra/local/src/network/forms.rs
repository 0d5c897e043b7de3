//! Actions on the simulated Network's page, as forms and as JSON.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{
    Mode, Network, PATH, Vendor,
    applications::{Application, Decided, Offering, State, Wish},
    people,
    webhook::Anyhow,
};
use crate::{
    gateway::Gateway,
    pages::{json_reply, not_found, status},
    seed::Seeded,
};

/// The fields of a form or of a JSON object.
struct Fields(BTreeMap<String, String>);

/// The reason why an action wasn't carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NotWaiting,
    NoSecret,
}

/// The result of an action.
enum Pressed {
    /// It concerns this application.
    Application(Box<Application>),
    Changed,
    NotFound,
    Refused(Refusal),
}

impl Network {
    /// Carries out an action at a brand, then redirects back to its page, or returns the result as JSON.
    pub(super) async fn press(
        &self,
        (vendor, seeded): (&Vendor, &Seeded),
        action: &str,
        request: (&Request<Bytes>, bool),
        gateway: &Gateway,
    ) -> Anyhow<Response<Bytes>> {
        let (request, as_json) = request;
        let fields = Fields::read(request);
        let brand = vendor.brand.as_str();
        let pressed = match action {
            "apply" => match self.wish(seeded, &fields, gateway).await? {
                Some(wish) => Pressed::application(Some(self.apply(brand, wish)?)),
                None => Pressed::NotFound,
            },
            "approve" => match self.wish(seeded, &fields, gateway).await? {
                Some(wish) => {
                    let approved = self.approve_at_once(brand, wish)?;
                    Pressed::application(self.send_approval(brand, &approved.id, gateway).await?)
                }
                None => Pressed::NotFound,
            },
            "send" => Pressed::application(self.send_approval(brand, fields.text("application"), gateway).await?),
            "withdraw" => match self.decide(brand, fields.text("application"), (State::Withdrawn, None))? {
                Decided::Now(application) => Pressed::Application(application),
                Decided::NotPending => Pressed::Refused(Refusal::NotWaiting),
                Decided::Unknown => Pressed::NotFound,
            },
            "mode" => match Mode::ALL.into_iter().find(|mode| mode.as_str() == fields.text("mode")) {
                Some(mode) => {
                    self.change_settings(brand, |settings| settings.mode = mode)?;
                    Pressed::Changed
                }
                None => Pressed::NotFound,
            },
            "secret" => self.set_secret(vendor, fields.text("secret"))?,
            _ => Pressed::NotFound,
        };
        pressed.answer(brand, action, as_json)
    }

    fn set_secret(&self, vendor: &Vendor, secret: &str) -> Anyhow<Pressed> {
        let secret = secret.trim().to_owned();
        let sign = |secret: &String| {
            shared::crypto::webhook_signature::signed_headers(
                "msg",
                b"{}",
                std::slice::from_ref(secret),
                self.0.clock.now(),
            )
        };
        if !secret.starts_with("whsec_") || sign(&secret).is_err() {
            return Ok(Pressed::Refused(Refusal::NoSecret));
        }
        let other = (secret != vendor.seed.signing_secret).then_some(secret);
        self.change_settings(&vendor.brand, |settings| settings.secret = other)?;
        Ok(Pressed::Changed)
    }

    async fn wish(&self, seeded: &Seeded, fields: &Fields, gateway: &Gateway) -> Anyhow<Option<Wish>> {
        let Some(creator) = people::creator(fields.text("creator")) else { return Ok(None) };
        let offerings = offerings(seeded, gateway).await?;
        let Some(offering) = offerings.into_iter().find(|offering| offering.id == fields.text("offering")) else {
            return Ok(None);
        };
        let slug = fields.text("preferredSlug").trim();
        let preferred_slug = if slug.is_empty() { creator.slug } else { slug }.to_owned();
        let send_invite = matches!(fields.text("sendInvite"), "on" | "true");
        let message = fields.text("message").trim().to_owned();
        Ok(Some(Wish { creator, offering, preferred_slug, message, send_invite }))
    }
}

/// Returns the offerings of a brand: its open programs, read through its API.
pub(super) async fn offerings(seeded: &Seeded, gateway: &Gateway) -> Anyhow<Vec<Offering>> {
    let request = Request::get(format!("/api/t/{}/programs", seeded.brand))
        .header(header::AUTHORIZATION, format!("Bearer {}", seeded.api_key))
        .body(Bytes::new())?;
    let listed: Value = serde_json::from_slice(gateway.call(&request).await.body()).unwrap_or_default();
    let programs = listed.get("programs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let open = programs.iter().filter(|program| program.get("archived") == Some(&Value::Bool(false)));
    let text = |program: &Value, name: &str| program.get(name).and_then(Value::as_str).map(str::to_owned);
    let offering = |program: &Value| {
        let program_id = text(program, "id")?;
        let id = format!("off_{}", program_id.split_once('_').map_or(program_id.as_str(), |(_, rest)| rest));
        Some(Offering { id, name: text(program, "name")?, program_id })
    };
    Ok(open.filter_map(offering).collect())
}

impl Refusal {
    pub(super) const ALL: [Self; 2] = [Self::NotWaiting, Self::NoSecret];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::NotWaiting => "not-waiting",
            Self::NoSecret => "no-secret",
        }
    }

    pub(super) fn says(self) -> &'static str {
        match self {
            Self::NotWaiting => "This application is no longer pending.",
            Self::NoSecret => "Not a valid signing secret: it must be whsec_ followed by Base64. Nothing was changed.",
        }
    }
}

impl Fields {
    fn read(request: &Request<Bytes>) -> Self {
        let body: Option<BTreeMap<String, Value>> = serde_json::from_slice(request.body()).ok();
        let text = |value: Value| match value {
            Value::String(text) => text,
            other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                other.to_string()
            }
        };
        Self(match body {
            Some(body) => body.into_iter().map(|(name, value)| (name, text(value))).collect(),
            None => url::form_urlencoded::parse(request.body()).into_owned().collect(),
        })
    }

    fn text(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl Pressed {
    fn application(application: Option<Application>) -> Self {
        application.map_or(Self::NotFound, |application| Self::Application(Box::new(application)))
    }

    fn answer(self, brand: &str, action: &str, as_json: bool) -> Anyhow<Response<Bytes>> {
        let back = |query: &str| {
            let mut response = status(StatusCode::SEE_OTHER, Response::new(Bytes::new()));
            response.headers_mut().insert(header::LOCATION, format!("{PATH}/{brand}{query}").parse()?);
            Ok(response)
        };
        match self {
            Self::Application(application) if as_json => {
                let outcome = application.deliveries.last().map(super::webhook::Delivery::outcome);
                Ok(json_reply(&json!({"application": application, "outcome": outcome})))
            }
            Self::Application(application) => back(&format!("?{action}={}#came", application.id)),
            Self::Changed if as_json => Ok(json_reply(&json!({"changed": true}))),
            Self::Changed => back("#behaves"),
            Self::NotFound => Ok(not_found()),
            Self::Refused(why) if as_json => {
                Ok(status(StatusCode::CONFLICT, json_reply(&json!({"message": why.says()}))))
            }
            Self::Refused(why) => back(&format!("?refused={}#came", why.as_str())),
        }
    }
}
