//! SQS consumer that delivers pending events to one webhook endpoint.
//!
//! A worker holds the endpoint's lease, so that no other worker delivers to it meanwhile: a slow endpoint occupies one
//! worker and never those of other endpoints. A failing endpoint gets one call and is then paused with growing backoff;
//! its pending deliveries cost nothing until the schedule checks it again. If a worker crashes between a call and
//! recording it, the event is delivered again with the same ID: at least once, never not at all.

mod around;
mod call;
mod round;
mod waiting;

use jiff::SignedDuration;
use shared::{
    App, Function, Result,
    domain::{Actor, AdminRecipient, EventKind, Role, WebhookEndpoint},
    jobs::DeliverJob,
    runtime::worker::{self, Message},
    store::{DeliveryLease, Lease, keys},
};

/// Lease on an endpoint: this function's timeout plus ten seconds.
const LEASE: SignedDuration = SignedDuration::from_secs(70);

/// Number of owners who are notified when an endpoint is disabled; the earliest ones come first.
const RECIPIENTS_MAX: usize = 50;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_settings(&["DELIVERIES_QUEUE", "SEALING_KEYS"])
}

async fn handle(app: App, message: Message<DeliverJob>) -> Result<()> {
    let DeliverJob { brand, webhook, events, asked, .. } = &message.job;
    let claim = Lease { by: message.receipt.clone(), lease: LEASE };
    let endpoint = match app.store.take_turn((brand, webhook), *asked, &claim).await? {
        DeliveryLease::Ours(endpoint) => *endpoint,
        DeliveryLease::Theirs => return waiting::come_again(&app, message.job).await,
        // Pending deliveries are in the table, and are found when the backoff is over or the endpoint is enabled.
        DeliveryLease::Nothing => return Ok(()),
    };

    let done = round::deliver(&app, &endpoint, events).await?;

    let after = endpoint.after(done.turn, app.now());
    end(&app, after, &claim).await?;
    waiting::go_on(&app, &message.job, done.left).await
}

/// Stores the endpoint's health. If this disables the endpoint, the brand's owners are notified.
async fn end(app: &App, endpoint: WebhookEndpoint, claim: &Lease) -> Result<()> {
    let Some(off) = &endpoint.off else { return app.store.end_turn(&endpoint, claim).await };
    let mut admins = app.store.list(keys::admins(&endpoint.brand)).await?;
    // Only owners may enable it again.
    admins.retain(|admin| admin.role == Role::Owner);
    admins.truncate(RECIPIENTS_MAX);
    let recipients: Vec<_> =
        admins.into_iter().map(|admin| AdminRecipient { admin: admin.id, epoch: admin.epoch }).collect();
    let kind = EventKind::WebhookSwitchedOff { webhook: endpoint.id.clone(), why: off.why, admins: recipients.clone() };
    let event = app.event(&endpoint.brand, Actor::system(), kind);
    app.store.end_last_turn(&endpoint, claim, (&event, &recipients)).await
}
