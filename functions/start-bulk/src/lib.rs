//! `POST /api/t/{brand}/bulk`: something that is done to many partners, chosen one by one or by the words of the list.
//!
//! With `dryRun` it counts what would come of them. Without, it becomes an import whose rows are partners: who they are
//! is found out after the answer, and each is judged by what holds when their turn comes.

mod asked;
mod described;
mod look;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{
        BrandSlug, Bulk, BulkWhom, EventKind, FILES_KEPT, Import, ImportOptions, ImportSource, ROWS_UNPROVEN,
        RowOutcome, Scope, Selection,
    },
    store::{Limit, keys},
    web::{Endpoint, ImportView, Method, Reply, Request},
};

use crate::asked::{Input, Whom};

/// How often a brand may start one.
const STARTS: Limit = Limit { what: "bulk", window_s: 3_600, most: 100, most_an_hour: None };

pub use described::described;

const PATH: &str = "/api/t/{brand}/bulk";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, handle).function().with_settings(&["MAIL_RATE", "MAIL_DAILY_QUOTA"])
}

/// What would come of it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "BulkPreview")]
struct Preview {
    /// Always true.
    dry_run: bool,
    /// How many partners were looked at.
    partners: u64,
    /// Whether there are more than these: at most a few thousand are looked at.
    more: bool,
    /// To how many of them it would be done.
    touched: u64,
    /// What would come of how many, by code. What isn't here is 0.
    outcomes: BTreeMap<RowOutcome, u64>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    // Whoever may not ask is told so first, whatever they ask for.
    let asked = request.json::<Input>().and_then(Input::read);
    let chosen = asked.as_ref().map_or(&[][..], |(_, whom, _)| whom.chosen());
    let its = keys::brand(&brand);
    let wanted = chosen.iter().map(|id| keys::partner(&brand, id).raw()).chain([its.raw()]).collect::<Vec<_>>();
    let load = app.load(&request, &brand, Scope::PartnersWrite, wanted);
    let ((caller, found), programs) = futures::try_join!(load, app.store.list(keys::programs(&brand)))?;
    let (action, whom, dry_run) = asked?;
    let action = action.among(&programs).map_err(|invalid| InvalidField::at("programId", invalid))?;

    let seen = match &whom {
        Whom::Chosen(ids) => look::at_chosen(&app, &brand, (&action, ids), &found)?,
        Whom::Wanted(wanted) => look::at_wanted(&app, &brand, (&action, wanted)).await?,
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
    let (whom, chunks) = match whom {
        Whom::Chosen(ids) => {
            let brand = found.get(&its)?.map_or(0, |brand| brand.daily_invites);
            let people_a_day = Import::people_a_day(brand, app.config.bulk_emails_a_day());
            let many = action.chunk_rows(ids.len(), people_a_day);
            (BulkWhom::Chosen, Selection::chunks_of(&ids, 0, (now, now + FILES_KEPT), many))
        }
        Whom::Wanted(wanted) => (BulkWhom::Wanted(wanted), Vec::new()),
    };
    let selected = chunks.iter().flat_map(|chunk| &chunk.partners).map(|_| 1).sum();
    let bulk = Bulk { action, whom, selected, chunks: chunks.iter().map(|_| 1).sum(), after: None };
    let rows = (bulk.whom == BulkWhom::Chosen).then_some(selected);
    let source = (ImportSource::Roster(bulk), ImportOptions::of_roster());
    // A filter may choose more when it begins than were looked at.
    let rows_most = (!caller.is_proven()).then_some(ROWS_UNPROVEN);
    let import = Import { rows, rows_most, ..Import::start(app.fresh(), &brand, source, caller.actor(), now) };
    let event = app.event(&brand, caller.actor(), EventKind::BulkStarted { import: import.id.clone() });

    let reply = Reply::accepted(&ImportView::of(&import, now))?;
    app.store.start_bulk(&import, &chunks, &event, caller.remember(&reply)).await?;
    Ok(reply)
}
