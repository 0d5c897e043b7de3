//! `GET /api/t/{brand}/partners/{partner}/links` and, for partners themselves, `GET /api/t/{brand}/links`: lists a
//! partner's share links with their clicks and earnings, without deleted ones.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, PartnerId, Program, Scope, ShareLink},
    store::keys,
    web::{LinkView, Method, Reply, Request, Router},
};

pub use described::described;

const OF_PARTNER: &str = "/api/t/{brand}/partners/{partner}/links";
const OWN: &str = "/api/t/{brand}/links";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, OF_PARTNER, of_partner).and(Method::GET, OWN, own).function()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// The links, newest first; a partner has at most 1,000.
    links: Vec<LinkView>,
}

async fn of_partner(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: PartnerId = request.param("partner")?;
    request.only_query(&[])?;
    let key = keys::partner(&brand, &id);
    let load = app.load(&request, &brand, Scope::PartnersRead, [key.raw()]);
    let links = app.store.list(keys::share_links(&brand, &id));
    let programs = app.store.list(keys::programs(&brand));
    let ((_, found), links, programs) = futures::try_join!(load, links, programs)?;
    found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    listed(&app, links, &programs)
}

async fn own(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    let load = app.load_partner(&request, &brand, []);
    let ((_, partner, _), programs) = futures::try_join!(load, app.store.list(keys::programs(&brand)))?;
    listed(&app, app.store.list(keys::share_links(&brand, &partner.id)).await?, &programs)
}

fn listed(app: &App, links: Vec<ShareLink>, programs: &[Program]) -> Result<Reply> {
    let links = ShareLink::live(links);
    let program = |link: &ShareLink| programs.iter().find(|program| program.id == link.program);
    let links = links.iter().filter_map(|link| Some(LinkView::of(app, link, program(link)?)));
    Reply::ok(&Output { links: links.collect() })
}
