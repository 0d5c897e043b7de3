//! The roster: all partners, or those that match a search or filter.

use shared::{
    App, Error, Result,
    domain::{BrandSlug, PartnerId, Program},
    store::{PartnerPage, PartnerQuery, keys},
    web::{
        Reply, Request, StatusCode, format,
        pages::{Filters, Nav, Partners, ScanNotice},
    },
};

use crate::{Desk, rows};

/// Number of partners per page.
const PAGE: usize = 50;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let (query, list) = request.partners(PAGE, "after")?;
    // The admin is authenticated in parallel with the first reads, so that the page takes two read steps.
    let (desk, found) = futures::try_join!(Desk::open(&app, &request), listed(&app, &request, &slug, &query))?;

    let base = format!("/t/{slug}/admin/partners");
    let only_one = request.query("partner").is_some();
    let filters = filters(&request, base.clone(), &desk.programs);
    let next = found.next.as_deref().map(|place| filters.address(Some(&list.cursor(place))));
    let complete = query.after.is_none() && next.is_none() && !only_one && !filters.any();
    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let row = |partner| rows::partner(partner, &desk.programs, now, zone);
    let stopped = found.looked_at.and_then(|count| u64::try_from(count).ok()).zip(next.clone());
    let page = Partners {
        shell: desk.shell(&request, "Partners", Nav::Partners),
        rows: found.partners.iter().map(row).collect(),
        count: if complete { found.partners.len().to_string() } else { String::new() },
        looked: stopped.map(|(count, further)| ScanNotice { count: format::number(count), further }),
        first: query.after.is_some().then(|| filters.address(None)),
        next: if found.looked_at.is_some() { None } else { next },
        only_one,
        programs: desk.programs.iter().filter(|program| program.is_live()).map(rows::choice).collect(),
        filters,
    };
    Reply::page(StatusCode::OK, &page)
}

/// Returns a page of the roster, or only the partner that the query names, read strongly consistently.
async fn listed(app: &App, request: &Request, brand: &BrandSlug, query: &PartnerQuery) -> Result<PartnerPage> {
    let Some(id) = request.query("partner") else { return app.store.partners(brand, query).await };
    let id = PartnerId::parse(id).map_err(|_invalid| Error::NotFound("partner"))?;
    let partner = app.store.get(&keys::partner(brand, &id)).await?.ok_or(Error::NotFound("partner"))?;
    Ok(PartnerPage { partners: vec![partner], next: None, looked_at: None })
}

fn filters(request: &Request, base: String, programs: &[Program]) -> Filters {
    let asked = |name: &str| request.query(name).unwrap_or_default().trim().to_owned();
    Filters {
        base,
        q: asked("q"),
        state: asked("state"),
        mail: asked("mail"),
        program: asked("program"),
        source: asked("source"),
        programs: programs.iter().map(rows::choice).collect(),
    }
}
