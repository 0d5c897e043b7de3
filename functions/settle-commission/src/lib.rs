//! `POST /api/t/{brand}/commissions/{commission}/paid` and `…/reverse`: settles a commission as paid, or reverses it.
//!
//! This is independent of the partner's status: a commission stays and can be paid even if the
//! partner is revoked or erased.

mod described;

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, CommissionId, Scope, Settlement},
    store::keys,
    web::{CommissionView, Method, Nothing, Reply, Request, Router},
};

pub use described::described;

const PAID: &str = "/api/t/{brand}/commissions/{commission}/paid";
const REVERSE: &str = "/api/t/{brand}/commissions/{commission}/reverse";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PAID, paid).and(Method::POST, REVERSE, reverse).function()
}

async fn paid(app: App, request: Request) -> Result<Reply> {
    settle(&app, &request, Settlement::Paid).await
}

async fn reverse(app: App, request: Request) -> Result<Reply> {
    settle(&app, &request, Settlement::Reversed).await
}

async fn settle(app: &App, request: &Request, settlement: Settlement) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: CommissionId = request.param("commission")?;
    let owner = keys::commission_owner(&brand, &id);
    let (caller, found) = app.load(request, &brand, Scope::CommissionsWrite, [owner.raw()]).await?;
    let partner = found.get(&owner)?.ok_or(Error::NotFound("commission"))?.id;
    let commission = app.store.get(&keys::commission(&brand, &partner, &id)).await?;
    request.json_or_nothing::<Nothing>()?;

    let commission = commission.ok_or(Error::NotFound("commission"))?;
    let settled = commission.settle(settlement, app.fresh(), caller.actor(), app.now())?;

    let reply = Reply::ok(&CommissionView::from(&settled.commission))?;
    app.store.settle(&settled, caller.remember(&reply)).await?;
    Ok(reply)
}
