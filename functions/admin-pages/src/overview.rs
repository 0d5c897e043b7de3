//! The overview: what needs an admin's attention, the invitation funnel, and dropped attribution.
//!
//! The numbers are stored. This page shows them with the time at which they were computed, and its script requests a
//! refresh when they are stale. Viewing the page writes nothing.

use shared::{
    App, Result,
    domain::{BrandSlug, Funnel, FunnelSnapshot, Import, Stage},
    store::{DroppedCount, Found, PartnerQuery, keys},
    web::{
        Reply, Request, StatusCode, format,
        pages::{Cohort, DroppedSums, FunnelPart, Guide, Nav, Numbers, Overview, StageBar},
        when,
    },
};

use crate::{Desk, imports, needs};

/// Number of days for which dropped attribution is shown.
const DAYS: i64 = 30;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let anybody = PartnerQuery { search: None, filter: Default::default(), after: None, limit: 1 };
    // The admin is authenticated in parallel with the first reads, so that the page takes two read steps.
    let (desk, (kept, imports), noticed, dropped, partners) = futures::try_join!(
        Desk::open(&app, &request),
        read(&app, &slug),
        needs::Noticed::read(&app, &slug),
        app.store.dropped(&slug, DAYS),
        app.store.partners(&slug, &anybody),
    )?;

    let mut sum = DroppedCount::default();
    for (_, count) in &dropped {
        sum += count;
    }
    let is_new = partners.partners.is_empty() && kept.tally.as_ref().is_none_or(|tally| tally.counted == 0);
    let has_program = desk.programs.iter().any(shared::domain::Program::is_live);
    let numbers = kept.tally.as_ref().map(|tally| numbers(&app, &desk, tally, &imports)).transpose()?;
    let shell = desk.shell(&request, "Overview", Nav::Overview);
    let page = Overview {
        needs: noticed.needs(&desk.base(), &desk.programs, (kept.tally.as_ref(), app.now())),
        guide: (is_new && shell.manages).then_some(Guide { has_program }),
        shell,
        funnel: FunnelPart { stale: kept.is_stale(app.now()), numbers },
        dropped: dropped_sums(&sum),
    };
    Reply::page(StatusCode::OK, &page)
}

/// Reads the stored overview, and the imports it breaks the numbers down by.
async fn read(app: &App, brand: &BrandSlug) -> Result<(shared::domain::Overview, Found)> {
    let kept = app.store.get(&keys::overview(brand)).await?.unwrap_or_default();
    let imports = kept.tally.iter().flat_map(|tally| &tally.imports);
    let imports = app.store.read(imports.map(|each| keys::import(brand, &each.import).raw())).await?;
    Ok((kept, imports))
}

fn numbers(app: &App, desk: &Desk, tally: &FunnelSnapshot, imports: &Found) -> Result<Numbers> {
    let zone = &desk.brand.time_zone;
    let most = tally.weeks.iter().map(|week| week.funnel.at(Stage::Sent)).max().unwrap_or_default();
    let week = |week: &shared::domain::WeekFunnel| {
        cohort(format!("Week of {}", week.monday.strftime("%-d %B")), None, &week.funnel, most)
    };
    let import = |each: &shared::domain::ImportFunnel| {
        let import = imports.get(&keys::import(&desk.brand.slug, &each.import))?;
        let href = format!("{}/imports/{}", desk.base(), each.import);
        let name = import.as_ref().map_or_else(|| each.import.to_string(), |import| dated(import, desk));
        Ok(cohort(name, Some(href), &each.funnel, each.funnel.invited))
    };
    let total = tally.total();
    Ok(Numbers {
        as_of: when(tally.as_of, app.now(), zone),
        clock: tally.as_of.to_zoned(zone.rules()).strftime("%H:%M").to_string(),
        total: cohort("All".to_owned(), None, &total, total.invited),
        weeks: tally.weeks.iter().map(week).collect(),
        imports: tally.imports.iter().map(import).collect::<Result<_>>()?,
    })
}

/// Returns the import's name with its date, since files often have the same name.
fn dated(import: &Import, desk: &Desk) -> String {
    let day = import.created_at.to_zoned(desk.brand.time_zone.rules()).strftime("%-d %B");
    format!("{}, {day}", imports::name(import, &desk.programs))
}

fn cohort(name: String, href: Option<String>, funnel: &Funnel, most: u64) -> Cohort {
    let bar = |stage| {
        let count = funnel.at(stage);
        StageBar {
            label: label(stage),
            count: format::number(count),
            share: (count * 100 + funnel.invited / 2) / funnel.invited.max(1),
            // A count above zero stays visible.
            height: if count > 0 { (count * 100 / most.max(1)).max(2) } else { 0 },
        }
    };
    Cohort { name, href, invited: format::number(funnel.invited), stages: Stage::ALL.map(bar).to_vec() }
}

fn label(stage: Stage) -> &'static str {
    match stage {
        Stage::Sent => "Sent",
        Stage::Delivered => "Delivered",
        Stage::Opened => "Opened link",
        Stage::SignedIn => "Joined",
        Stage::Linked => "Created a link",
        Stage::Earned => "First commission",
    }
}

fn dropped_sums(sum: &DroppedCount) -> DroppedSums {
    let counts = [
        ("Clicks on revoked partners’ links", sum.clicks),
        ("Sales from revoked partners’ links", sum.conversions),
        ("Sales without a known visitor", sum.unknown),
        ("Sales outside the attribution window", sum.late),
    ];
    DroppedSums {
        days: DAYS,
        any: *sum != DroppedCount::default(),
        counts: counts.map(|(what, count)| (what, format::number(count))).to_vec(),
    }
}
