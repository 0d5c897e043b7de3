//! Calls to a brand's Network, and the log of calls in both directions.

use std::time::Duration;

use http::Method;
use jiff::SignedDuration;
use serde::Serialize;
use url::Url;

use crate::{
    App,
    domain::{BrandSlug, CALLS_KEPT_DAYS, CallDirection, NETWORK_TOKEN, NetworkCall, NetworkConnection, PartnerId},
    egress::{OutboundError, OutboundRequest, OutboundResponse},
    error::{Error, Result},
};

/// The number of characters of the Network's messages that are stored.
const SAID_CHARS_MAX: usize = 200;

/// An entry for the log of calls.
#[derive(Debug, Clone, Copy)]
pub struct CallNote<'a> {
    /// The direction.
    pub way: CallDirection,
    /// The purpose of the call, in a few words.
    pub what: &'a str,
    /// The partner, if the call was about one.
    pub partner: Option<&'a PartnerId>,
    /// True if the call succeeded.
    pub good: bool,
    /// The response in words.
    pub said: &'a str,
}

impl App {
    /// Calls a brand's Network at `url`, which is below its base URL, on behalf of a person. In contrast to
    /// [`App::tell_network`], doesn't record whether the Network could be reached.
    ///
    /// # Errors
    /// Fails if the token can't be decrypted; `Ok(Err(..))` is the reason why there was no response.
    pub async fn ask_network(
        &self,
        connection: &NetworkConnection,
        (method, url): (Method, Url),
        body: Option<&(impl Serialize + Sync)>,
        patience: Duration,
    ) -> Result<Result<OutboundResponse, OutboundError>> {
        let brand = &connection.brand;
        let token = self.unseal(brand, NETWORK_TOKEN, &connection.token)?;
        let headers = vec![("authorization", format!("Bearer {token}"))];
        let body = body.map(serde_json::to_vec).transpose().map_err(Error::internal)?.unwrap_or_default();
        Ok(self.outside().call(OutboundRequest { method, url, headers, body, patience }).await)
    }

    /// Sends partners to a brand's Network, at `url` below its base URL. Records if the Network can't be reached, so
    /// that other workers back off.
    ///
    /// # Errors
    /// As [`App::ask_network`], and if the table can't be written.
    pub async fn tell_network(
        &self,
        connection: &NetworkConnection,
        url: Url,
        body: &(impl Serialize + Sync),
        patience: Duration,
    ) -> Result<Result<OutboundResponse, OutboundError>> {
        let heard = self.ask_network(connection, (Method::POST, url), Some(body), patience).await?;
        match &heard {
            Ok(heard) if !heard.may_change() && !heard.is_locked() => self.store.note_network_up(connection).await?,
            Ok(_) | Err(_) => {
                let now = self.now();
                let pause = connection.pause(now);
                let asked = heard.as_ref().ok().and_then(|heard| heard.retry_after_s);
                let asked = SignedDuration::from_secs(i64::try_from(asked.unwrap_or_default()).unwrap_or(i64::MAX));
                let pause = pause.max(asked.min(SignedDuration::from_mins(15)));
                let locked = heard.as_ref().is_ok_and(OutboundResponse::is_locked);
                self.store.note_network_down(connection, now + pause, (&in_words(&heard), locked)).await?;
            }
        }
        Ok(heard)
    }

    /// Records a call for the admins who check the connection.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_network_call(&self, brand: &BrandSlug, note: CallNote<'_>) -> Result<()> {
        let CallNote { way, what, partner, good, said } = note;
        let call = NetworkCall {
            id: self.fresh(),
            at: self.now(),
            way,
            what: what.to_owned(),
            partner: partner.cloned(),
            good,
            said: said.to_owned(),
            expires_at: self.now() + SignedDuration::from_hours(24 * CALLS_KEPT_DAYS),
        };
        self.store.note_call(brand, &call).await
    }
}

/// Describes the outcome of a call in a sentence for the admins who check the connection.
#[must_use]
pub fn in_words(heard: &Result<OutboundResponse, OutboundError>) -> String {
    match heard {
        Err(not_heard) => not_heard.to_string(),
        Ok(heard) if heard.is_yes() => format!("HTTP {}.", heard.status),
        Ok(heard) => match said(heard) {
            Some(said) => format!("HTTP {}: {said}", heard.status),
            None => format!("HTTP {}.", heard.status),
        },
    }
}

/// Returns the Network's explanation of an error, shortened: its own message, or else its error code.
#[must_use]
pub fn said(heard: &OutboundResponse) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&heard.body).ok()?;
    let text = ["message", "error"].iter().find_map(|name| body.get(name)?.as_str().map(str::to_owned))?;
    let plain = text.split(|char: char| char.is_whitespace() || char.is_control()).filter(|word| !word.is_empty());
    let line: String = plain.collect::<Vec<_>>().join(" ").chars().take(SAID_CHARS_MAX).collect();
    (!line.is_empty()).then_some(line)
}
