//! Backfills: the list with the form that starts one, and the progress and result of one.

use jiff::Timestamp;
use shared::{
    App, Error, Result,
    domain::{self, Backfill, BackfillId, BackfillLine, BrandSlug, PartnerState, TimeZone},
    store::{Found, keys},
    web::{
        Reply, Request, StatusCode, format,
        pages::{BackfillPage, BackfillRow, BackfillState, BackfillsPage, Nav, RefusedLine},
        when,
    },
};

use crate::{
    Desk,
    backfill_words::{counts, offer, standings, summary, tick, verdict},
    talk, timeline,
};

/// Number of backfills per page.
const PAGE: usize = 20;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    match request.query("backfill") {
        Some(id) => one(&app, &request, &BackfillId::parse(id).map_err(|_invalid| Error::NotFound("backfill"))?).await,
        None => all(&app, &request).await,
    }
}

async fn all(app: &App, request: &Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let key = keys::network(&slug);
    let (desk, connection, backfills) =
        futures::try_join!(Desk::open(app, request), app.store.get(&key), app.store.backfills(&slug, PAGE),)?;
    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let page = BackfillsPage {
        shell: desk.shell(request, "Backfill", Nav::Network),
        connected: connection.is_some(),
        states: PartnerState::TOLD.map(|state| tick(state, 0)).to_vec(),
        rows: backfills.iter().map(|backfill| row(backfill, now, zone)).collect(),
    };
    Reply::page(StatusCode::OK, &page)
}

async fn one(app: &App, request: &Request, id: &BackfillId) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let (desk, (backfill, lines, partners)) = futures::try_join!(Desk::open(app, request), read(app, (&slug, id)))?;
    let backfill = backfill.ok_or(Error::NotFound("backfill"))?;

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let row = row(&backfill, now, zone);
    let refused = |line: &BackfillLine| {
        Ok(RefusedLine { partner: talk::person(&slug, &line.partner, &partners)?, said: line.said.clone() })
    };
    let page = BackfillPage {
        shell: desk.shell(request, if row.dry_run { "Backfill preview" } else { "Backfill" }, Nav::Network),
        aloud: row.state.label(),
        verdict: verdict(&backfill, row.state, now),
        counts: counts(&backfill),
        standings: standings(&backfill),
        lines_in_all: (lines.len() < usize::try_from(backfill.counts.refused).unwrap_or(usize::MAX))
            .then(|| format::number(backfill.counts.refused)),
        lines: lines.iter().map(refused).collect::<Result<_>>()?,
        offer: offer(&backfill, row.state),
        row,
    };
    Reply::page(StatusCode::OK, &page)
}

/// Reads a backfill, the lines the Network rejected, and the partners of those lines.
async fn read(
    app: &App,
    (brand, id): (&BrandSlug, &BackfillId),
) -> Result<(Option<Backfill>, Vec<BackfillLine>, Found)> {
    let key = keys::backfill(brand, id);
    let (backfill, lines) = futures::try_join!(app.store.get(&key), app.store.backfill_lines(brand, id))?;
    let partners = app.store.read(lines.iter().map(|line| keys::partner(brand, &line.partner).raw())).await?;
    Ok((backfill, lines, partners))
}

fn row(backfill: &Backfill, now: Timestamp, zone: &TimeZone) -> BackfillRow {
    BackfillRow {
        id: backfill.id.to_string(),
        dry_run: backfill.dry_run,
        state: match backfill.state(now) {
            domain::BackfillState::Running => BackfillState::Running,
            domain::BackfillState::Completed if backfill.counts.refused > 0 => BackfillState::Refused,
            domain::BackfillState::Completed => BackfillState::Completed,
            domain::BackfillState::Failed => BackfillState::Failed,
        },
        summary: summary(backfill),
        by: timeline::actor(&backfill.asked_by),
        when: when(backfill.started_at, now, zone),
    }
}
