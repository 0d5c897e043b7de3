//! The Network's responses to a sync of partners. Contents about other brands are ignored.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    App,
    domain::{BackfillId, NetworkConnection, NetworkPartner, NetworkSync, Partner, shortened},
    egress::OutboundResponse,
};

const ID_CHARS_MAX: usize = 200;

/// The Network's data about one partner; values that don't have the agreed format count as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkAnswer {
    /// The Network's ID of the person.
    creator: Option<String>,
    /// True if the Network knew them before.
    known_before: Option<bool>,
}

#[derive(Deserialize)]
struct Answers {
    partners: Vec<Value>,
}

impl NetworkAnswer {
    /// Parses the response to the sync of one partner.
    #[must_use]
    pub fn of_one(heard: &OutboundResponse) -> Self {
        serde_json::from_slice(&heard.body).map(|body| Self::read(&body)).unwrap_or_default()
    }

    /// Parses the response to the sync of many partners, each with our ID; `None` if it is malformed or was too long to
    /// be read.
    #[must_use]
    pub fn of_many(heard: &OutboundResponse) -> Option<Vec<(String, Self)>> {
        let answers: Answers = serde_json::from_slice(&heard.body).ok()?;
        let one = |body: &Value| Some((body.get("vendorPartnerId")?.as_str()?.to_owned(), Self::read(body)));
        Some(answers.partners.iter().filter_map(one).collect())
    }

    fn read(body: &Value) -> Self {
        let creator = match body.get("networkCreatorId") {
            Some(Value::String(id)) => shortened(id, ID_CHARS_MAX),
            Some(Value::Number(id)) => Some(id.to_string()),
            Some(_) | None => None,
        };
        Self { creator, known_before: body.get("alreadyExisted").and_then(Value::as_bool) }
    }
}

impl App {
    /// Returns the sync state to store for a partner whose current data has just been sent to the Network.
    #[must_use]
    pub fn network_note(
        &self,
        connection: &NetworkConnection,
        partner: &Partner,
        answer: &NetworkAnswer,
        backfill: Option<&BackfillId>,
    ) -> NetworkSync {
        let before = partner.network_note(connection);
        NetworkSync {
            host: Some(connection.url.host()),
            // An erased partner must not stay linked to the creator on the Network either.
            creator: answer.creator.clone().or_else(|| before?.creator.clone()).filter(|_| partner.erased_at.is_none()),
            // Every sync after the first finds them there, so only the first response counts.
            known_before: before.and_then(|note| note.known_before).or(answer.known_before),
            told: Some(NetworkPartner::of(partner, backfill.is_some()).mark()),
            told_at: Some(self.now()),
            backfill: backfill.cloned(),
            first: backfill.is_some() && before.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(body: &str) -> OutboundResponse {
        OutboundResponse { status: 200, retry_after_s: None, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn what_is_not_as_agreed_counts_as_not_said() {
        let many = r#"{"partners": [
            {"vendorPartnerId": "a", "networkCreatorId": 7, "alreadyExisted": "yes"}, 3,
            {"vendorPartnerId": 4}, {"vendorPartnerId": "b", "networkCreatorId": "n", "alreadyExisted": true}
        ]}"#;
        let (a, b) = (Some("7".to_owned()), Some("n".to_owned()));
        let read = NetworkAnswer::of_many(&heard(many)).unwrap();
        assert_eq!(
            read,
            [
                ("a".to_owned(), NetworkAnswer { creator: a, known_before: None }),
                ("b".to_owned(), NetworkAnswer { creator: b, known_before: Some(true) }),
            ]
        );
        assert_eq!(NetworkAnswer::of_many(&heard(&many[..40])), None);
        assert_eq!(NetworkAnswer::of_one(&heard("[]")), NetworkAnswer::default());
    }
}
