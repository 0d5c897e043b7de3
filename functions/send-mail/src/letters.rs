//! Renders the emails that can't be previewed. [`shared::compose`] renders the others.

use shared::{
    App, Error, Result,
    compose::{face, minutes},
    domain::{Admin, Attempt, Audience, Brand, Code, Event, LinkKey, Partner, Person, Role},
    mail::{Approval, Rendered, SentLink, SignIn, Welcome},
    web::{base_path, moment, short_link},
};

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
        face: face(app, brand),
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
        face: face(app, brand),
    };
    mail.render().map_err(Error::internal)
}

pub(crate) fn welcome(app: &App, brand: &Brand, admin: &Admin, link: String) -> Result<Rendered> {
    let (role, may) = match admin.role {
        Role::Owner => ("an owner", "you can create programs, invite partners, and manage the settings and the team"),
        Role::Manager => ("a manager", "you can create programs, invite partners and manage their access"),
        Role::Viewer => ("a viewer", "you can view its partners, programs and figures"),
    };
    let mail = Welcome {
        brand_name: brand.name.to_string(),
        name: admin.name.to_string(),
        role,
        may,
        link,
        valid_minutes: minutes(),
        login: format!("{}{}/login", app.config.base_url, base_path(&brand.slug, Audience::Admin)),
        reply_to: brand.reply_to.to_string(),
        face: face(app, brand),
    };
    mail.render().map_err(Error::internal)
}

pub(crate) fn sign_in(
    app: &App,
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
        face: face(app, brand),
    };
    mail.render().map_err(Error::internal)
}
