//! What goes into each mail: the fresh link, the code, and the words.

use shared::{
    App, Error, Result,
    domain::{
        Admin, Attempt, Audience, Brand, BrandSlug, Code, INVITATION_DAYS, LINK_MINUTES, MagicLink,
        Mailed, Partner, Person, Program, Token,
    },
    mail::{Invitation, Rendered, SignIn, Welcome},
    secret::Hash,
    setup::link_address,
    store::keys,
    web::{base_path, day, moment},
};

/// How many programs an invitation names.
const PROGRAMS_NAMED: usize = 10;

/// A fresh code.
pub(crate) fn code(app: &App) -> Code {
    Code::fresh(app.entropy())
}

/// Whose address an attempt typed.
pub(crate) async fn known(app: &App, attempt: &Attempt) -> Result<Option<Person>> {
    let Attempt { brand, audience, email, .. } = attempt;
    match audience {
        Audience::Partner => {
            let Some(claim) = app.store.get(&keys::email(brand, email)).await? else {
                return Ok(None);
            };
            let partner = app.store.get(&keys::partner(brand, &claim.id)).await?;
            Ok(partner.map(|partner| partner.person(app.now())))
        }
        Audience::Admin => {
            let Some(claim) = app.store.get(&keys::admin_email(brand, email)).await? else {
                return Ok(None);
            };
            Ok(app.store.get(&keys::admin(brand, &claim.id)).await?.map(|admin| admin.person()))
        }
    }
}

/// Makes the link of a mail about to go out, and keeps its hash and that of the code beside it.
pub(crate) async fn mint(
    app: &App,
    brand: &BrandSlug,
    person: &Person,
    asked: Option<(&Hash, &Code)>,
) -> Result<String> {
    let secret = app.secret();
    let token = Token::mint(brand.clone(), person, app.now());
    let mailed = match asked {
        None => None,
        Some((hash, code)) => Some((
            hash,
            Mailed {
                code: app.server_key()?.seal(&[hash.as_str().as_bytes(), code.as_str().as_bytes()]),
                valid_until: token.valid_until,
                principal: person.principal.clone(),
                epoch: person.epoch,
                purpose: person.purpose,
                token: secret.hash(),
            },
        )),
    };
    app.store
        .mint(&secret.hash(), &token, mailed.as_ref().map(|(hash, mailed)| (*hash, mailed)))
        .await?;
    let audience = person.principal.audience();
    let link = MagicLink {
        principal: person.principal.clone(),
        epoch: person.epoch,
        purpose: person.purpose,
        secret,
    };
    Ok(link_address(app, brand, audience, &link))
}

pub(crate) fn invitation(
    app: &App,
    brand: &Brand,
    partner: &Partner,
    programs: &[Program],
    link: String,
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
        asked_at: moment(attempt.asked_at, &brand.time_zone),
        browser: attempt.browser.clone(),
        valid_minutes: minutes(),
        reply_to: brand.reply_to.to_string(),
    };
    mail.render().map_err(Error::internal)
}

fn minutes() -> u32 {
    u32::try_from(LINK_MINUTES).unwrap_or_default()
}
