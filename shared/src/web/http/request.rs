//! What API Gateway hands to a function, made into something to ask questions of.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    domain::{Audience, Invalid},
    error::{Error, InvalidField, Result},
    web::from_json,
    webhook,
};

/// The largest body that any action takes.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// A request over HTTP (payload format 2.0). Its `Debug` shows neither query nor body: they may hold secrets.
pub struct Request {
    /// The verb.
    pub method: Method,
    /// The key of the route that it took, as in `GET /t/{brand}`.
    pub route: String,
    /// The path as it was asked for.
    pub path: String,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// What API Gateway calls this request.
    pub id: String,
    /// Where it came from, as API Gateway saw it; no header can change it.
    pub source_ip: String,
    query: HashMap<String, String>,
    params: HashMap<String, String>,
    headers: HeaderMap,
    cookies: HashMap<String, String>,
    query_text: String,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {})", self.method, self.path)
    }
}

impl Request {
    /// Reads the event.
    ///
    /// # Errors
    /// If it isn't one of API Gateway's.
    pub(crate) fn read(event: Value) -> Result<Self> {
        let event: ApiGatewayV2httpRequest = serde_json::from_value(event).map_err(Error::internal)?;
        let body = event.body.unwrap_or_default();
        let body =
            if event.is_base64_encoded { STANDARD.decode(body).map_err(Error::internal)? } else { body.into_bytes() };
        let query = event.raw_query_string.unwrap_or_default();
        let cookies = event.cookies.unwrap_or_default();
        let cookies = cookies.iter().flat_map(|line| line.split(';')).filter_map(|cookie| {
            let (name, value) = cookie.trim().split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        });
        let context = event.request_context;
        Ok(Self {
            method: context.http.method,
            route: event.route_key.unwrap_or_default(),
            path: event.raw_path.unwrap_or_default(),
            body,
            id: context.request_id.unwrap_or_default(),
            source_ip: context.http.source_ip.unwrap_or_default(),
            query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            params: event.path_parameters,
            headers: event.headers,
            cookies: cookies.collect(),
            query_text: query,
        })
    }

    /// The network it came from: the address, or of IPv6 the half that a household or a server has to itself.
    #[must_use]
    pub fn network(&self) -> String {
        match self.source_ip.parse() {
            Ok(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
            }
            Ok(IpAddr::V4(_)) | Err(_) => self.source_ip.clone(),
        }
    }

    /// Whether there is such a header, text or not.
    #[must_use]
    pub fn has_header(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// A header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// What a webhook came with, if it came with all of it.
    #[must_use]
    pub fn signed(&self) -> Option<webhook::Signed<'_>> {
        Some(webhook::Signed {
            id: self.header(webhook::ID)?,
            timestamp: self.header(webhook::TIMESTAMP)?.parse().ok()?,
            signatures: self.header(webhook::SIGNATURE)?,
        })
    }

    /// A cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// A parameter of the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Refuses parameters that the route doesn't know, so that a misspelt filter is no filter at all.
    ///
    /// # Errors
    /// `unknown_field`.
    pub fn only_query(&self, known: &[&str]) -> Result<()> {
        match self.query.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(unknown) => {
                let known = match known {
                    [] => "There are none here.".to_owned(),
                    known => format!("Known: {}.", known.join(", ")),
                };
                let message = format!("There is no parameter `{unknown}`. {known}");
                Err(InvalidField::at(unknown, Invalid::new("unknown_field", message)).into())
            }
        }
    }

    /// A part of the path. One that can't be what it stands for names nothing, so it is a 404.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn param<T: FromStr>(&self, name: &'static str) -> Result<T> {
        self.params.get(name).and_then(|text| text.parse().ok()).ok_or(Error::NotFound(name))
    }

    /// A part of the path as text.
    #[must_use]
    pub fn param_text(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// The door that the path belongs to.
    #[must_use]
    pub fn audience(&self) -> Audience {
        // The route can't be spelled otherwise, as a path can, whose percent-encoding API Gateway does not promise to undo.
        let of_route = self.route.split('/').nth(3).filter(|part| !part.starts_with('{'));
        if of_route.or(self.path.split('/').nth(3)) == Some("admin") { Audience::Admin } else { Audience::Partner }
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`Error::TooLarge`], `invalid_json`, or what doesn't fit.
    pub fn json<T: for<'de> Deserialize<'de>>(&self) -> Result<T> {
        let value = serde_json::from_slice(self.whole_body()?).map_err(|error| {
            let message = if self.body.is_empty() {
                "The body is empty; JSON is expected.".to_owned()
            } else {
                format!("The body is not JSON: line {}, column {}.", error.line(), error.column())
            };
            Error::from(Invalid::new("invalid_json", message))
        })?;
        Ok(from_json(value)?)
    }

    /// The body as JSON, or nothing if there is no body.
    ///
    /// # Errors
    /// As [`Request::json`].
    pub fn json_or_nothing<T: for<'de> Deserialize<'de>>(&self) -> Result<Option<T>> {
        if self.whole_body()?.is_empty() { Ok(None) } else { self.json().map(Some) }
    }

    /// A field of the body as a form; empty if it isn't there.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn form(&self, name: &str) -> Result<String> {
        let mut fields = url::form_urlencoded::parse(self.whole_body()?);
        Ok(fields.find(|(field, _)| field == name).map(|(_, value)| value.into_owned()).unwrap_or_default())
    }

    fn whole_body(&self) -> Result<&[u8]> {
        self.bytes(BODY_BYTES_MAX)
    }

    /// The body as it is, if it has at most `most` bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn bytes(&self, most: usize) -> Result<&[u8]> {
        if self.body.len() > most { Err(Error::TooLarge) } else { Ok(&self.body) }
    }

    /// The query as it was sent.
    pub(in crate::web) fn query_text(&self) -> &str {
        &self.query_text
    }

    /// Refuses what another site made a browser send. API keys are no browser's, and reading changes nothing.
    ///
    /// # Errors
    /// [`Error::OtherOrigin`].
    pub fn same_origin(&self, base_url: &str) -> Result<()> {
        let reads = matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS);
        // Without a cookie a call of the API is nobody's, and is told so; a form may be made to set one.
        let nobodys = self.path.starts_with("/api/") && self.cookies.is_empty();
        // What other systems send is signed, and looks at no cookie.
        let signed = self.path.starts_with("/webhooks/");
        let ours = match self.header("sec-fetch-site") {
            Some(site) => site == "same-origin",
            None => self.header("origin") == Some(base_url),
        };
        if reads || nobodys || signed || self.bearer().is_some() || ours { Ok(()) } else { Err(Error::OtherOrigin) }
    }

    /// The API key of the request.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, key) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
    }

    /// The browser in a few words that a person recognises, for the mail that its request causes.
    #[must_use]
    pub fn browser(&self) -> String {
        let agent = self.header("user-agent").unwrap_or_default();
        let first =
            |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
        // The order matters: most of them claim to be the ones further down.
        let browser = first(&[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ]);
        let system = first(&[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ]);
        match (browser, system) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(browser), None) => browser.to_owned(),
            (None, Some(system)) => format!("a browser on {system}"),
            (None, None) => "an unknown browser".to_owned(),
        }
    }
}
