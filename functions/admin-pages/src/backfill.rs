//! The telling of the Network of the roster: where it begins, and how far each one is.

use jiff::Timestamp;
use shared::{
    App, Error, Result,
    domain::{self, Backfill, BackfillId, BackfillLine, BrandSlug, PartnerState, TimeZone},
    store::{Found, keys},
    web::{
        Reply, Request, StatusCode,
        pages::{
            BackfillPage, BackfillRow, BackfillState, BackfillTick, BackfillsPage, Counted, Nav, RefusedLine,
            StandingRow, TellOffer, Tone, Verdict,
        },
        shown, when,
    },
};

use crate::{Desk, network, outcomes, timeline};

/// How many tellings a page shows.
const PAGE: usize = 20;

/// How the Network can stand to a partner of whom it is to be told.
const TO_TELL: [&str; 2] = ["new", "changed"];

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
        states: PartnerState::ALL.map(|state| tick(state, 0)).to_vec(),
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
        Ok(RefusedLine { partner: network::person(&slug, &line.partner, &partners)?, said: line.said.clone() })
    };
    let page = BackfillPage {
        shell: desk.shell(request, if row.dry_run { "Who would be told" } else { "Telling the Network" }, Nav::Network),
        aloud: row.state.label(),
        verdict: verdict(&backfill, row.state),
        counts: counts(&backfill),
        standings: standings(&backfill),
        lines_in_all: (lines.len() < usize::try_from(backfill.counts.refused).unwrap_or(usize::MAX))
            .then(|| shown::number(backfill.counts.refused)),
        lines: lines.iter().map(refused).collect::<Result<_>>()?,
        offer: offer(&backfill, row.state),
        row,
    };
    Reply::page(StatusCode::OK, &page)
}

/// A telling, whom the Network refused in it, and who they are.
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

/// What it counted, in a few words.
fn summary(backfill: &Backfill) -> String {
    let counts = &backfill.counts;
    let told = if backfill.dry_run { (to_tell(backfill), "to tell") } else { (counts.told, "told") };
    let parts = [told, (counts.refused, "refused"), (counts.left_out, "left out")];
    let some: Vec<_> = parts.iter().filter(|(count, _)| *count > 0).collect();
    if some.is_empty() {
        return if backfill.ended_at.is_some() { "Nobody" } else { "Nobody yet" }.to_owned();
    }
    some.into_iter().map(|(count, words)| format!("{} {words}", shown::number(*count))).collect::<Vec<_>>().join(", ")
}

fn verdict(backfill: &Backfill, state: BackfillState) -> Option<Verdict> {
    let again = "Starting again tells only what is left.";
    let (tone, text) = match (state, backfill.dry_run) {
        (BackfillState::Running, _) => return None,
        (BackfillState::Failed, true) => {
            let why = backfill.failure.as_deref().unwrap_or("It stopped without a word.");
            (Tone::Bad, format!("{why} Nothing was told."))
        }
        (BackfillState::Failed, false) => match backfill.failure.as_deref() {
            Some(why) if why.contains("only what is left") => (Tone::Bad, why.to_owned()),
            Some(why) => (Tone::Bad, format!("{why} {again}")),
            None => (Tone::Bad, format!("It stopped without a word. {again}")),
        },
        (_, true) if to_tell(backfill) == 0 => {
            (Tone::Good, "The Network knows all of them as they are, so there is nothing to tell.".to_owned())
        }
        (_, true) => (Tone::Info, "Nobody was told of yet: this is what would be told.".to_owned()),
        (BackfillState::Refused, false) => {
            (Tone::Warn, "The Network was told, but refused some: see below.".to_owned())
        }
        (BackfillState::Completed, false) => {
            (Tone::Good, "The Network knows your partners as they are now.".to_owned())
        }
    };
    Some(Verdict { tone, text })
}

fn counts(backfill: &Backfill) -> Vec<Counted> {
    let counts = &backfill.counts;
    let told =
        [("Told", counts.told), ("Of those, known to it before", counts.known_before), ("Refused", counts.refused)];
    let told = told.into_iter().filter(|_| !backfill.dry_run);
    let looked = [("Looked at", counts.looked_at)].into_iter();
    let counted = looked.chain(told).chain([("Left out", counts.left_out)]);
    counted.map(|(label, count)| Counted { label, count: shown::number(count) }).collect()
}

fn standings(backfill: &Backfill) -> Vec<StandingRow> {
    let of = |state, standing| shown::number(backfill.counts.of(state, standing));
    let any =
        |state: &PartnerState| ["new", "changed", "known"].iter().any(|each| backfill.counts.of(*state, each) > 0);
    let row = |state| StandingRow {
        state: label(state),
        new: of(state, "new"),
        changed: of(state, "changed"),
        known: of(state, "known"),
    };
    PartnerState::ALL.into_iter().filter(any).map(row).collect()
}

/// What can follow a look that found somebody to tell of.
fn offer(backfill: &Backfill, state: BackfillState) -> Option<TellOffer> {
    if !backfill.dry_run || state != BackfillState::Completed {
        return None;
    }
    let people = outcomes::counted(to_tell(backfill), "partner", "partners")?;
    let ticks = PartnerState::ALL.into_iter().map(|state| tick(state, in_state(backfill, state)));
    let left_out: Vec<_> = backfill.left_out.iter().map(ToString::to_string).collect();
    Some(TellOffer {
        people,
        ticks: ticks.filter(|tick| tick.count > 0).collect(),
        left_out_count: outcomes::counted(left_out.iter().map(|_| 1).sum(), "partner is", "partners are"),
        left_out: left_out.join("\n"),
    })
}

fn tick(state: PartnerState, count: u64) -> BackfillTick {
    let counted = outcomes::counted(count, "partner", "partners").unwrap_or_default();
    BackfillTick { state: state.as_str(), label: label(state), count, counted }
}

fn label(state: PartnerState) -> &'static str {
    match state {
        PartnerState::Invited => "Invited, not here yet",
        PartnerState::Active => "Active",
        PartnerState::Revoked => "Revoked",
    }
}

/// Of how many the Network is to be told.
fn to_tell(backfill: &Backfill) -> u64 {
    PartnerState::ALL.into_iter().map(|state| in_state(backfill, state)).sum()
}

fn in_state(backfill: &Backfill, state: PartnerState) -> u64 {
    TO_TELL.iter().map(|standing| backfill.counts.of(state, standing)).sum()
}
