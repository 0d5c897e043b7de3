//! The applications that are pending on the Network, as the Network returns them.
//!
//! All of this is untrusted input: what doesn't parse is left out, and texts are shortened.

use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{in_words, said};
use crate::{
    App,
    domain::{ApplicationId, NetworkConnection, ProgramId, shortened},
    error::{Error, Result},
};

/// The timeout. A person is waiting for the page.
const PATIENCE: Duration = Duration::from_secs(6);

const LINE_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 2_000;

/// A pending application.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkRequest {
    /// The ID of the application.
    pub id: ApplicationId,
    /// The applicant's name.
    pub creator: String,
    /// Their handle on the Network.
    pub handle: Option<String>,
    /// Their email address, if the Network discloses it before an approval.
    pub email: Option<String>,
    /// Their description of themselves.
    pub bio: Option<String>,
    /// The name of the offering.
    pub offering: Option<String>,
    /// The program to which the offering maps.
    pub program: Option<ProgramId>,
    /// The key that they prefer for their share link.
    pub wanted: Option<String>,
    /// Their reasons for applying.
    pub pitch: Option<String>,
    /// The time of the application.
    pub at: Option<Timestamp>,
}

/// A page of pending applications.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RequestsPage {
    /// The applications.
    pub requests: Vec<NetworkRequest>,
    /// The number of applications that could not be read, since they have no ID that can be used in a call.
    pub unread: usize,
    /// The cursor of the next page.
    pub next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    requests: Vec<Value>,
    #[serde(default)]
    next_cursor: Option<String>,
}

impl App {
    /// Requests the pending applications from the Network.
    ///
    /// # Errors
    /// [`Error::Network`] contains the Network's response.
    pub async fn network_requests(&self, connection: &NetworkConnection, cursor: Option<&str>) -> Result<RequestsPage> {
        let below = connection.url.below(&["vendors", "me", "requests"]);
        let mut url = below.ok_or_else(|| Error::internal("the Network's address has no path"))?;
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("cursor", cursor);
        }
        let heard = self.ask_network(connection, (Method::GET, url), None::<&Value>, PATIENCE).await?;
        let failed =
            |words: String| Error::Network(format!("The Network didn't return its pending applications. {words}"));
        let Ok(answer) = &heard else { return Err(failed(in_words(&heard))) };
        if !answer.is_yes() {
            let code = said(answer).map(|said| format!(" {said}")).unwrap_or_default();
            return Err(failed(format!("HTTP {}.{code}", answer.status)));
        }
        let wire: Wire = serde_json::from_slice(&answer.body)
            .map_err(|_not_what_was_expected| failed("Its response could not be read.".to_owned()))?;
        let next = wire.next_cursor.filter(|next| next.len() <= LINE_CHARS_MAX);
        let requests: Vec<NetworkRequest> = wire.requests.iter().filter_map(read).collect();
        Ok(RequestsPage { unread: wire.requests.len() - requests.len(), requests, next })
    }
}

fn read(value: &Value) -> Option<NetworkRequest> {
    let text = |path: &str, most| value.pointer(path).and_then(Value::as_str).and_then(|text| shortened(text, most));
    let line = |path: &str| text(path, LINE_CHARS_MAX);
    let number = value.get("id")?.as_u64().map(|id| id.to_string());
    let id = ApplicationId::parse(&number.or_else(|| line("/id"))?).ok()?;
    let handle = line("/creator/handle");
    Some(NetworkRequest {
        creator: line("/creator/name").or_else(|| handle.clone()).unwrap_or_else(|| id.to_string()),
        id,
        handle,
        email: line("/creator/email"),
        bio: text("/creator/bio", TEXT_CHARS_MAX),
        offering: line("/offering/name"),
        program: line("/offering/programId").and_then(|id| ProgramId::parse(&id).ok()),
        wanted: line("/preferredSlug"),
        pitch: text("/message", TEXT_CHARS_MAX),
        at: line("/createdAt").and_then(|at| at.parse().ok()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_network_says_is_read_as_far_as_it_makes_sense() {
        let whole = json!({
            "id": "app_1", "createdAt": "2026-01-01T00:00:00Z", "preferredSlug": "nina", "message": "x".repeat(5_000),
            "creator": {"id": "c", "name": "Nina\u{202e}\n Vogel", "handle": "nina", "bio": null, "more": 1},
            "offering": {"id": "o", "name": "Spring", "programId": "not one"},
        });
        let request = read(&whole).unwrap();
        assert_eq!((request.creator.as_str(), request.program), ("Nina Vogel", None));
        assert_eq!(request.pitch.unwrap().chars().count(), TEXT_CHARS_MAX + 1);
        assert_eq!(read(&json!({"id": "a/b"})), None);
        assert_eq!(read(&json!([])), None);
        assert_eq!(read(&json!({"id": "app_2"})).unwrap().creator, "app_2");
        assert_eq!(read(&json!({"id": 5})).unwrap().id.as_str(), "5");
    }
}
