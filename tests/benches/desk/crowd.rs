//! A brand with partners in every status, written directly as an operator could, and the pages that show them.

use futures::{StreamExt, stream};
use jiff::SignedDuration;
use local::Local;
use shared::{
    App,
    domain::{
        Access, Actor, BrandSlug, Commission, CommissionState, ConversionType, Event, EventKind, Fresh, GrantSource,
        Import, ImportFile, ImportId, ImportOptions, ImportSource, LinkKey, MailState, Milestones, Money, NewLink,
        NewPartner, Partner, PartnerId, Program, Suppression, SuppressionReason,
    },
    store::keys,
};

/// The number of imports that created some of them.
const IMPORTS: usize = 25;

/// Fills a brand with this many partners, who were invited over eleven weeks.
pub(crate) async fn fill(app: &App, brand: &BrandSlug, many: usize) {
    let programs = app.store.list(keys::programs(brand)).await.unwrap();
    let mut imports = Vec::new();
    for _ in 0..IMPORTS {
        imports.push(import(app, brand).await);
    }
    let people = stream::iter(0..many).map(|number| one(app, brand, (&programs, &imports), number));
    people.buffer_unordered(16).for_each(|()| std::future::ready(())).await;
}

async fn import(app: &App, brand: &BrandSlug) -> ImportId {
    let id: ImportId = app.fresh();
    let file = ImportFile { key: format!("imports/{brand}/{id}"), etag: None, only_failed: false };
    let import = Import::start(
        id.clone(),
        brand,
        (ImportSource::File(file), ImportOptions::default()),
        Actor::operator(),
        app.now(),
    );
    let event = app.event(brand, Actor::operator(), EventKind::ImportStarted { import: id.clone(), there: false });
    app.store.start_import(&import, &event, None).await.unwrap();
    id
}

/// Creates one partner, whose name and progress follow from the number.
async fn one(app: &App, brand: &BrandSlug, (programs, imports): (&[Program], &[ImportId]), number: usize) {
    let back = i64::try_from(number).unwrap();
    let came_in = app.now() - SignedDuration::from_hours(24 * (back % 77)) - SignedDuration::from_secs(back);
    let entropy = app.entropy();
    let row = u64::try_from(number).unwrap();
    let invited = NewPartner {
        id: PartnerId::fresh(came_in, entropy),
        event: app.fresh(),
        brand: brand.clone(),
        name: format!("Person Number {number}").parse().unwrap(),
        email: format!("person.{number}@example.com").parse().unwrap(),
        programs: programs.iter().map(|program| program.id.clone()).collect(),
        source: if number.is_multiple_of(3) { GrantSource::Import } else { GrantSource::Admin },
        commission: None,
        access: Access::Invitation,
        metadata: None,
        note: None,
        import: number.is_multiple_of(3).then(|| (imports[number % imports.len()].clone(), row)),
    };
    let mut invited = invited.bring_in(&Actor::operator(), came_in);
    live(&mut invited.partner, number % 10);
    app.store.invite(&invited, None, None).await.unwrap();
    if number % 10 >= 7 {
        share(app, &invited.partner, &programs[number % programs.len()], number).await;
    }
}

/// Sets a partner's progress: from an email that is still queued or failed to an active partner and a revoked one.
fn live(partner: &mut Partner, how: usize) {
    let at = Some(partner.created_at);
    let refused = match how {
        3 => Some(SuppressionReason::Bounced),
        4 => Some(SuppressionReason::Complained),
        _ => None,
    };
    let state = match how {
        0 => MailState::Superseded,
        1 => MailState::Sent,
        3 => MailState::Bounced,
        4 => MailState::Complained,
        _ => MailState::Delivered,
    };
    partner.undeliverable = refused.map(|why| Suppression { why, at: partner.created_at, detail: None });
    partner.mail = partner.mail.take().map(|mail| shared::domain::MailStatus { state, ..mail });
    partner.steps = Milestones {
        sent_at: at.filter(|_| how > 0),
        delivered_at: at.filter(|_| ![0, 1, 3].contains(&how)),
        opened_at: at.filter(|_| how > 4),
        ..Milestones::default()
    };
    partner.declined_at = at.filter(|_| how == 5);
    partner.activated_at = at.filter(|_| how > 5);
}

/// Creates their link, with a commission for some, and deletes it for others.
async fn share(app: &App, partner: &Partner, program: &Program, number: usize) {
    let key: LinkKey = format!("person-{number}").parse().unwrap();
    let link = NewLink { key: key.clone(), destination: None, event: app.fresh() };
    let created = partner.create_link(link, program, Actor::operator(), app.now()).unwrap().unwrap();
    app.store.create_link(&created, None).await.unwrap();
    if number % 10 >= 8 {
        let value = Money::parse(1_000, "EUR").unwrap();
        let booked = Commission {
            id: app.fresh(),
            brand: partner.brand.clone(),
            partner: partner.id.clone(),
            program: program.id.clone(),
            link: key.clone(),
            click: app.fresh(),
            conversion: ConversionType::parse("purchase").unwrap(),
            external_id: None,
            value: Some(value),
            state: CommissionState::Accrued,
            amount: 100,
            currency: value.currency,
            created_at: app.now(),
            settled_at: None,
            settled_by: None,
        };
        let kind = EventKind::CommissionAccrued {
            partner: partner.id.clone(),
            commission: booked.id.clone(),
            link: key,
            amount: booked.amount,
            currency: booked.currency,
        };
        let event: Event = app.event(&partner.brand, Actor::operator(), kind);
        app.store.book((&booked, true), &event, None).await.unwrap();
    }
    if number % 10 == 9 {
        let now = app.store.get(&keys::partner(&partner.brand, &partner.id)).await.unwrap().unwrap();
        let revoked = now.revoke((None, false), app.fresh(), Actor::operator(), app.now()).unwrap();
        app.store.change_access(&revoked, None).await.unwrap();
    }
}

/// Returns every admin page in the template with its function, so that none can be forgotten; and the lists with the
/// usual filters. `id` returns the value of a path parameter.
pub(crate) fn pages(local: &Local, id: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let pages = local.template().routes.iter().filter(|route| {
        route.method == "GET" && route.path.starts_with("/t/{brand}/admin") && !route.path.contains("/login")
    });
    let filled = |path: &str| {
        let parts = path.split('/').map(|part| match part.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some("brand") => "acme".to_owned(),
            Some(name) => id(name),
            None => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    };
    let mut pages: Vec<_> = pages.map(|route| (route.function.clone(), filled(&route.path))).collect();
    let lists = [
        "partners?state=invited",
        "partners?state=expired",
        "partners?mail=bounced",
        "partners?source=import",
        "partners?q=person",
        "commissions?state=accrued",
    ];
    pages.extend(lists.map(|list| ("admin-pages".to_owned(), format!("/t/acme/admin/{list}"))));
    pages.push(("admin-pages".to_owned(), format!("/t/acme/admin/commissions?partner={}", id("partner"))));
    pages
}
