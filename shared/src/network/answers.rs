//! What the Network answers when it is told of partners. What it says of other brands is not read.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    App,
    domain::{BackfillId, NetworkConnection, NetworkFace, NetworkNote, Partner, shortened},
    outside::Heard,
};

const ID_CHARS_MAX: usize = 200;

/// What the Network says of somebody; whatever is not as agreed counts as not said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkAnswer {
    /// What it calls the person.
    creator: Option<String>,
    /// Whether it knew them before.
    known_before: Option<bool>,
}

#[derive(Deserialize)]
struct Answers {
    partners: Vec<Value>,
}

impl NetworkAnswer {
    /// Reads the answer to the telling of one partner.
    #[must_use]
    pub fn of_one(heard: &Heard) -> Self {
        serde_json::from_slice(&heard.body).map(|body| Self::read(&body)).unwrap_or_default()
    }

    /// Reads the answer to the telling of many, each with our id; `None` if it is none, or was too long to be read.
    #[must_use]
    pub fn of_many(heard: &Heard) -> Option<Vec<(String, Self)>> {
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
    /// What is kept of a partner whom the Network was told of now, as they were then.
    #[must_use]
    pub fn network_note(
        &self,
        connection: &NetworkConnection,
        partner: &Partner,
        answer: &NetworkAnswer,
        backfill: Option<&BackfillId>,
    ) -> NetworkNote {
        let before = partner.network_note(connection);
        NetworkNote {
            host: Some(connection.url.host()),
            // Who was erased is nobody to us there either.
            creator: answer.creator.clone().or_else(|| before?.creator.clone()).filter(|_| partner.erased_at.is_none()),
            // Every telling but the first finds them there.
            known_before: before.and_then(|note| note.known_before).or(answer.known_before),
            told: Some(NetworkFace::of(partner, backfill.is_some()).mark()),
            told_at: Some(self.now()),
            backfill: backfill.cloned(),
            first: backfill.is_some() && before.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(body: &str) -> Heard {
        Heard { status: 200, retry_after_s: None, body: body.as_bytes().to_vec() }
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
