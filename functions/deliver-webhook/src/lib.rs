//! Behind the queue of deliveries: tells one endpoint what waits for it.
//!
//! Whoever works for an endpoint holds its turn, and nobody else works for it meanwhile: a slow endpoint uses up one
//! worker, and never those of others. An endpoint that fails is tried with one call, and then rests, longer each time;
//! what waits for it costs nothing until the schedule looks at it again. If a worker dies after a call and before its
//! note, the same event is told again under the same id: at least once, never not at all.

mod around;
mod call;
mod round;
mod waiting;

use jiff::SignedDuration;
use shared::{
    App, Function, Result,
    domain::{Actor, EventKind, Role, ToldAdmin, WebhookEndpoint},
    queue::TurnJob,
    store::{Lease, TurnTaken, keys},
    worker::{self, Message},
};

/// How long nobody else may work for an endpoint: this function's timeout and ten seconds.
const LEASE: SignedDuration = SignedDuration::from_secs(70);

/// How many owners are told that an endpoint was switched off: those who were here first.
const ADMINS_TOLD: usize = 50;

/// The function.
#[must_use]
pub fn function() -> Function {
    worker::queue(handle).with_queues().with_settings(&["DELIVERIES_QUEUE", "SEALING_KEYS"])
}

async fn handle(app: App, message: Message<TurnJob>) -> Result<()> {
    let TurnJob { brand, webhook, events, asked, .. } = &message.job;
    let claim = Lease { by: message.receipt.clone(), lease: LEASE };
    let endpoint = match app.store.take_turn((brand, webhook), *asked, &claim).await? {
        TurnTaken::Ours(endpoint) => *endpoint,
        TurnTaken::Theirs => return waiting::come_again(&app, message.job).await,
        // What waits for it is in the table, and is found when its rest is over or it is switched on.
        TurnTaken::Nothing => return Ok(()),
    };

    let done = round::tell(&app, &endpoint, events).await?;

    let after = endpoint.after(done.turn, app.now());
    end(&app, after, &claim).await?;
    waiting::go_on(&app, &message.job, done.left).await
}

/// Writes how the endpoint fares. If that switches it off, its brand's owners are told.
async fn end(app: &App, endpoint: WebhookEndpoint, claim: &Lease) -> Result<()> {
    let Some(off) = &endpoint.off else { return app.store.end_turn(&endpoint, claim).await };
    let mut admins = app.store.list(keys::admins(&endpoint.brand)).await?;
    // Nobody else may switch it on again.
    admins.retain(|admin| admin.role == Role::Owner);
    admins.truncate(ADMINS_TOLD);
    let told: Vec<_> = admins.into_iter().map(|admin| ToldAdmin { admin: admin.id, epoch: admin.epoch }).collect();
    let kind = EventKind::WebhookSwitchedOff { webhook: endpoint.id.clone(), why: off.why, admins: told.clone() };
    let event = app.event(&endpoint.brand, Actor::system(), kind);
    app.store.end_last_turn(&endpoint, claim, (&event, &told)).await
}
