//! Facts about a partner, in reading order.

use shared::{
    App,
    domain::{InvitationNote, Partner},
    web::{pages::Fact, when},
};

use crate::{Desk, timeline};

pub(crate) fn of(app: &App, desk: &Desk, partner: &Partner) -> Vec<Fact> {
    let (now, zone) = (app.now(), &desk.brand.time_zone);
    let fact = |label, text: String, at: Option<_>| at.map(|at| Fact { label, text, when: Some(when(at, now, zone)) });
    let by = format!("by {}", timeline::actor(&partner.brought_by));
    let brought = if partner.invited_at.is_some() { "Invited" } else { "Added" };
    let unanswered = partner.activated_at.is_none() && partner.declined_at.is_none();
    let ends = partner.invitation_ends_at.filter(|_| unanswered);
    let ends = ends.map(|end| {
        let text = shared::web::day(end, zone);
        Fact { label: if end <= now { "Invitation expired" } else { "Invitation expires" }, text, when: None }
    });
    let moving = partner.moving(now).map(|moving| Fact {
        label: "Pending email address",
        text: moving.email.to_string(),
        when: None,
    });
    let note = match &partner.note {
        Some(InvitationNote::Own(note)) => Some(note.text.to_string()),
        Some(InvitationNote::OfImport(_)) => Some("the note of their import".to_owned()),
        None => None,
    };
    let note = note.map(|text| Fact { label: "Personal note", text, when: None });
    let network = partner.network.as_ref();
    let synced_by = match network {
        Some(note) if note.backfill.is_some() => "by a backfill",
        Some(_) | None => "",
    };
    let named = network.and_then(|note| note.creator.clone());
    let named = named.map(|text| Fact { label: "On the Network", text, when: None });
    [
        fact(brought, by, Some(partner.created_at)),
        fact("Last invited", String::new(), partner.invited_at.filter(|at| *at != partner.created_at)),
        note,
        ends,
        fact("Reminded", String::new(), partner.reminded_at.filter(|_| unanswered)),
        fact("Declined", String::new(), partner.declined_at),
        fact("Joined", String::new(), partner.activated_at.filter(|at| *at != partner.created_at)),
        moving,
        fact("Revoked", String::new(), partner.revoked_at),
        fact("Erased", String::new(), partner.erased_at),
        named,
        fact("Synced to Network", synced_by.to_owned(), network.and_then(|note| note.told_at)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
