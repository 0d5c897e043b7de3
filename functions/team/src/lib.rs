//! The team of a brand: `GET`, `POST /api/t/{brand}/team`, `PATCH`, `DELETE …/{admin}` and `POST …/{admin}/welcome`.
//!
//! An owner, in person, invites, gives roles and removes. Every decision is about the team as it was read: if somebody
//! else decided meanwhile, it is made anew. All owners are told by mail, and whoever is removed is out with this write.

mod change;
mod described;
mod output;

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, EventKind, Role, Team, TeamChange},
    store::keys,
    web::{Caller, Endpoint, Method, Needs, Reply, Request},
};

use crate::output::{Listed, OneOfTeam};

pub use described::described;

const TEAM: &str = "/api/t/{brand}/team";
const ONE: &str = "/api/t/{brand}/team/{admin}";
const WELCOME: &str = "/api/t/{brand}/team/{admin}/welcome";

const READS: Needs = Needs::owner();
const CHANGES: Needs = Needs::owner().recently();

/// How often a decision is made before it is given up, because somebody else was faster each time.
const TRIES: usize = 5;

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::GET, TEAM, list)
        .and(Method::POST, TEAM, change::invite)
        .and(Method::PATCH, ONE, change::give)
        .and(Method::DELETE, ONE, change::remove)
        .and(Method::POST, WELCOME, change::welcome)
        .function()
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    let (caller, admins, keys) = futures::try_join!(
        app.load_admin(&request, &brand, READS, []),
        app.store.list(keys::admins(&brand)),
        app.store.api_keys(&brand),
    )?;
    let you = caller.0.actor();
    Reply::ok(&Listed { admins: admins.iter().map(|admin| OneOfTeam::of(admin, &keys, &you)).collect() })
}

/// Who decides, and the team as it is; whoever stopped being an owner a moment ago doesn't.
async fn decider(app: &App, request: &Request) -> Result<(Caller, Team)> {
    let slug: BrandSlug = request.param("brand")?;
    let brand = keys::brand(&slug);
    let (caller, found) = app.load_admin(request, &slug, CHANGES, [brand.raw()]).await?;
    let team = app.store.team(&found.get(&brand)?.ok_or(Error::NotFound("brand"))?).await?;
    let you = caller.actor().id;
    match team.admins.iter().find(|admin| admin.id.as_str() == you) {
        None => Err(Error::Unauthenticated),
        Some(admin) if admin.role < Role::Owner => Err(Error::RoleMissing(Role::Owner)),
        Some(_) => Ok((caller, team)),
    }
}

/// Writes a decision with the events that follow from it, and answers.
async fn commit(
    app: &App,
    caller: &Caller,
    (change, welcome): (&TeamChange, Option<EventKind>),
    reply: Reply,
) -> Result<Reply> {
    let kind = EventKind::TeamChanged {
        admin: change.admin.id.clone(),
        name: change.admin.name.clone(),
        change: change.act,
        role: change.admin.role,
        told: change.told.clone(),
    };
    let brand = &change.admin.brand;
    let mut events = vec![app.event(brand, caller.actor(), kind)];
    if let (Some(kind), Some(mail)) = (welcome, &change.admin.mail) {
        events.push(shared::domain::Event { id: mail.event.clone(), ..app.event(brand, caller.actor(), kind) });
    }
    app.store.change_team(change, &events, caller.remember(&reply)).await?;
    Ok(reply)
}
