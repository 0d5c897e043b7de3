//! Invoked by an operator: creates a brand or brings it up to date, with its admins.
//!
//! It has no public route. Admins who are new get a welcome mail with a link; those who are there stay as they are.

use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, Result,
    domain::{
        Actor, Admin, AdminId, BrandSlug, EmailAddress, Event, EventKind, Invalid, MailNote, Name, Role, TimeZone,
    },
    store::{BrandSetUp, keys},
};

/// More would not fit one transaction together with their claims and events.
const ADMINS_MAX: usize = 20;

/// The function.
#[must_use]
pub fn function() -> Function {
    Function::direct(handle)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    brand: BrandInput,
    #[serde(default)]
    admins: Vec<AdminInput>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BrandInput {
    slug: BrandSlug,
    name: Name,
    /// Where answers to its mails go at first: one that its owners changed stays.
    reply_to: EmailAddress,
    /// Left out, it stays what it is, at first UTC.
    time_zone: Option<TimeZone>,
    /// How many people a day its imports may invite. Left out, it stays what it is, at first 40,000. 0 allows none.
    daily_invites: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdminInput {
    name: Name,
    email: EmailAddress,
    /// What they may do; left out, everything. Those who are there keep what they may.
    #[serde(default)]
    role: Role,
}

#[derive(Serialize)]
struct Output {
    brand: BrandSlug,
    admins: Vec<AdminOutput>,
}

#[derive(Serialize)]
struct AdminOutput {
    id: AdminId,
    email: EmailAddress,
    /// Whether this call added them.
    added: bool,
}

async fn handle(app: App, input: Input) -> Result<Output> {
    let Input { brand, admins } = input;
    let BrandInput { slug, name, reply_to, time_zone, daily_invites } = brand;
    if admins.len() > ADMINS_MAX {
        return Err(Invalid::unsupported("At most 20 admins can be given at once.").into());
    }
    let claims: Vec<_> = admins.iter().map(|admin| keys::admin_email(&slug, &admin.email)).collect();
    let brand_key = keys::brand(&slug);
    let found = app.store.read(claims.iter().map(keys::Key::raw).chain([brand_key.raw()])).await?;
    let before = found.get(&brand_key)?;

    let event = app.event(&slug, Actor::operator(), EventKind::BrandSetUp);
    let admins_to_add = Vec::new();
    let mut set_up =
        BrandSetUp { slug: slug.clone(), name, reply_to, time_zone, daily_invites, event, admins: admins_to_add };
    let mut output = Output { brand: slug.clone(), admins: Vec::new() };
    for (AdminInput { name, email, role }, claim) in admins.into_iter().zip(&claims) {
        let there = found.get(claim)?.map(|claim| claim.id);
        let twice = output.admins.iter().find(|admin| admin.email == email).map(|admin| admin.id.clone());
        let added = there.is_none() && twice.is_none();
        let id = there.or(twice).unwrap_or_else(|| app.fresh());
        if added {
            set_up.admins.push(new_admin(&app, &slug, (id.clone(), name, email.clone()), role));
        }
        output.admins.push(AdminOutput { id, email, added });
    }

    if set_up.admins.is_empty() && before.is_some_and(|brand| set_up.is_like(&brand)) {
        return Ok(output);
    }
    match app.store.set_up_brand(&set_up).await {
        Err(Error::ChangedMeanwhile) => Err(Error::Busy),
        written => written.map(|()| output),
    }
}

fn new_admin(
    app: &App,
    brand: &BrandSlug,
    (id, name, email): (AdminId, Name, EmailAddress),
    role: Role,
) -> (Admin, Event) {
    let epoch = 0;
    let event = app.event(brand, Actor::operator(), EventKind::AdminInvited { admin: id.clone(), epoch });
    let mail = Some(MailNote::queued(&event.id, event.at));
    (Admin { id, brand: brand.clone(), name, email, role, epoch, created_at: event.at, mail }, event)
}
