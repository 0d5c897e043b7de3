//! Renders the emails about invitations that expire.

use shared::{
    App, Error, Result,
    compose::{face, minutes},
    domain::{Attempt, Brand, Partner, Person},
    mail::{Ended, Reminder, Rendered},
    web::{day, moment},
};

pub(crate) fn reminder(
    app: &App,
    brand: &Brand,
    partner: &Partner,
    (link, decline): (String, &str),
) -> Result<Rendered> {
    let ends = partner.invitation_ends_at.unwrap_or_else(|| app.now());
    let mail = Reminder {
        brand_name: brand.name.to_string(),
        partner_name: partner.name.to_string(),
        invited_by: partner.brought_by.person().map(ToString::to_string),
        link,
        valid_minutes: minutes(),
        ends: day(ends, &brand.time_zone),
        decline: decline.to_owned(),
        reply_to: brand.reply_to.to_string(),
        face: face(app, brand),
    };
    mail.render().map_err(Error::internal)
}

pub(crate) fn ended(app: &App, brand: &Brand, person: &Person, attempt: &Attempt) -> Result<Rendered> {
    let ended = person.invitation_ends_at.unwrap_or(attempt.asked_at);
    let mail = Ended {
        brand_name: brand.name.to_string(),
        partner_name: person.name.to_string(),
        asked_at: moment(attempt.asked_at, &brand.time_zone),
        browser: attempt.browser.clone(),
        ended: day(ended, &brand.time_zone),
        reply_to: brand.reply_to.to_string(),
        face: face(app, brand),
    };
    mail.render().map_err(Error::internal)
}
