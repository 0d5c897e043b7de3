//! SQS consumer that fans events out to a brand's webhook endpoints: writes one delivery per
//! event and subscribed endpoint.
//!
//! A delivery is written once, however often its event arrives, and the message about it is sent each time: nothing
//! is lost at any step, and the worker reads the delivery's current status. A brand without endpoints costs one read
//! for all events of a message.

use futures::{StreamExt, TryStreamExt};
use shared::{
    App, Error, Function, Result,
    domain::{Delivery, WebhookEndpoint},
    jobs::{DeliverJob, EventRef, FanOutJob},
    needed,
    runtime::worker::{self, Message},
};

/// Number of deliveries that are written in parallel.
const AT_ONCE: usize = 20;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_settings(&["DELIVERIES_QUEUE"])
}

async fn handle(app: App, message: Message<FanOutJob>) -> Result<()> {
    let FanOutJob { brand, events } = &message.job;
    let endpoints = app.store.webhooks(brand).await?;
    let wanted: Vec<_> = endpoints.iter().map(|endpoint| (endpoint, wanted_by(endpoint, events))).collect();

    let deliveries = wanted.iter().flat_map(|(endpoint, events)| {
        let of = |event: &&EventRef| {
            let what = (&event.event, event.event_type, event.partner.as_ref());
            Delivery::new((brand, &endpoint.id), what, app.now())
        };
        events.iter().map(of).collect::<Vec<_>>()
    });
    let deliveries: Vec<_> = deliveries.collect();
    let writes = deliveries.into_iter().map(|delivery| {
        let store = app.store.clone();
        async move { store.plan_delivery(&delivery).await }
    });
    futures::stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<()>().await?;

    let turns: Vec<DeliverJob> = wanted.iter().filter(|(_, events)| !events.is_empty()).map(turn).collect();
    let queue = needed(&app.config.deliveries_queue, "DELIVERIES_QUEUE")?;
    let refused = app.queues()?.send(queue, &turns).await?;
    if refused.is_empty() { Ok(()) } else { Err(Error::internal("SQS did not take every turn")) }
}

fn wanted_by<'a>(endpoint: &WebhookEndpoint, events: &'a [EventRef]) -> Vec<&'a EventRef> {
    events.iter().filter(|event| endpoint.wants(event.event_type)).collect()
}

fn turn((endpoint, events): &(&WebhookEndpoint, Vec<&EventRef>)) -> DeliverJob {
    DeliverJob {
        brand: endpoint.brand.clone(),
        webhook: endpoint.id.clone(),
        events: events.iter().map(|event| event.event.clone()).collect(),
        asked: false,
        waited: 0,
    }
}
