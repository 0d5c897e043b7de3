//! One partner: facts, programs, links, commissions and timeline.

use shared::{
    App, Error, Result,
    domain::{Balance, BrandSlug, CommissionState, EventId, GrantSource, Partner, PartnerId, Program},
    store::{CommissionQuery, keys},
    web::{
        Reply, Request, StatusCode, format,
        pages::{GrantNote, Nav, PartnerPage, ProgramTick},
        when,
    },
};

use crate::{Desk, facts, rows, timeline};

/// Number of events per page, and of the latest commissions.
const EVENTS: usize = 20;
const COMMISSIONS: usize = 5;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let id: PartnerId = request.param("partner")?;
    let after = request.query("events").map(EventId::parse).transpose().map_err(|_invalid| Error::NotFound("page"))?;
    let place = after.as_ref().map(|after| keys::partner_event(&slug, &id, after).raw());
    let (key, balance) = (keys::partner(&slug, &id), keys::balance(&slug, &id));
    let latest = CommissionQuery {
        partner: Some(id.clone()),
        states: CommissionState::ALL.to_vec(),
        after: None,
        limit: COMMISSIONS,
        with_partners: false,
    };
    // Everything is found by the partner's ID, so it takes one step.
    let (desk, found, links, commissions, (events, more)) = futures::try_join!(
        Desk::open(&app, &request),
        app.store.read([key.raw(), balance.raw()]),
        app.store.list(keys::share_links(&slug, &id)),
        app.store.commissions(&slug, &latest),
        app.store.newest(keys::partner_events(&slug, &id), place.as_ref(), EVENTS),
    )?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let balance: Balance = found.get(&balance)?.unwrap_or_default();

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let base = format!("/t/{slug}/admin/partners/{id}");
    let commission = |booked| format::commission(booked, &desk.programs, None, (now, zone));
    let happening = |event| timeline::happening(event, &partner, &desk.programs, (now, zone));
    let older = if more { events.last().map(|event| format!("{base}?events={}", event.id)) } else { None };
    let page = PartnerPage {
        shell: desk.shell(&request, partner.name.as_str(), Nav::Partners),
        row: rows::partner(&partner, &desk.programs, now, zone),
        facts: facts::of(&app, &desk, &partner),
        programs: ticks(&app, &desk, &partner),
        grants_version: partner.grants_version.to_string(),
        links: format::links(&app, links, &desk.programs, zone),
        totals: format::totals(&balance),
        commissions: commissions.commissions.iter().map(commission).collect(),
        more_commissions: commissions.next.is_some(),
        events: events.iter().map(happening).collect(),
        older,
        newest: after.is_some().then_some(base),
    };
    Reply::page(StatusCode::OK, &page)
}

/// Returns the granted programs first, then those that can be granted.
fn ticks(app: &App, desk: &Desk, partner: &Partner) -> Vec<ProgramTick> {
    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let tick = |program: &Program| {
        let grant = partner.grants.get(&program.id);
        let commission = grant.and_then(|grant| grant.commission).unwrap_or(program.commission);
        ProgramTick {
            id: program.id.to_string(),
            name: program.name.to_string(),
            commission: commission.in_words(),
            archived: !program.is_live(),
            grant: grant.map(|grant| GrantNote {
                source: source(grant.source).to_owned(),
                by: (grant.by == desk.admin.id.as_str()).then(|| desk.admin.name.to_string()),
                since: when(grant.at, now, zone),
            }),
        }
    };
    let mut ticks: Vec<_> = desk.programs.iter().map(tick).collect();
    ticks.retain(|tick| tick.grant.is_some() || !tick.archived);
    ticks.sort_by_key(|tick| tick.grant.is_none());
    ticks
}

fn source(source: GrantSource) -> &'static str {
    match source {
        GrantSource::Admin => "added by team",
        GrantSource::Import => "via import",
        GrantSource::Network => "via Network",
    }
}
