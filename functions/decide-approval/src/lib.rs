//! `GET /api/t/{brand}/network/approvals` and `POST …/network/approvals/{approval}/accept` and `/dismiss`: lists the
//! Network's approvals, and decides those that are held because the partner is revoked.
//!
//! Accepting reinstates the partner and grants what was approved, in one write. Dismissing changes
//! nothing about the partner.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{ApplicationId, Approval, ApprovalAct, ApprovalState, BrandSlug, PartnerId, ProgramId, Scope},
    store::keys,
    web::{Caller, Method, Nothing, PartnerView, Reply, Request, Router, Time, short_link},
};

pub use described::described;

const LIST: &str = "/api/t/{brand}/network/approvals";
const ACCEPT: &str = "/api/t/{brand}/network/approvals/{approval}/accept";
const DISMISS: &str = "/api/t/{brand}/network/approvals/{approval}/dismiss";

/// Number of listed approvals of each kind.
const SHOWN: usize = 100;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, LIST, list)
        .and(Method::POST, ACCEPT, accept)
        .and(Method::POST, DISMISS, dismiss)
        .function()
        .with_settings(&["SERVER_KEY"])
}

/// The Network's approvals.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Approvals")]
struct Listed {
    /// Held approvals, which wait for an admin's decision because the partner is revoked; newest first.
    held: Vec<ApprovalOutput>,
    /// The other approvals, newest first.
    taken: Vec<ApprovalOutput>,
}

/// An approval.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Approval")]
struct ApprovalOutput {
    /// The application's ID on the Network.
    id: ApplicationId,
    state: ApprovalState,
    at: Time,
    partner_id: PartnerId,
    program_ids: Vec<ProgramId>,
    /// The share link that was created for it.
    link: Option<String>,
    /// The note that the Network sent with it.
    note: Option<String>,
    decided_at: Option<Time>,
}

/// Confirms that an approval was dismissed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApprovalDismissed")]
struct Dismissed {
    /// Always `true`.
    ok: bool,
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    app.caller(&request, &brand, Scope::NetworkWrite).await?;
    let (held, taken) =
        futures::try_join!(app.store.approvals(&brand, true, SHOWN), app.store.approvals(&brand, false, SHOWN),)?;
    let shown = |approvals: Vec<Approval>| approvals.into_iter().map(|approval| output(&app, approval)).collect();
    Reply::ok(&Listed { held: shown(held), taken: shown(taken) })
}

async fn accept(app: App, request: Request) -> Result<Reply> {
    let (caller, approval) = held(&app, &request).await?;
    let remember =
        |approved: &shared::domain::Approved| Ok(caller.remember(&Reply::ok(&PartnerView::from(&approved.partner))?));
    let approved = app.accept_approval(&approval, &caller.actor(), remember).await?;
    Reply::ok(&PartnerView::from(&approved.partner))
}

async fn dismiss(app: App, request: Request) -> Result<Reply> {
    let (caller, approval) = held(&app, &request).await?;
    let act = ApprovalAct { partner: app.fresh(), event: app.fresh(), by: caller.actor(), now: app.now() };
    let reply = Reply::ok(&Dismissed { ok: true })?;
    let mut dismissed = approval.dismiss(act);
    // If the person was erased, the approval's personal data is scrubbed too, since no later erasure would find it.
    let partner = keys::partner(&dismissed.approval.brand, &dismissed.approval.partner);
    if app.store.get(&partner).await?.is_none() {
        dismissed.approval = dismissed.approval.scrubbed();
    }
    app.store.dismiss_approval(&dismissed, caller.remember(&reply)).await?;
    Ok(reply)
}

/// Returns the caller and the approval, which must still be held.
async fn held(app: &App, request: &Request) -> Result<(Caller, Approval)> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::approval(&brand, &request.param("approval")?);
    let (caller, found) = app.load(request, &brand, Scope::NetworkWrite, [key.raw()]).await?;
    let approval: Approval = found.get(&key)?.ok_or(Error::NotFound("approval"))?;
    request.json_or_nothing::<Nothing>()?;
    if approval.is_held() { Ok((caller, approval)) } else { Err(Error::ApprovalDecided) }
}

fn output(app: &App, approval: Approval) -> ApprovalOutput {
    ApprovalOutput {
        link: approval.link.as_ref().map(|key| short_link(app, &approval.brand, key)),
        note: approval.application.note.clone(),
        id: approval.id,
        state: approval.state,
        at: approval.at,
        partner_id: approval.partner,
        program_ids: approval.application.programs,
        decided_at: approval.decided_at,
    }
}
