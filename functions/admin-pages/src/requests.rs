//! Pending applications on the Network, and the decisions made here with their outcomes.

use jiff::{SignedDuration, Timestamp};
use shared::{
    App, Error, Result,
    domain::{Approval, BrandSlug, NetworkConnection, NetworkDecision},
    network::NetworkRequest,
    store::keys,
    web::{
        Reply, Request, StatusCode, format,
        pages::{Nav, RequestRow, RequestsPage, Waiting},
        when,
    },
};

use crate::{Desk, decided, outcomes};

/// Number of applications per page: as many as one request can decide.
const SHOWN: usize = 50;

/// Number of decisions per page.
const DECIDED: usize = 50;

/// Time for which the page keeps polling for the approval that follows a decision.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let key = keys::network(&slug);
    // The admin is authenticated in parallel with the first reads, so that the page takes two read steps.
    let (desk, connection, decided) =
        futures::try_join!(Desk::open(&app, &request), app.store.get(&key), app.store.decisions(&slug, DECIDED),)?;
    // Only an admin's request may cause a call to the Network.
    let waiting = match &connection {
        _ if request.query("decided").is_some() => Waiting::NotAsked,
        None => Waiting::NotConnected,
        Some(connection) => waiting(&app, &request, (&desk, connection)).await?,
    };

    let now = app.now();
    let on_its_way = |(decision, approval): &(NetworkDecision, Option<Approval>)| {
        decision.approve && decision.taken != Some(false) && approval.is_none() && now < decision.at + PATIENCE
    };
    let page = RequestsPage {
        shell: desk.shell(&request, "Applications", Nav::Network),
        waiting,
        here: address(&slug, request.query("cursor")),
        moves: decided.iter().any(on_its_way),
        decided: decided
            .iter()
            .map(|(decision, approval)| decided::row(decision, approval.as_ref(), (&desk, now)))
            .collect(),
    };
    Reply::page(StatusCode::OK, &page)
}

fn address(brand: &BrandSlug, cursor: Option<&str>) -> String {
    let base = format!("/t/{brand}/admin/network/requests");
    cursor.map_or_else(|| base.clone(), |cursor| format!("{base}?{}", format::query("cursor", cursor)))
}

/// Returns the pending applications, or the reason why they couldn't be read.
async fn waiting(app: &App, request: &Request, (desk, connection): (&Desk, &NetworkConnection)) -> Result<Waiting> {
    let slug = &desk.brand.slug;
    let cursor = request.query("cursor");
    match app.network_requests(connection, cursor).await {
        Ok(page) => Ok(Waiting::Told {
            rows: page.requests.iter().take(SHOWN).map(|request| applicant(request, desk, app.now())).collect(),
            more: page.requests.len().checked_sub(SHOWN).filter(|more| *more > 0).map(|more| format!("{more} more")),
            unread: outcomes::counted(u64::try_from(page.unread).unwrap_or(u64::MAX), "application", "applications"),
            first: cursor.map(|_| address(slug, None)),
            next: page.next.map(|next| address(slug, Some(&next))),
        }),
        Err(Error::Network(why)) => Ok(Waiting::NotTold(why)),
        Err(error) => Err(error),
    }
}

fn applicant(request: &NetworkRequest, desk: &Desk, now: Timestamp) -> RequestRow {
    let known_as =
        [request.handle.as_ref().map(|handle| format!("@{}", handle.trim_start_matches('@'))), request.email.clone()];
    let program = request.program.as_ref().and_then(|id| desk.programs.iter().find(|program| program.id == *id));
    let offering = match (program, &request.offering) {
        (Some(program), Some(offering)) if *offering != program.name.to_string() => {
            format!("{} (“{offering}” on the Network)", program.name)
        }
        (Some(program), _) => program.name.to_string(),
        (None, offering) => offering.clone().unwrap_or_default(),
    };
    RequestRow {
        id: request.id.to_string(),
        creator: request.creator.clone(),
        known_as: known_as.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        offering,
        wanted: request.wanted.clone().unwrap_or_default(),
        bio: request.bio.clone().unwrap_or_default(),
        pitch: request.pitch.clone().unwrap_or_default(),
        when: request.at.map(|at| when(at, now, &desk.brand.time_zone)),
    }
}
