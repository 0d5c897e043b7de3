//! Sentences of the timeline that name programs, links and sums.

use shared::{
    domain::{LinkKey, Money, Program, ProgramId},
    web::{format, pages::Tone},
};

pub(crate) fn approval(
    (approved, link): (&[ProgramId], Option<&LinkKey>),
    (newcomer, reinstated): (bool, bool),
    programs: &[Program],
) -> String {
    let names = approved.iter().map(|id| named(id, programs)).collect::<Vec<_>>().join(", ");
    let link = link.map(|link| format!(", with link “{link}”")).unwrap_or_default();
    match (newcomer, reinstated) {
        (true, _) => format!("Joined via the Network for {names}{link}"),
        (false, true) => format!("Reinstated and approved via the Network for {names}{link}"),
        (false, false) => format!("Approved via the Network for {names}{link}"),
    }
}

pub(crate) fn changed(granted: &[ProgramId], taken: &[ProgramId], programs: &[Program]) -> String {
    let names = |ids: &[ProgramId]| ids.iter().map(|id| named(id, programs)).collect::<Vec<_>>().join(", ");
    match (granted, taken) {
        (granted, []) => format!("Added to {}", names(granted)),
        ([], taken) => format!("Removed from {}", names(taken)),
        (granted, taken) => format!("Added to {}; removed from {}", names(granted), names(taken)),
    }
}

pub(crate) fn named(id: &ProgramId, programs: &[Program]) -> String {
    let program = programs.iter().find(|program| program.id == *id);
    program.map_or_else(|| "a program".to_owned(), |program| program.name.to_string())
}

pub(crate) fn earned(link: &LinkKey, sum: Money) -> (Tone, String) {
    (Tone::Good, format!("Earned {} from link “{link}”", format::money(sum)))
}

pub(crate) fn paid(sum: Money) -> (Tone, String) {
    (Tone::Good, format!("{} marked as paid", format::money(sum)))
}

pub(crate) fn reversed(sum: Money) -> (Tone, String) {
    (Tone::Warn, format!("{} reversed", format::money(sum)))
}
