//! Tests of which partners count in which stage, week and import.

use super::*;
use crate::domain::{Access, Actor, BrandSlug, EmailAddress, EventId, GrantSource, Name, NewPartner};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn partner(came_in: &str, access: Access, import: Option<ImportId>) -> Partner {
    let now = at(came_in);
    NewPartner {
        id: PartnerId::fresh(now, [1; 10]),
        event: EventId::fresh(now, [2; 10]),
        brand: BrandSlug::parse("acme").unwrap(),
        name: Name::parse("Maria").unwrap(),
        email: EmailAddress::parse("maria@example.com").unwrap(),
        programs: Vec::new(),
        source: GrantSource::Admin,
        commission: None,
        access,
        metadata: None,
        note: None,
        import: import.map(|import| (import, 1)),
    }
    .bring_in(&Actor::operator(), now)
    .partner
}

fn with(steps: Milestones, activated_at: Option<Timestamp>) -> Partner {
    Partner { steps, activated_at, ..partner("2026-11-25T10:00:00Z", Access::Invitation, None) }
}

#[test]
fn a_later_stage_includes_the_steps_before() {
    let now = Some(at("2026-11-25T10:00:00Z"));
    let none = Milestones::default();
    for (steps, activated, stage) in [
        (none.clone(), None, None),
        (Milestones { sent_at: now, ..none.clone() }, None, Some(Stage::Sent)),
        (Milestones { delivered_at: now, ..none.clone() }, None, Some(Stage::Delivered)),
        (Milestones { sent_at: now, opened_at: now, ..none.clone() }, None, Some(Stage::Opened)),
        (Milestones { sent_at: now, ..none.clone() }, now, Some(Stage::SignedIn)),
        (Milestones { first_link_at: now, ..none.clone() }, now, Some(Stage::Linked)),
        (Milestones { first_commission_at: now, ..none }, None, Some(Stage::Earned)),
    ] {
        assert_eq!(with(steps, activated).stage(), stage);
    }
    let mut funnel = Funnel::default();
    for stage in [None, Some(Stage::Sent), Some(Stage::SignedIn)] {
        funnel.add(stage);
    }
    assert_eq!(funnel, Funnel { invited: 3, reached: [2, 1, 1, 1, 0, 0] });
    assert_eq!(funnel.at(Stage::SignedIn), 1);
}

#[test]
fn a_week_begins_on_monday_where_the_brand_is() {
    let berlin = TimeZone::parse("Europe/Berlin").unwrap();
    // A Thursday.
    let now = at("2026-11-26T12:00:00Z");
    let mut counting = FunnelBuilder::begin(now, &berlin);
    // A millisecond before Monday in Berlin and Monday itself, both Sunday in UTC; the current moment; the first week.
    for came_in in ["2026-11-22T22:59:59.999Z", "2026-11-22T23:00:00Z", "2026-11-26T12:00:00Z", "2026-09-06T22:00:00Z"]
    {
        let partner = partner(came_in, Access::Invitation, None);
        let (from, before) = counting.range();
        assert!(from <= partner.id && &partner.id < before, "{came_in}");
        counting.add(&partner);
    }
    let (from, before) = counting.range();
    assert!(partner("2026-09-06T21:59:59.999Z", Access::Invitation, None).id < from, "summer time, then");
    assert!(partner("2026-11-26T12:00:00.001Z", Access::Invitation, None).id >= *before);
    let tally = counting.end();
    assert_eq!(tally.weeks.len(), FUNNEL_WEEKS);
    let invited: Vec<_> = tally.weeks.iter().map(|week| (week.monday.to_string(), week.funnel.invited)).collect();
    assert_eq!(invited[0], ("2026-09-07".to_owned(), 1));
    assert_eq!(invited[10..], [("2026-11-16".to_owned(), 1), ("2026-11-23".to_owned(), 2)]);
    assert_eq!(tally.total().invited, 4);
    let (from, until) = week_in(tally.weeks[7].monday, &berlin);
    assert_eq!((from, until), (at("2026-10-25T23:00:00Z"), at("2026-11-01T23:00:00Z")));
}

#[test]
fn who_was_let_in_at_once_is_in_no_week_and_an_old_import_is_none_of_its_own() {
    let (now, zone) = (at("2026-11-26T12:00:00Z"), TimeZone::default());
    let (old, new) = (ImportId::fresh(at("2026-09-06T23:59:59Z"), [9; 10]), ImportId::fresh(now, [1; 10]));
    let mut counting = FunnelBuilder::begin(now, &zone);
    counting.add(&partner("2026-11-26T10:00:00Z", Access::AtOnce, Some(new.clone())));
    counting.add(&partner("2026-11-26T10:00:00Z", Access::Invitation, Some(new.clone())));
    counting.add(&partner("2026-11-26T10:00:00Z", Access::Invitation, Some(old)));
    let tally = counting.end();
    assert_eq!((tally.counted, tally.total().invited), (3, 2));
    let imports: Vec<_> = tally.imports.iter().map(|each| (&each.import, each.funnel.invited)).collect();
    assert_eq!(imports, [(&new, 1)]);
}

#[test]
fn what_took_longer_to_add_up_lasts_longer() {
    let tally = |counted| FunnelSnapshot {
        counted,
        ..FunnelBuilder::begin(at("2026-11-26T12:00:00Z"), &TimeZone::default()).end()
    };
    assert_eq!(tally(9_999).fresh_until(), at("2026-11-26T12:01:00Z"));
    assert_eq!(tally(1_000_000).fresh_until(), at("2026-11-26T13:41:00Z"));
    let kept = Overview { tally: Some(tally(0)), counting_until: None };
    assert!(!kept.is_stale(at("2026-11-26T12:00:59.999Z")) && kept.is_stale(at("2026-11-26T12:01:00Z")));
    assert!(Overview::default().is_stale(Timestamp::UNIX_EPOCH));
}
