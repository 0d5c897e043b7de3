//! Sends the decision on one application.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::json;
use shared::{
    App, Error, Result,
    domain::{Actor, ApplicationId, CALLS_KEPT_DAYS, CallDirection, NetworkConnection, NetworkDecision, Reason},
    network::{CallNote, in_words},
    web::Method,
};

use crate::output::Decided;

/// Timeout of a call; an admin is waiting for the response.
const PATIENCE: Duration = Duration::from_secs(6);

/// Time after the start of the request at which no further decision is sent, so that the response is ready
/// before the function times out.
const LONG: Duration = Duration::from_secs(12);

/// An admin's decision on applications.
pub(crate) struct Word<'a> {
    pub(crate) app: &'a App,
    pub(crate) connection: &'a NetworkConnection,
    pub(crate) approve: bool,
    pub(crate) note: Option<&'a Reason>,
    pub(crate) by: Actor,
    pub(crate) since: Instant,
}

impl Word<'_> {
    /// Sends the decision and stores the outcome. The decision is also stored beforehand, so that an admin
    /// sees it whatever happens.
    pub(crate) async fn say(&self, id: ApplicationId, creator: Option<String>) -> Result<Decided> {
        let Self { app, connection, approve, note, by, since } = self;
        let brand = &connection.brand;
        if since.elapsed() > LONG {
            let said = "The Network is responding too slowly, so this decision wasn't sent. Try again.".to_owned();
            return Ok(Decided { id, taken: Some(false), said });
        }
        let decision = NetworkDecision {
            id: id.clone(),
            approve: *approve,
            note: note.cloned(),
            at: app.now(),
            by: by.clone(),
            creator: creator.clone(),
            taken: None,
            said: None,
            expires_at: app.now() + SignedDuration::from_hours(24 * CALLS_KEPT_DAYS),
        };
        app.store.begin_decision(brand, &decision).await?;

        let verb = if *approve { "approve" } else { "reject" };
        let url = connection.url.below(&["vendors", "me", "requests", id.as_str(), verb]);
        let url = url.ok_or_else(|| Error::internal("the Network's address has no path"))?;
        let body = note.map_or_else(|| json!({}), |note| json!({"note": note}));
        let heard = app.ask_network(connection, (Method::POST, url), Some(&body), PATIENCE).await?;
        let said = in_words(&heard);
        // Without a response the outcome is unknown; the Network may have accepted it.
        let taken = heard.as_ref().ok().map(shared::egress::OutboundResponse::is_yes);

        if let Some(taken) = taken {
            app.store.end_decision(brand, &decision, (taken, &said)).await?;
        }
        let what = if *approve { "Approving an application" } else { "Rejecting an application" };
        let note = CallNote { way: CallDirection::Out, what, partner: None, good: taken == Some(true), said: &said };
        app.note_network_call(brand, note).await?;
        Ok(Decided { id, taken, said })
    }
}
