//! Requeues pending webhook deliveries. Runs every minute.
//!
//! Each enabled endpoint is checked at the time that its item specifies, and at least every hour. A failing
//! endpoint gets one message with a few deliveries, of which the run tries one; an endpoint that a worker
//! is delivering to gets none.

use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::{
    App, Error, ErrorChain, Function, Result,
    domain::{EventId, WebhookEndpoint},
    jobs::{DeliverJob, EVENTS_MAX},
    needed,
};

/// Number of endpoints per run.
const ENDPOINTS_MAX: usize = 500;

/// Number of endpoints that are checked in parallel.
const AT_ONCE: usize = 20;

/// Number of deliveries queued at a time: many for a working endpoint, a few for a failing one.
const MANY: usize = 1_000;
const FEW: usize = 10;

/// Time until the next check of an endpoint with pending deliveries, and of one that seems to have none.
const SOON: SignedDuration = SignedDuration::from_mins(1);
const LATER: SignedDuration = SignedDuration::from_hours(1);

/// Returns the function, with its routes or event source.
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
    // An endpoint whose check fails is checked again in a minute, and doesn't hold up the others.
    let mut outcomes = futures::stream::iter(looks).buffer_unordered(AT_ONCE);
    while let Some(outcome) = outcomes.next().await {
        if let Err(error) = outcome {
            tracing::error!("an endpoint could not be looked at: {}", ErrorChain(&error));
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
    let turn = |events: &[EventId]| DeliverJob {
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
