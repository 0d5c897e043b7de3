//! The demo's access to the API, browsers and mailboxes.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http::{Method, Request, Response, header};
use serde_json::Value;
use shared::Error;

use crate::{
    clock::LocalClock,
    cloud::{mailboxes::Mailboxes, ses::Ses},
    gateway::{Gateway, SourceIp},
    seed::{Seed, SeedError},
    sources::Sources,
};

/// The user agent of every browser in the demo.
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Everything that the demo uses. Clones share it.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) gateway: Gateway,
    pub(crate) clock: LocalClock,
    pub(crate) sources: Arc<Sources>,
    pub(crate) mailboxes: Mailboxes,
    pub(crate) ses: Arc<Ses>,
    pub(crate) seed: Seed,
}

/// The cookies of a browser.
pub(super) type Cookies = BTreeMap<String, String>;

/// A caller of the API.
#[derive(Clone)]
pub(super) enum Caller {
    Key(String),
    Session(Cookies),
}

impl Stage {
    /// Calls the API and returns its response.
    pub(super) async fn api(
        &self,
        caller: &Caller,
        (method, path): (Method, String),
        body: Value,
    ) -> Result<Value, SeedError> {
        let request = Request::builder().method(method).uri(&path).header(header::CONTENT_TYPE, "application/json");
        let request = match caller {
            Caller::Key(key) => request.header(header::AUTHORIZATION, format!("Bearer {key}")),
            Caller::Session(cookies) => {
                request.header(header::COOKIE, line(cookies)).header("sec-fetch-site", "same-origin")
            }
        };
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let answer = self.gateway.answer(request.body(body).map_err(Error::internal)?).await;
        if !answer.status().is_success() {
            return Err(refused(path, &answer));
        }
        Ok(serde_json::from_slice(answer.body()).unwrap_or_default())
    }

    /// Uploads an image to the API with a session.
    pub(super) async fn put(&self, cookies: &Cookies, path: String, png: &'static [u8]) -> Result<(), SeedError> {
        let request = Request::put(&path).header(header::CONTENT_TYPE, "image/png");
        let request = request.header(header::COOKIE, line(cookies)).header("sec-fetch-site", "same-origin");
        let answer = self.gateway.answer(request.body(Bytes::from_static(png)).map_err(Error::internal)?).await;
        if answer.status().is_success() { Ok(()) } else { Err(refused(path, &answer)) }
    }

    /// Opens a link from an email in a new browser and clicks its button.
    pub(super) async fn sign_in(&self, link: &str) -> Result<Cookies, SeedError> {
        let url = url::Url::parse(link).map_err(Error::internal)?;
        let token = url.query().unwrap_or_default();
        let mut cookies = Cookies::new();
        let open = Request::get(format!("{}?{token}", url.path())).header("sec-fetch-site", "none");
        let page = self.browse(&mut cookies, open, String::new()).await?;
        let press = Request::post(format!("{}/redeem", url.path()));
        let inside = self.browse(&mut cookies, form(press), token.to_owned()).await?;
        for answer in [page, inside] {
            if !(answer.status().is_success() || answer.status().is_redirection()) {
                return Err(refused(url.path().to_owned(), &answer));
            }
        }
        Ok(cookies)
    }

    /// Requests a sign-in email on the sign-in page of a brand's partners.
    pub(super) async fn ask_for_link(&self, brand: &str, email: &str) -> Result<(), SeedError> {
        let body = url::form_urlencoded::Serializer::new(String::new()).append_pair("email", email).finish();
        let path = format!("/t/{brand}/login");
        let answer = self.browse(&mut Cookies::new(), form(Request::post(&path)), body).await?;
        if answer.status().is_client_error() { Err(refused(path, &answer)) } else { Ok(()) }
    }

    /// Follows a share link from a network, and returns the click ID that the shop receives.
    pub(super) async fn follow(&self, brand: &str, key: &str, ip: String) -> Result<Option<String>, SeedError> {
        let path = format!("/r/{brand}/{key}");
        let request = Request::get(&path).extension(SourceIp(ip));
        let answer = self.browse(&mut Cookies::new(), request, String::new()).await?;
        let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
        let query = to.ok_or_else(|| refused(path, &answer))?.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        Ok(pairs.find(|(name, _)| name == "cref").map(|(_, cref)| cref.into_owned()))
    }

    /// Returns the link in the last email to an email address.
    pub(super) fn link_to(&self, email: &str) -> Result<String, SeedError> {
        let mail = self.ses.mails()?.into_iter().find(|mail| mail.to.iter().any(|to| to == email));
        let text = mail.map(|mail| mail.text).unwrap_or_default();
        let link = text.split_whitespace().find(|word| word.contains("/login?token="));
        link.map(str::to_owned).ok_or_else(|| SeedError::Story(format!("no link was emailed to {email}")))
    }

    /// Declines the last invitation sent to an email address, as an email program does for its user.
    pub(super) async fn decline(&self, email: &str) -> Result<(), SeedError> {
        let mail = self.ses.mails()?.into_iter().find(|mail| mail.to.iter().any(|to| to == email));
        let headers = mail.map(|mail| mail.headers).unwrap_or_default();
        let way_out = headers.iter().find(|(name, _)| name == "List-Unsubscribe").map(|(_, address)| address);
        let way_out = way_out.and_then(|address| url::Url::parse(address.trim_matches(['<', '>'])).ok());
        let way_out = way_out.ok_or_else(|| SeedError::Story(format!("no invitation was emailed to {email}")))?;
        let path = format!("{}?{}", way_out.path(), way_out.query().unwrap_or_default());
        let body = "List-Unsubscribe=One-Click".to_owned();
        let answer = self.browse(&mut Cookies::new(), form(Request::post(&path)), body).await?;
        if answer.status().is_success() { Ok(()) } else { Err(refused(path, &answer)) }
    }

    /// Waits until all emails are sent, mailboxes have reacted, and the reactions are recorded.
    pub(super) async fn deliver(&self) -> Result<(), SeedError> {
        self.settled().await?;
        self.mailboxes.answer_all().await.map_err(|error| SeedError::Story(error.to_string()))?;
        self.settled().await
    }

    /// Waits until nothing is left to do.
    pub(super) async fn settled(&self) -> Result<(), SeedError> {
        let busy = || SeedError::Story("the emails were not sent in time".to_owned());
        if self.sources.settled().await { Ok(()) } else { Err(busy()) }
    }

    async fn browse(
        &self,
        cookies: &mut Cookies,
        request: http::request::Builder,
        body: String,
    ) -> Result<Response<Bytes>, SeedError> {
        let request = request.header(header::USER_AGENT, AGENT);
        let request = if cookies.is_empty() { request } else { request.header(header::COOKIE, line(cookies)) };
        let answer = self.gateway.answer(request.body(body.into()).map_err(Error::internal)?).await;
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let pair = line.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}

fn form(request: http::request::Builder) -> http::request::Builder {
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").header("sec-fetch-site", "same-origin")
}

fn line(cookies: &Cookies) -> String {
    let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("; ")
}

fn refused(what: String, answer: &Response<Bytes>) -> SeedError {
    SeedError::Refused(what, answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned())
}
