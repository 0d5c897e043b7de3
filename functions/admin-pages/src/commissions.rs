//! The brand's commissions: accrued, paid and reversed.

use shared::{
    App, Error, Result,
    domain::{Balance, BrandSlug, CommissionId, CommissionState, PartnerId},
    store::{CommissionQuery, keys},
    web::{
        Reply, Request, StatusCode, format,
        pages::{Commissions, Nav, Person},
    },
};

use crate::Desk;

/// Number of commissions per page.
const PAGE: usize = 50;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let state = request.one_of("state", &CommissionState::ALL.map(|state| (state.as_str(), state)))?;
    let not_found = |_invalid| Error::NotFound("page");
    let only = request.query("partner").map(PartnerId::parse).transpose().map_err(not_found)?;
    let after = request.query("after").map(CommissionId::parse).transpose().map_err(not_found)?;
    let states = state.map_or_else(|| CommissionState::ALL.to_vec(), |state| vec![state]);
    let later = after.is_some();
    let query = CommissionQuery { partner: only.clone(), states, after, limit: PAGE, with_partners: true };
    let about = async {
        let Some(id) = &only else { return Ok(None) };
        let (partner, balance) = (keys::partner(&slug, id), keys::balance(&slug, id));
        let found = app.store.read([partner.raw(), balance.raw()]).await?;
        let partner = found.get(&partner)?.ok_or(Error::NotFound("partner"))?;
        let balance: Balance = found.get(&balance)?.unwrap_or_default();
        Ok(Some((partner, balance)))
    };
    // The admin is authenticated in parallel with the first reads, so that the page takes two read steps.
    let listed = app.store.commissions(&slug, &query);
    let (desk, about, listed) = futures::try_join!(Desk::open(&app, &request), about, listed)?;

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let row = |booked: &shared::domain::Commission| {
        let one = about.as_ref().map(|(partner, _)| &partner.name);
        let name = one.or_else(|| listed.partners.get(&booked.partner).map(|partner| &partner.name));
        format::commission(booked, &desk.programs, name, (now, zone))
    };
    let address = |after: Option<&CommissionId>| {
        let parts = [
            state.map(|state| format!("state={}", state.as_str())),
            only.as_ref().map(|id| format!("partner={id}")),
            after.map(|after| format!("after={after}")),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let base = format!("/t/{slug}/admin/commissions");
        if parts.is_empty() { base } else { format!("{base}?{}", parts.join("&")) }
    };
    let page = Commissions {
        shell: desk.shell(&request, "Commissions", Nav::Commissions),
        here: address(query.after.as_ref()),
        state: state.map(format::state),
        partner: about.as_ref().map(|(one, _)| Person { id: one.id.to_string(), name: one.name.to_string() }),
        totals: about.as_ref().map(|(_, balance)| format::totals(balance)).unwrap_or_default(),
        rows: listed.commissions.iter().map(row).collect(),
        first: later.then(|| address(None)),
        next: listed.next.as_ref().map(|next| address(Some(next))),
    };
    Reply::page(StatusCode::OK, &page)
}
