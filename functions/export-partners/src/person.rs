//! Exports all data about one person as a JSON document. `docs/retention.md` lists its content.
//!
//! Lists are written page by page, so only the file size is a limit.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::{
    App, Result,
    aws::s3::{File, export_key},
    domain::{
        ApplicationId, Approval, EmailAddress, Event, Export, InvitationNote, Partner, PartnerId, PersonalNote,
        ShareLink, SuppressionRecord,
    },
    store::{Key, RawKey, keys},
    web::{CommissionView, EventView, LinkView, PartnerView},
};

use crate::document::Document;

/// Number of events or commissions per read.
const PAGE: usize = 500;

/// Writes the file and returns the number of people in it: one, or zero if the person was erased meanwhile.
pub(crate) async fn make(app: &App, export: &Export, id: &PartnerId) -> Result<u64> {
    let brand = &export.brand;
    let (key, kept) = (keys::partner(brand, id), keys::metadata(brand, id));
    let (found, programs) =
        futures::try_join!(app.store.read([key.raw(), kept.raw()]), app.store.list(keys::programs(brand)))?;
    let partner: Option<Partner> = found.get(&key)?;
    let Some(partner) = partner.filter(|partner| partner.erased_at.is_none()) else { return Ok(0) };
    let metadata = found.get(&kept)?.map(|item| item.metadata);
    let file = File { key: export_key(export), content_type: "application/json", saved_as: export.file_name() };
    let mut out = Document::new(app.archive()?.begin(file));
    out.field("exportedAt", &app.now()).await?;
    out.field("brand", brand).await?;
    out.field("partner", &PartnerView::whole(&partner, metadata.as_ref())).await?;
    out.field("addresses", &addresses(app, &partner).await?).await?;
    let network = partner.network.as_ref().map(|known| {
        let (host, creator) = (&known.host, &known.creator);
        json!({"host": host, "creator": creator, "knownBefore": known.known_before, "toldAt": known.told_at})
    });
    out.field("network", &network).await?;
    out.field("note", &note(app, &partner).await?).await?;
    let links = app.store.list(keys::share_links(brand, id)).await?;
    let program = |link: &ShareLink| programs.iter().find(|program| program.id == link.program);
    let links: Vec<_> = links.iter().filter_map(|link| Some(LinkView::of(app, link, program(link)?))).collect();
    out.list("links", &links).await?;

    out.open("commissions").await?;
    let mut after: Option<RawKey> = None;
    loop {
        let (page, more) = app.store.newest(keys::commissions(brand, id), after.as_ref(), PAGE).await?;
        out.items(page.iter().map(CommissionView::from)).await?;
        after = page.last().map(|last| keys::commission(brand, id, &last.id).raw());
        if !more || after.is_none() {
            break;
        }
    }
    out.close().await?;
    out.open("events").await?;
    let mut applications = BTreeSet::new();
    after = None;
    loop {
        let (page, more): (Vec<Event>, bool) =
            app.store.newest(keys::partner_events(brand, id), after.as_ref(), PAGE).await?;
        out.items(page.iter().map(EventView::from)).await?;
        applications.extend(page.iter().filter_map(|event| event.kind.application().cloned()));
        after = page.last().map(|last| keys::event(last).raw());
        if !more || after.is_none() {
            break;
        }
    }
    out.close().await?;
    out.list("approvals", &approvals(app, export, applications).await?).await?;
    out.end().await?;
    Ok(1)
}

/// Returns the person's current and former email addresses, and whether they are suppressed.
async fn addresses(app: &App, partner: &Partner) -> Result<Vec<Value>> {
    let all = || std::iter::once(&partner.email).chain(&partner.former_addresses);
    let states: Vec<_> = all().map(|address| keys::address(&partner.brand, address)).collect();
    let found = app.store.read(states.iter().map(Key::raw)).await?;
    let describe = |(address, key): (&EmailAddress, &Key<SuppressionRecord>)| {
        let state = found.get(key)?;
        let refused = state.as_ref().and_then(SuppressionRecord::in_force);
        Ok(json!({"email": address, "current": *address == partner.email, "refused": refused}))
    };
    all().zip(&states).map(describe).collect()
}

/// Returns the personal note of their invitation, and who wrote it.
async fn note(app: &App, partner: &Partner) -> Result<Option<PersonalNote>> {
    match &partner.note {
        Some(InvitationNote::Own(note)) => Ok(Some(note.clone())),
        Some(InvitationNote::OfImport(import)) => {
            let import = app.store.get(&keys::import(&partner.brand, import)).await?;
            Ok(import.and_then(|import| import.options.note))
        }
        None => Ok(None),
    }
}

async fn approvals(app: &App, export: &Export, ids: BTreeSet<ApplicationId>) -> Result<Vec<Value>> {
    let keys: Vec<_> = ids.iter().map(|id| keys::approval(&export.brand, id)).collect();
    let found = app.store.read(keys.iter().map(Key::raw)).await?;
    let stored = keys.iter().filter_map(|key| found.get(key).transpose());
    stored
        .map(|approval| {
            let Approval { id, state, at, application, .. } = approval?;
            let (name, email, handle, note) =
                (application.name, application.email, application.handle, application.note);
            Ok(json!({
                "id": id, "state": state, "at": at, "name": name, "email": email, "handle": handle, "note": note,
                "programIds": application.programs,
            }))
        })
        .collect()
}
