//! One run: delivers the due events of a message, call by call, as long as the endpoint accepts them.

use std::time::{Duration, Instant};

use futures::future::try_join_all;
use shared::{
    App, Result,
    domain::{Delivery, DeliveryRun, EventId, Tried, WebhookEndpoint},
    store::{Key, keys},
    web::Told,
};

use crate::{
    around::Around,
    call::{self, Called},
};

/// Number of parallel calls, once the endpoint has accepted one.
const AT_ONCE: usize = 10;

/// After this time, no further calls are started.
const LONG: Duration = Duration::from_secs(25);

/// Outcome of a run.
pub(crate) struct Done {
    pub(crate) turn: DeliveryRun,
    /// Events that there was no time for.
    pub(crate) left: Vec<EventId>,
}

/// Delivers those of the events that are due. The first call is made alone, so that an endpoint that is down
/// costs one call instead of ten.
pub(crate) async fn deliver(app: &App, endpoint: &WebhookEndpoint, events: &[EventId]) -> Result<Done> {
    let began = Instant::now();
    let (mut due, mut turn) = (due(app, endpoint, events).await?, DeliveryRun::default());
    let secrets = call::secrets(app, endpoint)?;
    while !due.is_empty() && !endpoint.has_enough(&turn) && began.elapsed() < LONG {
        let at_once = if turn.said_yes { AT_ONCE } else { 1 };
        let rest = due.split_off(due.len().min(at_once));
        let around = Around::read(app, &due).await?;
        let calls = due.into_iter().map(|delivery| one(app, (endpoint, &secrets), delivery, &around));
        for outcome in try_join_all(calls).await? {
            count(&mut turn, outcome);
        }
        due = rest;
    }
    let left = if endpoint.has_enough(&turn) { Vec::new() } else { due.into_iter().map(|it| it.event).collect() };
    Ok(Done { turn, left })
}

async fn due(app: &App, endpoint: &WebhookEndpoint, events: &[EventId]) -> Result<Vec<Delivery>> {
    let keys: Vec<_> = events.iter().map(|event| keys::delivery(&endpoint.brand, &endpoint.id, event)).collect();
    let found = app.store.read(keys.iter().map(Key::raw)).await?;
    let deliveries = keys.iter().map(|key| found.get(key)).collect::<Result<Vec<_>>>()?;
    Ok(deliveries.into_iter().flatten().filter(|delivery| delivery.is_due(app.now())).collect())
}

/// Makes one call and records its outcome.
async fn one(
    app: &App,
    endpoint: (&WebhookEndpoint, &[String]),
    delivery: Delivery,
    around: &Around,
) -> Result<(Delivery, bool)> {
    let Called { tried, gone } = match around.event(&delivery)? {
        Some(event) => {
            let (partner, import) = (around.partner(&delivery)?, around.import(&event)?);
            let with = Told { partner: partner.as_ref(), import: import.as_ref() };
            call::call(app, endpoint, (&delivery, &event), with).await?
        }
        None => Called {
            tried: Tried::No { status: None, problem: "The event is no longer stored.".to_owned() },
            gone: false,
        },
    };
    let delivery = delivery.after(tried, app.now());
    app.store.note_delivery(&delivery).await?;
    Ok((delivery, gone))
}

fn count(turn: &mut DeliveryRun, (delivery, gone): (Delivery, bool)) {
    let Some(problem) = delivery.problem else {
        (turn.said_yes, turn.failures) = (true, 0);
        return;
    };
    turn.failures = turn.failures.saturating_add(1);
    turn.last_failure = Some(problem);
    turn.gone |= gone;
    turn.next_at = [turn.next_at, delivery.next_at].into_iter().flatten().min();
}
