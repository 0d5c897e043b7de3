//! Creates a brand with its admins, or updates it. Invoked by an operator.
//!
//! It has no public route. New admins get a welcome email with a sign-in link; existing ones stay as they are.

use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, Result,
    domain::{
        Actor, Admin, AdminId, BrandSlug, EmailAddress, Event, EventKind, Invalid, MailStatus, Name, Role, TimeZone,
    },
    store::{BrandSetUp, keys},
};

/// More admins wouldn't fit into one transaction together with their claims and events.
const ADMINS_MAX: usize = 20;

/// Returns the function, with its routes or event source.
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
    /// Initial reply-to email address of the brand's emails. One that the owners changed stays.
    reply_to: EmailAddress,
    /// If omitted, it stays as it is; a new brand has UTC.
    time_zone: Option<TimeZone>,
    /// Number of people that the brand's imports may invite per day; 0 allows none. If omitted, it stays as it
    /// is; a new brand has 40,000.
    daily_invites: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdminInput {
    name: Name,
    email: EmailAddress,
    /// Role of a new admin; owner if omitted. Existing admins keep theirs.
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
    /// True if this call added the admin.
    added: bool,
}

async fn handle(app: App, input: Input) -> Result<Output> {
    let Input { brand, admins } = input;
    let BrandInput { slug, name, reply_to, time_zone, daily_invites } = brand;
    if admins.len() > ADMINS_MAX {
        return Err(Invalid::unsupported("A brand can be created with at most 20 admins.").into());
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
    let mail = Some(MailStatus::queued(&event.id, event.at));
    (Admin { id, brand: brand.clone(), name, email, role, epoch, created_at: event.at, mail }, event)
}
