//! Applications of creators to offerings, and their decisions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Network,
    memory::{Kind, Notes, Result},
    people::Creator,
    webhook::Delivery,
};

/// The maximum number of a brand's applications that are read; no local demo has more.
const APPLICATIONS_MAX: usize = 1_000;

/// An offering of a brand: one of its programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Offering {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) program_id: String,
}

/// The status of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Waiting,
    Approved,
    Rejected,
    /// The creator withdrew it.
    Withdrawn,
}

/// A creator's application to an offering.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Application {
    pub(super) id: String,
    pub(super) creator: Applicant,
    pub(super) offering: Offering,
    pub(super) preferred_slug: String,
    pub(super) message: String,
    /// True if an invitation is emailed on approval.
    pub(super) send_invite: bool,
    pub(super) created_at: Timestamp,
    pub(super) state: State,
    pub(super) decided_at: Option<Timestamp>,
    pub(super) note: Option<String>,
    /// The results of sending the approval to the product, oldest first.
    pub(super) deliveries: Vec<Delivery>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Applicant {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) handle: String,
    pub(super) bio: String,
}

/// The content of a creator's application.
pub(super) struct Wish {
    pub(super) creator: &'static Creator,
    pub(super) offering: Offering,
    pub(super) preferred_slug: String,
    pub(super) message: String,
    pub(super) send_invite: bool,
}

/// The result of a decision.
pub(super) enum Decided {
    Now(Box<Application>),
    /// It isn't pending, or no longer.
    NotPending,
    Unknown,
}

impl Application {
    /// Returns it as the product reads it in the list of pending applications.
    pub(super) fn as_request(&self) -> Value {
        json!({
            "id": self.id,
            "creator": self.creator,
            "offering": self.offering,
            "preferredSlug": self.preferred_slug,
            "message": self.message,
            "createdAt": self.created_at,
        })
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.state == State::Waiting
    }
}

impl Network {
    /// Returns all applications at a brand, oldest first.
    pub(super) fn applications(&self, brand: &str) -> Result<Vec<Application>> {
        let mut all: Vec<Application> =
            self.0.memory.look(brand, |notes| notes.last(Kind::Application, APPLICATIONS_MAX))?;
        all.reverse();
        Ok(all)
    }

    pub(super) fn application(&self, brand: &str, id: &str) -> Result<Option<Application>> {
        self.0.memory.look(brand, |notes| notes.get(Kind::Application, id))
    }

    /// Adds a pending application. If the creator already has one to this offering, it is updated.
    pub(super) fn apply(&self, brand: &str, wish: Wish) -> Result<Application> {
        let now = self.0.clock.now();
        self.0.memory.write(brand, |notes| {
            let waiting = waiting(notes, &wish)?;
            let application = filled(notes, wish, (waiting, now))?;
            notes.put(Kind::Application, &application.id, &application)?;
            Ok(application)
        })
    }

    /// Approves an application by the Network itself: the pending one, or a new one if there is none.
    pub(super) fn approve_at_once(&self, brand: &str, wish: Wish) -> Result<Application> {
        let now = self.0.clock.now();
        self.0.memory.write(brand, |notes| {
            let waiting = waiting(notes, &wish)?;
            let filled = filled(notes, wish, (waiting, now))?;
            let application = Application { state: State::Approved, decided_at: Some(now), ..filled };
            notes.put(Kind::Application, &application.id, &application)?;
            Ok(application)
        })
    }

    /// Decides on a pending application.
    pub(super) fn decide(&self, brand: &str, id: &str, (state, note): (State, Option<String>)) -> Result<Decided> {
        let now = self.0.clock.now();
        self.0.memory.write(brand, |notes| {
            let Some(application) = notes.get::<Application>(Kind::Application, id)? else {
                return Ok(Decided::Unknown);
            };
            if !application.is_waiting() {
                return Ok(Decided::NotPending);
            }
            let application = Application { state, note, decided_at: Some(now), ..application };
            notes.put(Kind::Application, id, &application)?;
            Ok(Decided::Now(Box::new(application)))
        })
    }

    /// Records the result of sending an approval to the product.
    pub(super) fn note_delivery(&self, brand: &str, id: &str, delivery: Delivery) -> Result<Option<Application>> {
        const DELIVERIES_MAX: usize = 5;
        self.0.memory.write(brand, |notes| {
            let Some(mut application) = notes.get::<Application>(Kind::Application, id)? else { return Ok(None) };
            application.deliveries.push(delivery);
            let too_many = application.deliveries.len().saturating_sub(DELIVERIES_MAX);
            application.deliveries.drain(..too_many);
            notes.put(Kind::Application, id, &application)?;
            Ok(Some(application))
        })
    }
}

/// Returns the pending application of the same creator to the same offering.
fn waiting(notes: &Notes<'_>, wish: &Wish) -> Result<Option<Application>> {
    let all: Vec<Application> = notes.last(Kind::Application, APPLICATIONS_MAX)?;
    let is_it = |one: &Application| {
        one.is_waiting() && one.creator.id == wish.creator.id && one.offering.id == wish.offering.id
    };
    Ok(all.into_iter().find(is_it))
}

fn filled(notes: &Notes<'_>, wish: Wish, (before, now): (Option<Application>, Timestamp)) -> Result<Application> {
    let Wish { creator, offering, preferred_slug, message, send_invite } = wish;
    let (id, created_at) = match before {
        Some(before) => (before.id, before.created_at),
        None => (format!("app_{:06}", notes.fresh_number()?), now),
    };
    Ok(Application {
        id,
        creator: Applicant {
            id: creator.id.to_owned(),
            name: creator.name.to_owned(),
            email: creator.email.to_owned(),
            handle: creator.handle.to_owned(),
            bio: creator.bio.to_owned(),
        },
        offering,
        preferred_slug,
        message,
        send_invite,
        created_at,
        state: State::Waiting,
        decided_at: None,
        note: None,
        deliveries: Vec::new(),
    })
}
