//! `GET /api/t/{brand}/commissions`: what the brand owes, paid and took back, newest first.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Function, InvalidField, Result,
    domain::{BrandSlug, CommissionId, CommissionState, PartnerId, Scope},
    store::CommissionQuery,
    web::{CommissionView, Endpoint, Method, Reply, Request},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/commissions";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::GET, PATH, handle).function()
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// Newest first.
    commissions: Vec<CommissionView>,
    /// Where the next page begins, if there is one.
    next_cursor: Option<CommissionId>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&["cursor", "limit", "partner", "state"])?;
    let caller = app.caller(&request, &brand, Scope::CommissionsRead);
    let page = async { app.store.commissions(&brand, &query(&request)?).await };
    // The caller is verified beside the first read step, so that a page is two steps.
    let (_, page) = futures::try_join!(caller, page)?;
    let commissions = page.commissions.iter().map(CommissionView::from).collect();
    Reply::ok(&Output { commissions, next_cursor: page.next })
}

fn query(request: &Request) -> Result<CommissionQuery> {
    let state = request.one_of("state", &CommissionState::ALL.map(|state| (state.as_str(), state)))?;
    let partner = request.query("partner").map(PartnerId::parse).transpose();
    Ok(CommissionQuery {
        partner: partner.map_err(|invalid| InvalidField::at("partner", invalid))?,
        states: state.map_or_else(|| CommissionState::ALL.to_vec(), |state| vec![state]),
        after: request.cursor()?,
        limit: request.limit()?,
        with_partners: false,
    })
}
