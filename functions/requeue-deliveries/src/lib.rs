//! Every minute: finds endpoints for which something may wait, and brings it back to the queue.
//!
//! It looks at each endpoint that is on when the endpoint says so, and every hour at least. An endpoint that fails gets
//! one message with a few deliveries, of which its turn tries one; one at which somebody is at work gets none.

use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::{
    App, Chain, Error, Function, Result,
    domain::{EventId, WebhookEndpoint},
    needed,
    queue::{EVENTS_MAX, TurnJob},
};

/// How many endpoints one run looks at.
const ENDPOINTS_MAX: usize = 500;

/// How many endpoints are looked at at once.
const AT_ONCE: usize = 20;

/// How many deliveries go to the queue at once: many for an endpoint that works, and a few for one that fails.
const MANY: usize = 1_000;
const FEW: usize = 10;

/// When an endpoint is looked at again for which something waits, and one for which nothing seems to.
const SOON: SignedDuration = SignedDuration::from_mins(1);
const LATER: SignedDuration = SignedDuration::from_hours(1);

/// The function.
#[must_use]
pub fn function() -> Function {
    Function::direct(handle).with_queues().with_settings(&["DELIVERIES_QUEUE"])
}

async fn handle(app: App, _schedule: Value) -> Result<Value> {
    let endpoints = app.store.webhooks_to_look_at(ENDPOINTS_MAX).await?;
    if endpoints.len() == ENDPOINTS_MAX {
        tracing::warn!(webhooks.looked_at = ENDPOINTS_MAX, "more endpoints are to be looked at than one run takes");
    }
    let looks = endpoints.into_iter().map(|endpoint| {
        let app = app.clone();
        async move { look_at(&app, endpoint).await }
    });
    // Whoever can't be looked at is looked at in a minute, and keeps nobody else waiting.
    let mut outcomes = futures::stream::iter(looks).buffer_unordered(AT_ONCE);
    while let Some(outcome) = outcomes.next().await {
        if let Err(error) = outcome {
            tracing::error!("an endpoint could not be looked at: {}", Chain(&error));
        }
    }
    Ok(Value::Null)
}

async fn look_at(app: &App, endpoint: WebhookEndpoint) -> Result<()> {
    let now = app.now();
    if endpoint.is_busy(now) {
        return app.store.look_again(endpoint, now + SOON).await;
    }
    if let Some(until) = endpoint.resting_until.filter(|until| now < *until) {
        return app.store.look_again(endpoint, until).await;
    }
    let most = if endpoint.failures > 0 { FEW } else { MANY };
    let due = app.store.waiting_for(&endpoint, most).await?;
    send(app, &endpoint, &due).await?;
    let next = next_look(app, &endpoint, (now, !due.is_empty())).await?;
    app.store.look_again(endpoint, next).await
}

async fn next_look(app: &App, endpoint: &WebhookEndpoint, (now, found): (Timestamp, bool)) -> Result<Timestamp> {
    if found {
        return Ok(now + SOON);
    }
    let first = app.store.waits_until(endpoint).await?;
    Ok(first.unwrap_or(now + LATER).clamp(now + SOON, now + LATER))
}

async fn send(app: &App, endpoint: &WebhookEndpoint, due: &[EventId]) -> Result<()> {
    let turn = |events: &[EventId]| TurnJob {
        brand: endpoint.brand.clone(),
        webhook: endpoint.id.clone(),
        events: events.to_vec(),
        asked: false,
        waited: 0,
    };
    let turns: Vec<_> = due.chunks(EVENTS_MAX).map(turn).collect();
    let queue = needed(&app.config.deliveries_queue, "DELIVERIES_QUEUE")?;
    let refused = app.queues()?.send(queue, &turns).await?;
    if refused.is_empty() { Ok(()) } else { Err(Error::internal("SQS did not take every turn")) }
}
