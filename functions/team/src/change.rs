//! An owner's decisions about an admin.

use std::future::Future;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Result,
    domain::{AdminId, EmailAddress, EventKind, MailStatus, Name, Role},
    store::Limit,
    web::{Nothing, Reply, Request},
};

use crate::{
    TRIES, commit, decider,
    output::{OneOfTeam, Removed, keys_of},
};

/// Limit on repeated welcome emails per admin.
const WELCOMES: Limit = Limit { what: "welcome", window_s: 3_600, most: 3, most_an_hour: None };

/// An admin to invite.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewAdmin")]
pub(crate) struct Invited {
    /// Name that partners see in invitations.
    name: Name,
    /// Email address for the welcome email and sign-in links.
    email: EmailAddress,
    /// Role of the new admin.
    role: Role,
}

/// The new role of an admin.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleGiven {
    /// The role.
    role: Role,
}

pub(crate) async fn invite(app: App, request: Request) -> Result<Reply> {
    decided(|| async {
        let (caller, team) = decider(&app, &request).await?;
        let Invited { name, email, role } = request.json()?;

        let (id, mail) = (app.fresh::<AdminId>(), MailStatus::queued(&app.fresh(), app.now()));
        let change = team.invite((id.clone(), name, email), role, mail, app.now())?;

        let reply = Reply::created(&OneOfTeam::of(&change.admin, &[], &caller.actor()))?;
        let welcome = EventKind::AdminInvited { admin: id, epoch: change.admin.epoch };
        commit(&app, &caller, (&change, Some(welcome)), reply).await
    })
    .await
}

pub(crate) async fn give(app: App, request: Request) -> Result<Reply> {
    let id: AdminId = request.param("admin")?;
    decided(|| async {
        let (caller, team) = decider(&app, &request).await?;
        let RoleGiven { role } = request.json()?;
        let admin = team.admin(&id).ok_or(Error::NotFound("admin"))?;
        let keys = app.store.api_keys(&team.brand).await?;

        let Some(change) = team.give(admin, role)? else {
            return Reply::ok(&OneOfTeam::of(admin, &keys, &caller.actor()));
        };

        let reply = Reply::ok(&OneOfTeam::of(&change.admin, &keys, &caller.actor()))?;
        commit(&app, &caller, (&change, None), reply).await
    })
    .await
}

pub(crate) async fn remove(app: App, request: Request) -> Result<Reply> {
    let id: AdminId = request.param("admin")?;
    decided(|| async {
        let (caller, team) = decider(&app, &request).await?;
        request.json_or_nothing::<Nothing>()?;
        let admin = team.admin(&id).ok_or(Error::NotFound("admin"))?;
        let keys = app.store.api_keys(&team.brand).await?;

        let change = team.remove(admin)?;

        let reply = Reply::ok(&Removed { ok: true, api_keys: keys_of(admin, &keys) })?;
        commit(&app, &caller, (&change, None), reply).await
    })
    .await
}

pub(crate) async fn welcome(app: App, request: Request) -> Result<Reply> {
    let id: AdminId = request.param("admin")?;
    let (caller, team) = decider(&app, &request).await?;
    request.json_or_nothing::<Nothing>()?;
    let admin = team.admin(&id).ok_or(Error::NotFound("admin"))?;
    if !app.store.count(WELCOMES, &[team.brand.as_str(), id.as_str()]).await? {
        return Err(Error::TooManyRequests);
    }
    let keys = app.store.api_keys(&team.brand).await?;

    let kind = EventKind::AdminInvited { admin: id.clone(), epoch: admin.epoch };
    let event = app.event(&team.brand, caller.actor(), kind);
    let reply = Reply::accepted(&OneOfTeam::of(admin, &keys, &caller.actor()))?;
    app.store.welcome_again(admin, &event, caller.remember(&reply)).await?;
    Ok(reply)
}

/// Repeats a decision while concurrent changes prevent it.
async fn decided<F: Future<Output = Result<Reply>>>(decide: impl Fn() -> F) -> Result<Reply> {
    for _ in 1..TRIES {
        match decide().await {
            Err(Error::ChangedMeanwhile) => {}
            answer => return answer,
        }
    }
    decide().await
}
