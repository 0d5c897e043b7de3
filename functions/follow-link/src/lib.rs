//! `GET /r/{brand}/{key}`: redirects a visitor from a share link to its destination.
//!
//! Visits that can't or shouldn't be counted are redirected too. Only a visit through an active partner's link is
//! counted and reported to the shop as `cref`: the `cref` of a revoked partner would replace that of the partner who
//! referred the visitor before.

mod described;
mod robots;

use shared::{
    App, Error, ErrorChain, Function, Result,
    domain::{BrandSlug, Click, ClickId, Dropped, LinkClaim, LinkKey, PartnerState, ShareLink},
    store::keys,
    web::{Method, Reply, Request, Router, StatusCode},
};

pub use described::described;

const PATH: &str = "/r/{brand}/{key}";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::page(PATH, handle).function().with_settings(&["SERVER_KEY"])
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key: LinkKey = request.param("key")?;
    if robots::fetches_ahead(&request) {
        // A browser that only prefetches requests the link again when the user really follows it.
        return Ok(Reply::empty(StatusCode::SERVICE_UNAVAILABLE));
    }
    let claim = app.store.get(&keys::link_claim(&brand, &key)).await?.ok_or(Error::NotFound("link"))?;
    if claim.deleted_at.is_some() {
        return Err(Error::LinkDeleted);
    }
    let (partner, program) = (keys::partner(&brand, &claim.partner), keys::program(&brand, &claim.program));
    let found = app.store.read([partner.raw(), program.raw()]).await?;
    let partner = found.get(&partner)?.ok_or(Error::NotFound("link"))?;
    let program = found.get(&program)?.ok_or(Error::NotFound("link"))?;

    let a_person = request.method != Method::HEAD && !robots::is_known(&request);
    let cref = match partner.state() {
        PartnerState::Active if a_person => visit(&app, &request, &brand, &claim).await,
        PartnerState::Revoked if a_person => {
            let [chance] = app.entropy();
            counted(app.store.count_dropped(&brand, Dropped::Click, chance).await);
            None
        }
        PartnerState::Active | PartnerState::Revoked | PartnerState::Invited | PartnerState::Declined => None,
    };
    Ok(Reply::found(&ShareLink::leads_to(claim.destination.as_ref(), &program).with_cref(cref.as_ref())))
}

async fn visit(app: &App, request: &Request, brand: &BrandSlug, claim: &LinkClaim) -> Option<ClickId> {
    let (link, network) = (claim.key.folded(), request.network());
    let window = Click::window(app.now()).to_be_bytes();
    let key = counted(app.server_key())?;
    let id =
        Click::id(app.now(), key.visit(&[brand.as_str().as_bytes(), link.as_bytes(), network.as_bytes(), &window]));
    counted(app.store.visit(brand, &id, claim).await).map(|()| id)
}

/// Logs a failure and returns `None`: a visitor must not see an error because the visit couldn't be counted.
fn counted<T>(result: Result<T>) -> Option<T> {
    result.map_err(|error| tracing::error!("a visit could not be counted: {}", ErrorChain(&error))).ok()
}
