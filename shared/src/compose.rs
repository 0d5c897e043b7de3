//! The text of emails that can be previewed: the mailer and the preview both render them here, so that they are the
//! same.

use crate::{
    App,
    domain::{Brand, INVITATION_DAYS, LINK_MINUTES, Partner, PersonalNote, Program, Reason},
    error::{Error, Result},
    mail::{Face, Invitation, Rendered, Revocation, Said},
    web::day,
};

/// The largest number of programs that an invitation names.
const PROGRAMS_NAMED: usize = 10;

/// Returns the branding of `brand` for its emails.
#[must_use]
pub fn face(app: &App, brand: &Brand) -> Face {
    Face::of(brand, &app.config.base_url)
}

/// Returns the lifetime of a sign-in link, in minutes.
#[must_use]
pub fn minutes() -> u32 {
    u32::try_from(LINK_MINUTES).unwrap_or_default()
}

/// Renders the invitation of `partner` with the sign-in link `link` and the text of `note`; `decline` is the
/// unsubscribe link.
///
/// # Errors
/// Fails if the template can't be rendered; that is a bug.
pub fn invitation(
    app: &App,
    brand: &Brand,
    (partner, note): (&Partner, Option<&PersonalNote>),
    programs: &[Program],
    (link, decline): (String, &str),
) -> Result<Rendered> {
    let granted = || programs.iter().filter(|program| partner.grants.contains_key(&program.id));
    let ends = partner.invitation_ends_at.unwrap_or_else(|| app.now());
    let mail = Invitation {
        brand_name: brand.name.to_string(),
        partner_name: partner.name.to_string(),
        invited_by: partner.brought_by.person().map(ToString::to_string),
        note: note.map(|note| Said {
            by: note.by.as_ref().map(ToString::to_string),
            lines: note.text.as_str().lines().map(str::to_owned).collect(),
        }),
        programs: granted().take(PROGRAMS_NAMED).map(|program| program.name.to_string()).collect(),
        more_programs: granted().count().saturating_sub(PROGRAMS_NAMED),
        link,
        valid_minutes: minutes(),
        invitation_days: u32::try_from(INVITATION_DAYS).unwrap_or_default(),
        ends: day(ends, &brand.time_zone),
        decline: decline.to_owned(),
        reply_to: brand.reply_to.to_string(),
        face: face(app, brand),
    };
    mail.render().map_err(Error::internal)
}

/// Renders the email that informs `partner` that access was revoked.
///
/// # Errors
/// Fails if the template can't be rendered; that is a bug.
pub fn revocation(app: &App, brand: &Brand, partner: &Partner, reason: Option<&Reason>) -> Result<Rendered> {
    let mail = Revocation {
        brand_name: brand.name.to_string(),
        partner_name: partner.name.to_string(),
        reason: reason.map(ToString::to_string),
        reply_to: brand.reply_to.to_string(),
        face: face(app, brand),
    };
    mail.render().map_err(Error::internal)
}
