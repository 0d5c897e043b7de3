//! The connection with the Network: how it is, what waits for an admin, and what went back and forth.

use jiff::Timestamp;
use shared::{
    App, Result,
    domain::{Approval, BrandSlug, CallWay, NetworkCall, NetworkConnection, PartnerId, PushFailure, TimeZone},
    store::{Found, keys},
    web::{
        Reply, Request, StatusCode, moment, network_webhook,
        pages::{CallRow, Connected, FailedPush, HeldApproval, Nav, NetworkPage, Person},
        when,
    },
};

use crate::{Desk, happened, outcomes, timeline};

/// How many of each kind a page shows.
const HELD: usize = 50;
const CALLS: usize = 30;
const FAILURES: usize = 50;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let key = keys::network(&slug);
    // The admin is verified beside the first read step, so that a page is two steps.
    let (desk, connection, held, talk) = futures::try_join!(
        Desk::open(&app, &request),
        app.store.get(&key),
        app.store.approvals(&slug, true, HELD),
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
        calls: talk.calls.iter().map(|call| talk.call(&slug, call, (now, zone))).collect::<Result<_>>()?,
    };
    Reply::page(StatusCode::OK, &page)
}

/// What went back and forth, with the partners it was about.
struct Talk {
    calls: Vec<NetworkCall>,
    failures: Vec<PushFailure>,
    partners: Found,
}

impl Talk {
    async fn read(app: &App, brand: &BrandSlug) -> Result<Self> {
        let ((calls, _), (failures, _)) = futures::try_join!(
            app.store.newest(keys::network_calls(brand), None, CALLS),
            app.store.newest(keys::push_failures(brand), None, FAILURES),
        )?;
        let about = calls.iter().filter_map(|call| call.partner.as_ref());
        let partners = about.chain(failures.iter().map(|failure| &failure.partner));
        let partners = app.store.read(partners.map(|id| keys::partner(brand, id).raw())).await?;
        Ok(Self { calls, failures, partners })
    }

    fn failed(
        &self,
        brand: &BrandSlug,
        failure: &PushFailure,
        (now, zone): (Timestamp, &TimeZone),
    ) -> Result<FailedPush> {
        Ok(FailedPush {
            partner: person(brand, &failure.partner, &self.partners)?,
            said: failure.said.clone(),
            when: when(failure.at, now, zone),
        })
    }

    fn call(&self, brand: &BrandSlug, call: &NetworkCall, (now, zone): (Timestamp, &TimeZone)) -> Result<CallRow> {
        Ok(CallRow {
            came_in: call.way == CallWay::In,
            what: call.what.clone(),
            partner: call.partner.as_ref().map(|id| person(brand, id, &self.partners)).transpose()?,
            good: call.good,
            said: call.said.clone(),
            when: when(call.at, now, zone),
        })
    }
}

/// A partner by name.
pub(crate) fn person(brand: &BrandSlug, id: &PartnerId, partners: &Found) -> Result<Person> {
    let partner = partners.get(&keys::partner(brand, id))?;
    let name = partner.map_or_else(|| id.to_string(), |partner| partner.name.to_string());
    Ok(Person { id: id.to_string(), name })
}

fn connected(connection: &NetworkConnection, now: Timestamp, zone: &TimeZone) -> Connected {
    let before = connection.secret_before.as_ref().map(|before| before.until);
    Connected {
        url: connection.url.to_string(),
        when: when(connection.connected_at, now, zone),
        by: timeline::actor(&connection.connected_by),
        down: connection.down_since.map(|since| when(since, now, zone)),
        secret_before_until: before.filter(|until| now < *until).map(|until| moment(until, zone)),
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
