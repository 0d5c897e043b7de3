//! The page *Import*: the form that uploads a file, and the list of imports.

use jiff::Timestamp;
use shared::{
    App, Error, Result,
    domain::{self, BrandSlug, FILE_BYTES_MAX, Import, ImportId, Program, TimeZone},
    store::keys,
    web::{
        Reply, Request, StatusCode, format,
        pages::{ImportRow, ImportState, Imports, Nav, Progress},
        when,
    },
};

use crate::{Desk, bulk, outcomes, rows, timeline};

/// Number of imports per page.
const PAGE: usize = 20;

/// Polling interval of a page that shows an import in progress, in milliseconds.
const PACE: u32 = 1_000;
const PACE_IN_LIST: u32 = 2_000;
/// Polling interval of a page that shows a paused import, which resumes the next day, in milliseconds.
const PACE_PAUSED: u32 = 60_000;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    // The admin is authenticated in parallel with the first reads, so that the page takes two read steps.
    let (desk, (imports, next)) = futures::try_join!(Desk::open(&app, &request), listed(&app, &request, &slug))?;

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let base = format!("/t/{slug}/admin/imports");
    let page = Imports {
        shell: desk.shell(&request, "Import", Nav::Imports),
        rows: imports.iter().map(|import| in_list(import, &desk.programs, now, zone)).collect(),
        programs: desk.programs.iter().filter(|program| program.is_live()).map(rows::choice).collect(),
        bytes_max: FILE_BYTES_MAX,
        only_one: request.query("import").is_some(),
        first: request.query("after").is_some().then(|| base.clone()),
        next: next.map(|next| format!("{base}?after={next}")),
    };
    // The browser uploads a file straight to its storage, which has another origin.
    Ok(Reply::page(StatusCode::OK, &page)?.connecting_to(app.config.uploads_origin.as_deref()))
}

/// Returns a page of the list, or only the import that the query names.
async fn listed(app: &App, request: &Request, brand: &BrandSlug) -> Result<(Vec<Import>, Option<ImportId>)> {
    let id = |name| request.query(name).map(ImportId::parse).transpose().map_err(|_invalid| Error::NotFound("import"));
    if let Some(id) = id("import")? {
        let import = app.store.get(&keys::import(brand, &id)).await?.ok_or(Error::NotFound("import"))?;
        return Ok((vec![import], None));
    }
    app.store.imports(brand, id("after")?.as_ref(), PAGE).await
}

fn in_list(import: &Import, programs: &[Program], now: Timestamp, zone: &TimeZone) -> ImportRow {
    let row = row(import, programs, now, zone);
    // A paused import may wait for hours, so the list doesn't poll it.
    let pace = (row.state == ImportState::Running).then_some(PACE_IN_LIST);
    ImportRow { moves: row.moves && row.state != ImportState::Paused && import.ended_at.is_none(), pace, ..row }
}

/// Returns the name of an import or bulk job, for all pages that mention it.
pub(crate) fn name(import: &Import, programs: &[Program]) -> String {
    match import.bulk() {
        Some(bulk) => bulk::name(bulk, programs),
        None => import.options.file_name.clone().unwrap_or_else(|| "Import".to_owned()),
    }
}

/// Returns the row of an import or bulk job, for all pages that show one.
pub(crate) fn row(import: &Import, programs: &[Program], now: Timestamp, zone: &TimeZone) -> ImportRow {
    let (state, done) = (state(import.state(now)), import.counts.total());
    let moves = !import.has_ended(now) || awaits_report(import, now);
    let pace = if state == ImportState::Paused { PACE_PAUSED } else { PACE };
    ImportRow {
        id: import.id.to_string(),
        name: name(import, programs),
        bulk: import.bulk().is_some(),
        state,
        dry_run: import.options.dry_run,
        progress: Progress {
            done: format::number(done),
            rows: import.rows.map(format::number),
            thousandths: import.rows.map_or(0, |rows| done.saturating_mul(1_000) / rows.max(1)),
        },
        summary: outcomes::summary(&import.counts, import.options.dry_run),
        by: timeline::actor(&import.asked_by),
        when: when(import.created_at, now, zone),
        moves,
        pace: moves.then_some(pace),
    }
}

/// True if the report is still expected. A report that is missing ten minutes after the end isn't waited for.
pub(crate) fn awaits_report(import: &Import, now: Timestamp) -> bool {
    let just_ended = import.ended_at.is_some_and(|at| now < at + jiff::SignedDuration::from_mins(10));
    just_ended && import.started_at.is_some() && import.failure(now).is_none() && import.report_etag.is_none()
}

fn state(state: domain::ImportState) -> ImportState {
    match state {
        domain::ImportState::Receiving => ImportState::Receiving,
        domain::ImportState::Running => ImportState::Running,
        domain::ImportState::Paused => ImportState::Paused,
        domain::ImportState::Completed => ImportState::Completed,
        domain::ImportState::CompletedWithErrors => ImportState::CompletedWithErrors,
        domain::ImportState::Cancelled => ImportState::Cancelled,
        domain::ImportState::Failed => ImportState::Failed,
    }
}
