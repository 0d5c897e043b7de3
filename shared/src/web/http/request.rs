//! HTTP requests, parsed from the events of API Gateway.

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
    crypto::webhook_signature,
    domain::{Audience, Invalid},
    error::{Error, InvalidField, Result},
    web::from_json,
};

/// The largest body that any route accepts, unless it uses [`Request::bytes`].
const BODY_BYTES_MAX: usize = 64 * 1024;

/// An HTTP request (payload format 2.0). Its `Debug` shows neither query nor body, which may contain secrets.
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Route key of API Gateway, such as `GET /t/{brand}`.
    pub route: String,
    /// Path as it was requested.
    pub path: String,
    /// Body, decoded.
    pub body: Vec<u8>,
    /// Request ID of API Gateway.
    pub id: String,
    /// IP address of the client as API Gateway saw it; no header can change it.
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
    /// Parses the event.
    ///
    /// # Errors
    /// Fails if the event isn't an API Gateway event.
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

    /// Returns the client network: the IPv4 address, or the first 64 bits of an IPv6 address, which belong to one
    /// household or server.
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

    /// True if the header is present, whether it is text or not.
    #[must_use]
    pub fn has_header(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// Returns a header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the headers of a signed webhook, if all of them are present.
    #[must_use]
    pub fn signed(&self) -> Option<webhook_signature::Signed<'_>> {
        Some(webhook_signature::Signed {
            id: self.header(webhook_signature::ID)?,
            timestamp: self.header(webhook_signature::TIMESTAMP)?.parse().ok()?,
            signatures: self.header(webhook_signature::SIGNATURE)?,
        })
    }

    /// Returns a cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// Returns a query parameter.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Rejects unknown query parameters, so that a misspelt filter doesn't silently return everything.
    ///
    /// # Errors
    /// Fails with `unknown_field`.
    pub fn only_query(&self, known: &[&str]) -> Result<()> {
        match self.query.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(unknown) => {
                let known = match known {
                    [] => "This route has no parameters.".to_owned(),
                    known => format!("Known: {}.", known.join(", ")),
                };
                let message = format!("There is no parameter `{unknown}`. {known}");
                Err(InvalidField::at(unknown, Invalid::new("unknown_field", message)).into())
            }
        }
    }

    /// Parses a path parameter. A value that can't be valid names nothing, so it is a 404.
    ///
    /// # Errors
    /// Fails with [`Error::NotFound`].
    pub fn param<T: FromStr>(&self, name: &'static str) -> Result<T> {
        self.params.get(name).and_then(|text| text.parse().ok()).ok_or(Error::NotFound(name))
    }

    /// Returns a path parameter as text.
    #[must_use]
    pub fn param_text(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// The portal that the path belongs to.
    #[must_use]
    pub fn audience(&self) -> Audience {
        // Unlike a path, whose percent-encoding API Gateway doesn't promise to decode, a route has only one spelling.
        let of_route = self.route.split('/').nth(3).filter(|part| !part.starts_with('{'));
        if of_route.or(self.path.split('/').nth(3)) == Some("admin") { Audience::Admin } else { Audience::Partner }
    }

    /// Parses the body as JSON.
    ///
    /// # Errors
    /// Fails with [`Error::TooLarge`], `invalid_json`, or the code of the field that doesn't fit.
    pub fn json<T: for<'de> Deserialize<'de>>(&self) -> Result<T> {
        let value = serde_json::from_slice(self.whole_body()?).map_err(|error| {
            let message = if self.body.is_empty() {
                "The body is empty. Send JSON.".to_owned()
            } else {
                format!("The body is not JSON: line {}, column {}.", error.line(), error.column())
            };
            Error::from(Invalid::new("invalid_json", message))
        })?;
        Ok(from_json(value)?)
    }

    /// Parses the body as JSON; `None` if there is no body.
    ///
    /// # Errors
    /// Fails as [`Request::json`] does.
    pub fn json_or_nothing<T: for<'de> Deserialize<'de>>(&self) -> Result<Option<T>> {
        if self.whole_body()?.is_empty() { Ok(None) } else { self.json().map(Some) }
    }

    /// Returns a field of the body as a form; empty if it is missing.
    ///
    /// # Errors
    /// Fails with [`Error::TooLarge`].
    pub fn form(&self, name: &str) -> Result<String> {
        let mut fields = url::form_urlencoded::parse(self.whole_body()?);
        Ok(fields.find(|(field, _)| field == name).map(|(_, value)| value.into_owned()).unwrap_or_default())
    }

    fn whole_body(&self) -> Result<&[u8]> {
        self.bytes(BODY_BYTES_MAX)
    }

    /// Returns the raw body, if it has at most `most` bytes.
    ///
    /// # Errors
    /// Fails with [`Error::TooLarge`].
    pub fn bytes(&self, most: usize) -> Result<&[u8]> {
        if self.body.len() > most { Err(Error::TooLarge) } else { Ok(&self.body) }
    }

    /// Query string as it was sent.
    pub(in crate::web) fn query_text(&self) -> &str {
        &self.query_text
    }

    /// Rejects requests that another site made a browser send. API keys aren't sent by browsers, and reads change
    /// nothing.
    ///
    /// # Errors
    /// Fails with [`Error::OtherOrigin`].
    pub fn same_origin(&self, base_url: &str) -> Result<()> {
        let reads = matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS);
        // An API call without cookies is rejected as unauthenticated. A form isn't exempt: it may set a cookie.
        let nobodys = self.path.starts_with("/api/") && self.cookies.is_empty();
        // Webhooks from other systems are signed, and their handlers read no cookies.
        let signed = self.path.starts_with("/webhooks/");
        let ours = match self.header("sec-fetch-site") {
            Some(site) => site == "same-origin",
            None => self.header("origin") == Some(base_url),
        };
        if reads || nobodys || signed || self.bearer().is_some() || ours { Ok(()) } else { Err(Error::OtherOrigin) }
    }

    /// API key of the request.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, key) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
    }

    /// Describes the browser in a few words that a person recognises, for the email that the request causes.
    #[must_use]
    pub fn browser(&self) -> String {
        let agent = self.header("user-agent").unwrap_or_default();
        let first =
            |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
        // The order matters: most browsers also claim to be the ones further down.
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
