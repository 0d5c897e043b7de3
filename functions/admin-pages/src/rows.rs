//! Partners and programs as rows of a page.

use jiff::Timestamp;
use shared::{
    domain::{self, CommissionTerms, GrantSource, Partner, Program, TimeZone},
    web::{
        day, format,
        pages::{PartnerRow, PartnerState, ProgramChoice, ProgramRow, Refused},
        when,
    },
};

pub(crate) fn partner(partner: &Partner, programs: &[Program], now: Timestamp, zone: &TimeZone) -> PartnerRow {
    let granted = |program: &&Program| partner.grants.contains_key(&program.id);
    let sources = [(GrantSource::Network, "via Network"), (GrantSource::Import, "via import")];
    let live = || programs.iter().filter(|program| program.is_live());
    PartnerRow {
        id: partner.id.to_string(),
        name: partner.name.to_string(),
        // An erased person's email address is never shown.
        email: if partner.erased_at.is_some() { String::new() } else { partner.email.to_string() },
        state: state(partner, now),
        told: partner.activated_at.is_some()
            && !partner.undeliverable.as_ref().is_some_and(|refused| refused.stops(domain::MailKind::Notice)),
        mail: partner.mail.as_ref().map(|mail| format::mail(mail.state, mail.detail.as_deref())),
        refused: partner.undeliverable.as_ref().map(|refused| Refused {
            complained: refused.why == domain::SuppressionReason::Complained,
            on: day(refused.at, zone),
        }),
        mail_settled: partner.mail.as_ref().is_none_or(|mail| mail.is_settled(now))
            && (partner.erased_at.is_none() || partner.scrubbed_at.is_some()),
        programs: programs.iter().filter(granted).map(|program| program.name.to_string()).collect(),
        all_programs: live().count() > 0 && live().all(|program| granted(&program)),
        sources: sources
            .into_iter()
            .filter(|(source, _)| partner.grants.values().any(|grant| grant.source == *source))
            .map(|(_, words)| words.to_owned())
            .collect(),
        when: when(partner.invited_at.unwrap_or(partner.created_at), now, zone),
    }
}

fn state(partner: &Partner, now: Timestamp) -> PartnerState {
    match partner.state() {
        _ if partner.scrubbed_at.is_some() => PartnerState::Erased,
        _ if partner.erased_at.is_some() => PartnerState::Erasing,
        domain::PartnerState::Revoked => PartnerState::Revoked,
        domain::PartnerState::Active => PartnerState::Active,
        domain::PartnerState::Declined => PartnerState::Declined,
        domain::PartnerState::Invited if partner.has_ended(now) => PartnerState::Expired,
        domain::PartnerState::Invited => PartnerState::Invited,
    }
}

pub(crate) fn program(program: &Program, now: Timestamp, zone: &TimeZone) -> ProgramRow {
    let (kind, currency) = match &program.commission {
        CommissionTerms::Percent { .. } => ("percent", String::new()),
        CommissionTerms::Fixed { currency, .. } => ("fixed", currency.code().to_owned()),
    };
    ProgramRow {
        id: program.id.to_string(),
        name: program.name.to_string(),
        destination: program.destination.to_string(),
        host: program.destination.host(),
        allowed_hosts: program.allowed_hosts.iter().map(ToString::to_string).collect(),
        commission: program.commission.in_words(),
        commission_type: kind.to_owned(),
        commission_value: program.commission.number(),
        commission_currency: currency,
        attribution_days: program.attribution_days.days().to_string(),
        archived: !program.is_live(),
        when: when(program.created_at, now, zone),
    }
}

/// Returns the program as a checkbox.
pub(crate) fn choice(program: &Program) -> ProgramChoice {
    ProgramChoice { id: program.id.to_string(), name: program.name.to_string() }
}
