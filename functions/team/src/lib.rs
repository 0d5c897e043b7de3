//! `GET`, `POST /api/t/{brand}/team`, `PATCH`, `DELETE …/{admin}` and `POST …/{admin}/welcome`: manages the
//! team of a brand, for owners.
//!
//! A decision is based on the team as it was read: after a concurrent change, the decision is made again. All owners
//! are notified by email, and a removed admin loses access with this write.

mod change;
mod described;
mod output;

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, EventKind, Role, Team, TeamChange},
    store::keys,
    web::{Caller, Method, Reply, Request, Requirement, Router},
};

use crate::output::{Listed, OneOfTeam};

pub use described::described;

const TEAM: &str = "/api/t/{brand}/team";
const ONE: &str = "/api/t/{brand}/team/{admin}";
const WELCOME: &str = "/api/t/{brand}/team/{admin}/welcome";

const READS: Requirement = Requirement::owner();
const CHANGES: Requirement = Requirement::owner().recently();

/// Number of attempts at a decision when concurrent changes prevent it.
const TRIES: usize = 5;

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, TEAM, list)
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

/// Returns the caller and the current team, or an error if the caller has just stopped being an owner.
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

/// Writes a decision with its events, and returns the response.
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
