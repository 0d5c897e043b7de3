//! `POST /api/t/{brand}/bulk`: starts a bulk job, which applies one action to many partners, named by
//! ID or selected by a filter.
//!
//! With `dryRun`, it counts the outcomes. Without, it becomes an import whose rows are partners: they are selected
//! after the response, and each is checked in the state it has when it is processed.

mod asked;
mod described;
mod look;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{
        BrandSlug, Bulk, BulkTarget, EventKind, FILES_KEPT, Import, ImportOptions, ImportSource, ROWS_UNPROVEN,
        RowOutcome, Scope, Selection,
    },
    store::{Limit, keys},
    web::{ImportView, Method, Reply, Request, Router},
};

use crate::asked::{Input, Target};

/// Limit on the bulk jobs a brand may start.
const STARTS: Limit = Limit { what: "bulk", window_s: 3_600, most: 100, most_an_hour: None };

pub use described::described;

const PATH: &str = "/api/t/{brand}/bulk";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function().with_settings(&["MAIL_RATE", "MAIL_DAILY_QUOTA"])
}

/// The outcomes that would result.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "BulkPreview")]
struct Preview {
    /// Always `true`.
    dry_run: bool,
    /// Number of partners that were checked.
    partners: u64,
    /// True if there are more partners than these: at most a few thousand are checked.
    more: bool,
    /// Number of partners that the action would change.
    touched: u64,
    /// Number of partners per outcome code. Missing codes are 0.
    outcomes: BTreeMap<RowOutcome, u64>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    // An unauthorized caller gets that error first, so errors of the input are returned later.
    let asked = request.json::<Input>().and_then(Input::read);
    let chosen = asked.as_ref().map_or(&[][..], |(_, target, _)| target.chosen());
    let its = keys::brand(&brand);
    let wanted = chosen.iter().map(|id| keys::partner(&brand, id).raw()).chain([its.raw()]).collect::<Vec<_>>();
    let load = app.load(&request, &brand, Scope::PartnersWrite, wanted);
    let ((caller, found), programs) = futures::try_join!(load, app.store.list(keys::programs(&brand)))?;
    let (action, target, dry_run) = asked?;
    let action = action.among(&programs).map_err(|invalid| InvalidField::at("programId", invalid))?;

    let seen = match &target {
        Target::Chosen(ids) => look::at_chosen(&app, &brand, (&action, ids), &found)?,
        Target::Wanted(wanted) => look::at_wanted(&app, &brand, (&action, wanted)).await?,
    };
    if dry_run {
        let (partners, touched) = (seen.counts.total(), seen.counts.of(action.done()));
        let outcomes = seen.counts.counted().collect();
        return Reply::ok(&Preview { dry_run, partners, more: seen.more, touched, outcomes });
    }
    if seen.counts.of(action.done()) == 0 && !seen.more {
        return Err(Error::NobodyToActOn);
    }
    if (seen.counts.total() > ROWS_UNPROVEN || seen.more) && !caller.is_proven() {
        return Err(Error::SignInAgain);
    }
    if !app.store.count(STARTS, &[brand.as_str()]).await? {
        return Err(Error::TooManyRequests);
    }

    let now = app.now();
    let (target, chunks) = match target {
        Target::Chosen(ids) => {
            let brand = found.get(&its)?.map_or(0, |brand| brand.daily_invites);
            let people_a_day = Import::people_a_day(brand, app.config.bulk_emails_a_day());
            let many = action.chunk_rows(ids.len(), people_a_day);
            (BulkTarget::Chosen, Selection::chunks_of(&ids, 0, (now, now + FILES_KEPT), many))
        }
        Target::Wanted(wanted) => (BulkTarget::Wanted(wanted), Vec::new()),
    };
    let selected = chunks.iter().flat_map(|chunk| &chunk.partners).map(|_| 1).sum();
    let bulk = Bulk { action, whom: target, selected, chunks: chunks.iter().map(|_| 1).sum(), after: None };
    let rows = (bulk.whom == BulkTarget::Chosen).then_some(selected);
    let source = (ImportSource::Roster(bulk), ImportOptions::of_roster());
    // When the job starts, the filter may match more partners than were checked.
    let rows_most = (!caller.is_proven()).then_some(ROWS_UNPROVEN);
    let import = Import { rows, rows_most, ..Import::start(app.fresh(), &brand, source, caller.actor(), now) };
    let event = app.event(&brand, caller.actor(), EventKind::BulkStarted { import: import.id.clone() });

    let reply = Reply::accepted(&ImportView::of(&import, now))?;
    app.store.start_bulk(&import, &chunks, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
