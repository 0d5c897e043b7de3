//! `POST /api/t/{brand}/partners/{partner}/invite`: resends the invitation to a partner who hasn't joined yet.
//!
//! The partner stays the same, the invitation is open for another 30 days, and earlier links stop working.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{BrandSlug, Note, PartnerId, PersonalNote, Scope},
    store::keys,
    web::{Method, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/invite";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function()
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// True to send it even if the email address bounced or complained before.
    #[serde(default)]
    clear: bool,
    /// Personal note. If omitted, the previous one is used; if empty, none.
    #[schemars(with = "Option<Note>")]
    note: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Always `true`.
    ok: bool,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let (caller, found) = app.load(&request, &brand, Scope::PartnersWrite, [key.raw()]).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let Input { clear, note } = request.json_or_nothing()?.unwrap_or_default();
    let stays = note.is_none();
    let note = Note::of(note).map_err(|invalid| InvalidField::at("note", invalid))?;
    let note = note.map(|text| PersonalNote::of(text, &caller.actor()));

    let reached = partner.invite_again(clear, app.fresh(), caller.actor(), app.now())?;
    let reached = if stays { reached } else { reached.saying(note) };

    let reply = Reply::ok(&Output { ok: true })?;
    app.store.reach(&reached, None, caller.remember(&reply)).await?;
    Ok(reply)
}
