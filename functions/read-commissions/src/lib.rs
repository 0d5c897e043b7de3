//! `GET /api/t/{brand}/commissions`: lists the brand's commissions (accrued, paid and reversed), newest first.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Function, InvalidField, Result,
    domain::{BrandSlug, CommissionState, PartnerId, Scope},
    store::CommissionQuery,
    web::{CommissionView, List, Method, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/commissions";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, PATH, handle).function()
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// The commissions, newest first.
    commissions: Vec<CommissionView>,
    /// Cursor of the next page, if there is one.
    next_cursor: Option<String>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&["cursor", "limit", "partner", "state"])?;
    let caller = app.caller(&request, &brand, Scope::CommissionsRead);
    let named = |name| request.query(name).unwrap_or_default();
    let list = List::new(&["commissions", brand.as_str(), named("state"), named("partner")]);
    let page = async { app.store.commissions(&brand, &query(&request, &list)?).await };
    // The caller is authenticated in parallel with the first reads, so that the page takes two read steps.
    let (_, page) = futures::try_join!(caller, page)?;
    let commissions = page.commissions.iter().map(CommissionView::from).collect();
    Reply::ok(&Output { commissions, next_cursor: page.next.map(|next| list.cursor(next.as_str())) })
}

fn query(request: &Request, list: &List) -> Result<CommissionQuery> {
    let state = request.one_of("state", &CommissionState::ALL.map(|state| (state.as_str(), state)))?;
    let partner = request.query("partner").map(PartnerId::parse).transpose();
    Ok(CommissionQuery {
        partner: partner.map_err(|invalid| InvalidField::at("partner", invalid))?,
        states: state.map_or_else(|| CommissionState::ALL.to_vec(), |state| vec![state]),
        after: request.cursor(list)?,
        limit: request.limit()?,
        with_partners: false,
    })
}
