//! The partner's share links and earnings.

use shared::{
    App, Error, Result,
    domain::{CommissionId, CommissionState, LinkKey, Program},
    store::{CommissionQuery, keys},
    web::{
        Reply, Request, StatusCode, format,
        pages::{Earnings, LinkProgram, Links, Nav},
    },
};

use crate::Desk;

/// Number of commissions per page.
const PAGE: usize = 50;

pub(crate) async fn links(app: App, request: Request) -> Result<Reply> {
    let store = app.store.clone();
    let listed = async |slug, id| store.list(keys::share_links(&slug, &id)).await;
    let (desk, listed) = Desk::open(&app, &request, listed).await?;
    let choice = |program: &Program| {
        let own = program.destination.host();
        let others = program.allowed_hosts.iter().map(ToString::to_string).filter(|host| *host != own);
        LinkProgram {
            id: program.id.to_string(),
            name: program.name.to_string(),
            destination: program.destination.to_string(),
            hosts: std::iter::once(own.clone()).chain(others).collect(),
            commission: desk.terms(program),
        }
    };
    let page = Links {
        shell: desk.shell(&request, "Links", Nav::Links),
        programs: desk.programs.iter().map(choice).collect(),
        prefix: format!("{}/r/{}/", app.config.base_url, desk.brand.slug),
        proposal: LinkKey::propose(&desk.partner.name, app.entropy()).to_string(),
        links: format::links(&app, listed, &desk.all, &desk.brand.time_zone),
    };
    Reply::page(StatusCode::OK, &page)
}

pub(crate) async fn earnings(app: App, request: Request) -> Result<Reply> {
    let after = request.query("after").map(CommissionId::parse).transpose();
    let after = after.map_err(|_invalid| Error::NotFound("page"))?;
    let later = after.is_some();
    let store = app.store.clone();
    let listed = async |slug, id| {
        let states = CommissionState::ALL.to_vec();
        let query = CommissionQuery { partner: Some(id), states, after, limit: PAGE, with_partners: false };
        store.commissions(&slug, &query).await
    };
    let (desk, listed) = Desk::open(&app, &request, listed).await?;
    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let base = format!("/t/{}/earnings", desk.brand.slug);
    let page = Earnings {
        shell: desk.shell(&request, "Earnings", Nav::Earnings),
        totals: format::totals(&desk.balance),
        chart: format::chart(&desk.balance, now),
        rows: listed.commissions.iter().map(|one| format::commission(one, &desk.all, None, (now, zone))).collect(),
        first: later.then(|| base.clone()),
        next: listed.next.map(|next| format!("{base}?after={next}")),
    };
    Reply::page(StatusCode::OK, &page)
}
