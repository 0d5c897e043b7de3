//! `GET /api/t/{brand}/partners` and `GET /api/t/{brand}/partners/{partner}`: partners as they are.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{BrandSlug, EmailAddress, Invalid, Partner, PartnerId, PartnerState, Scope},
    store::{RosterPage, RosterQuery, keys},
    web::{Endpoint, Method, PartnerView, Reply, Request},
};

pub use described::described;

const LIST: &str = "/api/t/{brand}/partners";
const ONE: &str = "/api/t/{brand}/partners/{partner}";

const LIMIT_DEFAULT: usize = 100;
const LIMIT_MAX: usize = 200;

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::GET, LIST, list).and(Method::GET, ONE, one).function()
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// A page of partners, newest first.
    partners: Vec<PartnerView>,
    /// Where the next page begins; null on the last one.
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
    request.only_query(&["cursor", "email", "limit", "state"])?;
    let caller = app.caller(&request, &brand, Scope::PartnersRead);
    let page = async {
        match request.query("email") {
            Some(email) => by_email(&app, &brand, email, &query(&request)?).await,
            None => app.store.roster(&brand, &query(&request)?).await,
        }
    };
    // The caller is verified beside the first read step, so that a page is two steps.
    let (_, page) = futures::try_join!(caller, page)?;
    let partners = page.partners.iter().map(PartnerView::from).collect();
    Reply::ok(&Output { partners, next_cursor: page.next.map(String::from) })
}

async fn by_email(app: &App, brand: &BrandSlug, email: &str, query: &RosterQuery) -> Result<RosterPage> {
    let email = EmailAddress::parse(email).map_err(|invalid| InvalidField::at("email", invalid))?;
    let claim = app.store.get(&keys::email(brand, &email)).await?;
    let partner: Option<Partner> = match claim {
        Some(claim) => app.store.get(&keys::partner(brand, &claim.id)).await?,
        None => None,
    };
    let partner = partner.filter(|partner| query.states.contains(&partner.state()));
    Ok(RosterPage { partners: partner.into_iter().collect(), next: None })
}

fn query(request: &Request) -> Result<RosterQuery> {
    let limit = match request.query("limit").map(str::parse::<usize>) {
        None => LIMIT_DEFAULT,
        Some(Ok(limit)) if (1..=LIMIT_MAX).contains(&limit) => limit,
        Some(_) => {
            return Err(InvalidField::at("limit", Invalid::unsupported("A limit lies between 1 and 200.")).into());
        }
    };
    let states = match request.query("state") {
        None => PartnerState::ALL.to_vec(),
        Some(text) => {
            let state = PartnerState::ALL.into_iter().find(|state| state.as_str() == text);
            let invalid = || InvalidField::at("state", Invalid::unsupported("A state is invited, active or revoked."));
            vec![state.ok_or_else(invalid)?]
        }
    };
    // A cursor says only after whom to go on; the brand is the caller's own.
    let after = request.query("cursor").map(PartnerId::parse).transpose();
    let after =
        after.map_err(|_invalid| InvalidField::at("cursor", Invalid::unsupported("This is not a cursor of ours.")))?;
    Ok(RosterQuery { states, after, limit })
}
