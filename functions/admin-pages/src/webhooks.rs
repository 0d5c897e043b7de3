//! The brand's webhook endpoints, and the delivery log of each.

use jiff::Timestamp;
use shared::{
    App, Error, Result,
    domain::{
        BrandSlug, Delivery, DeliveryState, DisabledReason, EventId, Role, TimeZone, WebhookEndpoint, WebhookId,
        WebhookType,
    },
    store::{Found, keys},
    web::{
        List, Reply, Request, StatusCode, moment,
        pages::{DeliveryRow, Nav, WebhookPage, WebhookRow, WebhookState, Webhooks},
        when,
    },
};

use crate::{Desk, talk};

/// Number of deliveries per page.
const SHOWN: usize = 50;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let (desk, endpoints) = futures::try_join!(Desk::open_for(Role::Owner, &app, &request), app.store.webhooks(&slug))?;

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let page = Webhooks {
        shell: desk.shell(&request, "Webhooks", Nav::Settings),
        rows: endpoints.iter().rev().map(|endpoint| row(endpoint, now, zone)).collect(),
        types: types(),
    };
    Reply::page(StatusCode::OK, &page)
}

/// Returns the event types an endpoint can subscribe to, which are all but tests.
fn types() -> Vec<&'static str> {
    let can_be_subscribed = |what: &&WebhookType| **what != WebhookType::Tested;
    WebhookType::ALL.iter().filter(can_be_subscribed).map(|what| what.as_str()).collect()
}

pub(crate) async fn log(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let id: WebhookId = request.param("webhook")?;
    let key = keys::webhook(&slug, &id);
    let list = List::new(&["deliveries", slug.as_str(), id.as_str()]);
    let after = request.cursor::<EventId>(&list)?;
    let log = app.store.deliveries((&slug, &id), after.as_ref(), SHOWN);
    let (desk, endpoint, (deliveries, more)) =
        futures::try_join!(Desk::open_for(Role::Owner, &app, &request), app.store.get(&key), log)?;
    let endpoint = endpoint.ok_or(Error::NotFound("webhook"))?;
    let about = deliveries.iter().filter_map(|delivery| delivery.partner.as_ref());
    let partners = app.store.read(about.map(|id| keys::partner(&slug, id).raw())).await?;

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let last = deliveries.last().filter(|_| more);
    let page = WebhookPage {
        shell: desk.shell(&request, "Webhook", Nav::Settings),
        row: row(&endpoint, now, zone),
        deliveries: deliveries
            .iter()
            .map(|delivery| delivered(delivery, (&endpoint, &partners), now, zone))
            .collect::<Result<_>>()?,
        types: types(),
        older: last.map(|last| format!("?cursor={}", list.cursor(last.event.as_str()))),
    };
    Reply::page(StatusCode::OK, &page)
}

fn row(endpoint: &WebhookEndpoint, now: Timestamp, zone: &TimeZone) -> WebhookRow {
    let failed = || endpoint.last_failure.as_ref().map(|failure| failure.said.clone()).unwrap_or_default();
    let (state, note) = match (&endpoint.off, endpoint.failing_since) {
        (Some(off), _) => {
            let why = match off.why {
                DisabledReason::ByAdmin => "Disabled by an admin".to_owned(),
                DisabledReason::Failing => format!("Failed for three days. Last error: {}", failed()),
                DisabledReason::Gone => "The endpoint returned 410 Gone".to_owned(),
            };
            (WebhookState::Off, Some(why))
        }
        (None, Some(since)) => {
            let note = format!("Since {}. Last error: {}", moment(since, zone), failed());
            (WebhookState::Fails, Some(note))
        }
        (None, None) if endpoint.last_success_at.is_none() => (WebhookState::New, None),
        (None, None) => (WebhookState::Works, None),
    };
    WebhookRow {
        id: endpoint.id.to_string(),
        url: endpoint.url.to_string(),
        events: endpoint.events.iter().map(|event| event.as_str()).collect(),
        state,
        note,
        when: when(endpoint.created_at, now, zone),
        by: endpoint.created_by.name.as_ref().map(ToString::to_string),
    }
}

fn delivered(
    delivery: &Delivery,
    (endpoint, partners): (&WebhookEndpoint, &Found),
    now: Timestamp,
    zone: &TimeZone,
) -> Result<DeliveryRow> {
    // An endpoint that is backing off receives nothing before its backoff is over.
    let waits = delivery.state == DeliveryState::Waiting;
    let rest = endpoint.resting_until.filter(|until| waits && now < *until);
    let next = [delivery.next_at, rest].into_iter().flatten().max();
    let yes = delivery.status.map(|status| format!("HTTP {status}."));
    Ok(DeliveryRow {
        event: delivery.event.to_string(),
        what: delivery.event_type.as_str(),
        partner: delivery.partner.as_ref().map(|id| talk::person(&delivery.brand, id, partners)).transpose()?,
        since: when(delivery.created_at, now, zone),
        state: delivery.state,
        tries: match delivery.tries {
            1 => "1 attempt".to_owned(),
            tries => format!("{tries} attempts"),
        },
        answer: delivery.problem.clone().or(yes),
        tried: delivery.tried_at.map(|at| when(at, now, zone)),
        next: next.filter(|_| endpoint.off.is_none()).map(|at| moment(at, zone)),
    })
}
