//! `POST /api/t/{brand}/partners/{partner}/links` and, for partners themselves, `POST /api/t/{brand}/links`: creates a
//! share link for a granted program.
//!
//! The transaction checks the partner's status and grant again: a partner who loses either at this moment gets no link.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{
        BrandSlug, Destination, Invalid, LinkError, LinkKey, NewLink, Partner, PartnerId, Program, ProgramId, Scope,
    },
    store::keys,
    web::{Caller, LinkView, Method, Reply, Request, Router},
};

pub use described::described;

/// Number of generated keys that are tried until one is free.
const PROPOSALS_MAX: usize = 5;

const FOR_PARTNER: &str = "/api/t/{brand}/partners/{partner}/links";
const OWN: &str = "/api/t/{brand}/links";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, FOR_PARTNER, for_partner).and(Method::POST, OWN, own).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// The link key. If omitted, one is derived from the partner's name.
    link_key: Option<LinkKey>,
    /// The program that the link belongs to.
    #[schemars(with = "ProgramId")]
    program_id: String,
    /// The URL that the link redirects to, on a host that the program allows. If omitted, the program's destination.
    destination_url: Option<Destination>,
}

async fn for_partner(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let load = app.load(&request, &brand, Scope::LinksWrite, [key.raw()]);
    let ((caller, found), programs) = futures::try_join!(load, app.store.list(keys::programs(&brand)))?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    create(&app, &caller, &partner, &programs, request.json()?).await
}

async fn own(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let load = app.load_partner(&request, &brand, []);
    let ((caller, partner, _), mut programs) = futures::try_join!(load, app.store.list(keys::programs(&brand)))?;
    // For a partner, programs without a grant don't exist.
    programs.retain(|program: &Program| partner.grants.contains_key(&program.id));
    let created = create(&app, &caller, &partner, &programs, request.json()?).await;
    let hidden = |error: &Error| matches!(error, Error::Link(LinkError::NotGranted));
    created.map_err(|error| if hidden(&error) { unknown_program() } else { error })
}

async fn create(app: &App, caller: &Caller, partner: &Partner, programs: &[Program], input: Input) -> Result<Reply> {
    let Input { link_key, program_id, destination_url } = input;
    let wanted = |program: &&Program| program.is_live() && program.id.as_str() == program_id;
    let program = programs.iter().find(wanted).ok_or_else(unknown_program)?;

    let mut left = if link_key.is_some() { 1 } else { PROPOSALS_MAX };
    loop {
        let key = link_key.clone().unwrap_or_else(|| LinkKey::propose(&partner.name, app.entropy()));
        let new = NewLink { key, destination: destination_url.clone(), event: app.fresh() };
        let created = partner.create_link(new, program, caller.actor(), app.now())?;
        let created = created.map_err(|invalid| InvalidField::at("destinationUrl", invalid))?;

        let reply = Reply::created(&LinkView::of(app, &created.link, program))?;
        left -= 1;
        match app.store.create_link(&created, caller.remember(&reply)).await {
            Err(Error::Link(LinkError::KeyTaken)) if left > 0 => {}
            written => return written.map(|()| reply),
        }
    }
}

fn unknown_program() -> Error {
    InvalidField::at("programId", Invalid::unknown_program("This program doesn't exist or is archived.")).into()
}
