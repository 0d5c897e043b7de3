//! The connection with the Network: how it is, what waits for an admin, and what went back and forth.

use jiff::Timestamp;
use shared::{
    App, Result,
    domain::{Approval, BrandSlug, NetworkConnection, TimeZone},
    store::keys,
    web::{
        Reply, Request, StatusCode, moment, network_webhook,
        pages::{Connected, HeldApproval, Nav, NetworkPage, Person},
        when,
    },
};

use crate::{
    Desk, happened, outcomes,
    talk::{CALLS, Talk},
    timeline,
};

/// How many of each kind a page shows.
const HELD: usize = 50;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let key = keys::network(&slug);
    // The admin is verified beside the first read step, so that a page is two steps.
    let (desk, connection, held, taken, talk) = futures::try_join!(
        Desk::open(&app, &request),
        app.store.get(&key),
        app.store.approvals(&slug, true, HELD),
        app.store.approvals(&slug, false, CALLS),
        Talk::read(&app, &slug),
    )?;

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let page = NetworkPage {
        shell: desk.shell(&request, "Network", Nav::Network),
        held: held.iter().map(|approval| waiting(approval, &desk, now)).collect(),
        connection: connection.as_ref().map(|connection| connected(connection, now, zone)),
        webhook_url: network_webhook(&app, &slug),
        failures: talk
            .failures
            .iter()
            .map(|failure| talk.failed(&slug, failure, (now, zone)))
            .collect::<Result<_>>()?,
        calls: talk.calls(&slug, held.iter().chain(&taken), (now, zone))?,
    };
    Reply::page(StatusCode::OK, &page)
}

fn connected(connection: &NetworkConnection, now: Timestamp, zone: &TimeZone) -> Connected {
    Connected {
        url: connection.url.to_string(),
        when: when(connection.connected_at, now, zone),
        by: timeline::actor(&connection.connected_by),
        down: connection.down_since.map(|since| when(since, now, zone)),
        secret_before_until: connection.former_secrets.until(now).map(|until| moment(until, zone)),
        ignored: outcomes::counted(connection.ignored, "message", "messages"),
    }
}

fn waiting(approval: &Approval, desk: &Desk, now: Timestamp) -> HeldApproval {
    let application = &approval.application;
    let names = application.programs.iter().map(|id| happened::named(id, &desk.programs));
    HeldApproval {
        id: approval.id.to_string(),
        partner: Person { id: approval.partner.to_string(), name: application.name.to_string() },
        programs: names.collect::<Vec<_>>().join(", "),
        note: application.note.as_ref().map(ToString::to_string).unwrap_or_default(),
        wanted: application.wanted.clone().unwrap_or_default(),
        by_mail: application.send_invite,
        when: when(approval.at, now, &desk.brand.time_zone),
    }
}
