//! `GET /api/t/{brand}/partners` and `GET /api/t/{brand}/partners/{partner}`: lists partners, or returns one.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{BrandSlug, EmailAddress, Partner, Scope},
    store::{PartnerPage, PartnerQuery, keys},
    web::{Method, PartnerView, Reply, Request, Router},
};

pub use described::described;

const LIST: &str = "/api/t/{brand}/partners";
const ONE: &str = "/api/t/{brand}/partners/{partner}";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, LIST, list).and(Method::GET, ONE, one).function()
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// A page of partners, newest first.
    partners: Vec<PartnerView>,
    /// Cursor of the next page; `null` on the last one.
    next_cursor: Option<String>,
}

async fn one(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id = request.param("partner")?;
    let (key, metadata) = (keys::partner(&brand, &id), keys::metadata(&brand, &id));
    let (_, found) = app.load(&request, &brand, Scope::PartnersRead, [key.raw(), metadata.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let metadata = found.get(&metadata)?.map(|item| item.metadata);
    Reply::ok(&PartnerView::whole(&partner, metadata.as_ref()))
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&["cursor", "email", "limit", "mail", "program", "q", "source", "state"])?;
    let caller = app.caller(&request, &brand, Scope::PartnersRead);
    let page = async {
        let (query, list) = request.partners(request.limit()?, "cursor")?;
        let page = match request.query("email") {
            Some(email) => by_email(&app, &brand, email, &query).await?,
            None => app.store.partners(&brand, &query).await?,
        };
        let next_cursor = page.next.as_deref().map(|place| list.cursor(place));
        Ok((page.partners, next_cursor))
    };
    // The caller is authenticated in parallel with the first reads, so that the page takes two read steps.
    let (_, (partners, next_cursor)) = futures::try_join!(caller, page)?;
    Reply::ok(&Output { partners: partners.iter().map(PartnerView::from).collect(), next_cursor })
}

async fn by_email(app: &App, brand: &BrandSlug, email: &str, query: &PartnerQuery) -> Result<PartnerPage> {
    let email = EmailAddress::parse(email).map_err(|invalid| InvalidField::at("email", invalid))?;
    let claim = app.store.get(&keys::email(brand, &email)).await?;
    let partner: Option<Partner> = match claim {
        Some(claim) => app.store.get(&keys::partner(brand, &claim.id)).await?,
        None => None,
    };
    let partner = partner.filter(|partner| query.filter.takes(partner, app.now()));
    Ok(PartnerPage { partners: partner.into_iter().collect(), next: None, looked_at: None })
}
