//! The connection with the Network: its status, held approvals, failed syncs and the latest calls.

use jiff::Timestamp;
use shared::{
    App, Result,
    domain::{Approval, BrandSlug, NetworkConnection, PartnerState, TimeZone},
    store::{Found, keys},
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

/// Number of held approvals per page.
const HELD: usize = 50;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let key = keys::network(&slug);
    // The admin is authenticated in parallel with the first reads, so that the page takes two read steps.
    let (desk, connection, held, taken, talk) = futures::try_join!(
        Desk::open(&app, &request),
        app.store.get(&key),
        app.store.approvals(&slug, true, HELD),
        app.store.approvals(&slug, false, CALLS),
        Talk::read(&app, &slug),
    )?;

    let partners = app.store.read(held.iter().map(|approval| keys::partner(&slug, &approval.partner).raw())).await?;

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let waits = |approval| waiting(approval, &partners, &desk, now);
    let page = NetworkPage {
        shell: desk.shell(&request, "Network", Nav::Network),
        held: held.iter().map(waits).collect::<Result<_>>()?,
        more_held: held.len() == HELD,
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
        down_said: connection.down_said.clone().unwrap_or_default(),
        locked: connection.locked,
        down: connection.down_since.map(|since| when(since, now, zone)),
        secret_before_until: connection.former_secrets.until(now).map(|until| moment(until, zone)),
        ignored: outcomes::counted(connection.ignored, "message", "messages"),
    }
}

fn waiting(approval: &Approval, partners: &Found, desk: &Desk, now: Timestamp) -> Result<HeldApproval> {
    let partner = partners.get(&keys::partner(&approval.brand, &approval.partner))?;
    let application = &approval.application;
    let names = application.programs.iter().map(|id| happened::named(id, &desk.programs));
    Ok(HeldApproval {
        id: approval.id.to_string(),
        partner: Person { id: approval.partner.to_string(), name: application.name.to_string() },
        programs: names.collect::<Vec<_>>().join(", "),
        note: application.note.clone().unwrap_or_default(),
        wanted: application.wanted.clone().unwrap_or_default(),
        by_mail: application.send_invite,
        erased: partner.is_none(),
        revoked: partner.is_none_or(|partner| partner.state() == PartnerState::Revoked),
        when: when(approval.at, now, &desk.brand.time_zone),
    })
}
