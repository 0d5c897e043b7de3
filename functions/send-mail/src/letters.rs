//! The words of each mail.

use shared::{
    App, Error, Result,
    domain::{
        Admin, Attempt, Audience, Brand, Code, Event, INVITATION_DAYS, LINK_MINUTES, LinkKey, Partner, Person, Program,
    },
    mail::{Approval, Invitation, Rendered, Revocation, SentLink, SignIn, Welcome},
    web::{base_path, day, moment, short_link},
};

/// How many programs an invitation names.
const PROGRAMS_NAMED: usize = 10;

pub(crate) fn invitation(
    app: &App,
    brand: &Brand,
    partner: &Partner,
    programs: &[Program],
    (link, decline): (String, &str),
) -> Result<Rendered> {
    let granted = || programs.iter().filter(|program| partner.grants.contains_key(&program.id));
    let ends = partner.invitation_ends_at.unwrap_or_else(|| app.now());
    let mail = Invitation {
        brand_name: brand.name.to_string(),
        partner_name: partner.name.to_string(),
        invited_by: partner.brought_by.person().map(ToString::to_string),
        programs: granted().take(PROGRAMS_NAMED).map(|program| program.name.to_string()).collect(),
        more_programs: granted().count().saturating_sub(PROGRAMS_NAMED),
        link,
        valid_minutes: minutes(),
        invitation_days: u32::try_from(INVITATION_DAYS).unwrap_or_default(),
        ends: day(ends, &brand.time_zone),
        decline: decline.to_owned(),
        reply_to: brand.reply_to.to_string(),
    };
    mail.render().map_err(Error::internal)
}

pub(crate) fn sent_link(
    app: &App,
    brand: &Brand,
    partner: &Partner,
    asked: Option<Event>,
    link: String,
) -> Result<Rendered> {
    let mail = SentLink {
        brand_name: brand.name.to_string(),
        name: partner.name.to_string(),
        sent_by: asked.and_then(|event| event.actor.person().map(ToString::to_string)),
        link,
        valid_minutes: minutes(),
        login: format!("{}{}/login", app.config.base_url, base_path(&brand.slug, Audience::Partner)),
        reply_to: brand.reply_to.to_string(),
    };
    mail.render().map_err(Error::internal)
}

pub(crate) fn approval(
    app: &App,
    brand: &Brand,
    partner: &Partner,
    (approved, key): (Vec<String>, Option<&LinkKey>),
    link: String,
) -> Result<Rendered> {
    let mail = Approval {
        brand_name: brand.name.to_string(),
        name: partner.name.to_string(),
        programs: approved,
        share: key.map(|key| short_link(app, &brand.slug, key)),
        link,
        valid_minutes: minutes(),
        login: format!("{}{}/login", app.config.base_url, base_path(&brand.slug, Audience::Partner)),
        reply_to: brand.reply_to.to_string(),
    };
    mail.render().map_err(Error::internal)
}

pub(crate) fn revocation(brand: &Brand, partner: &Partner, told: Option<Event>) -> Result<Rendered> {
    let reason = told.and_then(|event| event.reason().map(ToString::to_string));
    let mail = Revocation {
        brand_name: brand.name.to_string(),
        partner_name: partner.name.to_string(),
        reason,
        reply_to: brand.reply_to.to_string(),
    };
    mail.render().map_err(Error::internal)
}

pub(crate) fn welcome(app: &App, brand: &Brand, admin: &Admin, link: String) -> Result<Rendered> {
    let mail = Welcome {
        brand_name: brand.name.to_string(),
        name: admin.name.to_string(),
        link,
        valid_minutes: minutes(),
        login: format!("{}{}/login", app.config.base_url, base_path(&brand.slug, Audience::Admin)),
        reply_to: brand.reply_to.to_string(),
    };
    mail.render().map_err(Error::internal)
}

pub(crate) fn sign_in(
    brand: &Brand,
    person: &Person,
    attempt: &Attempt,
    link: String,
    code: &Code,
) -> Result<Rendered> {
    let mail = SignIn {
        brand_name: brand.name.to_string(),
        name: person.name.to_string(),
        link,
        code: code.grouped(),
        renewed: attempt.shown != attempt.email.as_str(),
        asked_at: moment(attempt.asked_at, &brand.time_zone),
        browser: attempt.browser.clone(),
        valid_minutes: minutes(),
        reply_to: brand.reply_to.to_string(),
    };
    mail.render().map_err(Error::internal)
}

pub(crate) fn minutes() -> u32 {
    u32::try_from(LINK_MINUTES).unwrap_or_default()
}
