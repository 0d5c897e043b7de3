//! The brand's settings: API keys, attribution settings, reminders and dropped attribution.

use jiff::civil::Date;
use shared::{
    App, Result,
    domain::{BrandSlug, Role, Scope},
    store::DroppedCount,
    web::{
        Reply, Request, StatusCode, format,
        pages::{ApiKeyRow, DroppedDay, Nav, Settings},
        when,
    },
};

use crate::Desk;

/// Number of days for which dropped attribution is shown.
const DAYS: i64 = 30;

pub(crate) async fn page(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let (desk, keys, dropped) = futures::try_join!(
        Desk::open_for(Role::Owner, &app, &request),
        app.store.api_keys(&slug),
        app.store.dropped(&slug, DAYS),
    )?;

    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let row = |key: &shared::domain::ApiKey| ApiKeyRow {
        id: key.id.to_string(),
        label: key.label.to_string(),
        scopes: key.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
        when: when(key.created_at, now, zone),
        by: key.created_by.as_ref().and_then(|actor| actor.name.as_ref()).map(ToString::to_string),
        used: key.used_at.map(|at| when(at, now, zone)),
    };
    let mut sum = DroppedCount::default();
    for (_, count) in &dropped {
        sum += count;
    }
    let some = dropped.iter().rev().filter(|(_, count)| *count != DroppedCount::default());
    let page = Settings {
        shell: desk.shell(&request, "Settings", Nav::Settings),
        keys: keys.iter().rev().map(row).collect(),
        scopes: Scope::ALL.iter().map(|scope| scope.as_str().to_owned()).collect(),
        unsigned_identify: desk.brand.unsigned_identify,
        reminders: desk.brand.reminders,
        dropped: some.map(|(day, count)| dropped_on(in_words(day), count)).collect(),
        dropped_sum: dropped_on(String::new(), &sum),
    };
    Reply::page(StatusCode::OK, &page)
}

fn dropped_on(day: String, count: &DroppedCount) -> DroppedDay {
    DroppedDay {
        day,
        clicks: format::number(count.clicks),
        conversions: format::number(count.conversions),
        unknown: format::number(count.unknown),
        late: format::number(count.late),
    }
}

fn in_words(day: &str) -> String {
    day.parse::<Date>().map_or_else(|_not_a_day| day.to_owned(), |day| day.strftime("%-d %B %Y").to_string())
}
