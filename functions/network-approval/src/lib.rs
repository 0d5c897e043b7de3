//! `POST /webhooks/network/{brand}`: the Network tells that an application was approved.
//!
//! The partner is brought in or extended for just that offering's program, with the link that the creator asked for. One
//! application has one effect: a repetition, in any number and at the same time, is answered from what is kept of it.
//! Whoever can't sign learns nothing, and nothing is written.

mod described;
mod hint;
mod message;

use serde::Serialize;
use serde_json::json;
use shared::{
    App, Error, Function, InvalidField, Result,
    approving::{Incoming, Taken},
    domain::{
        Actor, Application, Approval, ApprovalState, BrandSlug, CallWay, LinkKey, NETWORK_SECRET, NetworkConnection,
        PartnerId, Program,
    },
    network::CallNote,
    store::{Found, keys},
    web::{Endpoint, Method, Reply, Request, short_link},
    webhook::is_signed,
};

use crate::{hint::Hint, message::Message};

pub use described::described;

const PATH: &str = "/webhooks/network/{brand}";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, handle).function()
}

/// What the Network is answered.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ApprovalTaken")]
struct Output {
    /// Who came in, or was extended.
    partner_id: PartnerId,
    /// The share link.
    link: Option<String>,
    /// Its key.
    link_key: Option<LinkKey>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand").map_err(|_no_slug| Error::NotSigned)?;
    let hint = Hint::of(&request);

    // One read step: the connection, and what the message is about, if it is what it seems to be.
    let connection = keys::network(&brand);
    let found = app.store.read(hint.keys(&brand).into_iter().chain([connection.raw()])).await?;
    let connection: NetworkConnection = found.get(&connection)?.ok_or(Error::NotSigned)?;
    verify(&app, &request, &connection)?;
    if !hint.is_approval {
        app.store.count_ignored(&brand).await?;
        return Reply::accepted(&json!({"ignored": true}));
    }

    match approve(&app, &request, &connection, (&hint, &found)).await {
        Err(error @ (Error::Invalid(_) | Error::NoSuchProgram | Error::TooLarge)) => {
            let field = if let Error::Invalid(InvalidField { field, .. }) = &error { field.as_deref() } else { None };
            let said = field.map_or_else(|| error.to_string(), |field| format!("{field}: {error}"));
            let note = CallNote { way: CallWay::In, what: "An approval", partner: None, good: false, said: &said };
            app.note_network_call(&brand, note).await?;
            Err(error)
        }
        answer => answer,
    }
}

fn verify(app: &App, request: &Request, connection: &NetworkConnection) -> Result<()> {
    let secrets = connection.secrets(app.now()).map(|secret| app.unseal(&connection.brand, NETWORK_SECRET, secret));
    let secrets = secrets.collect::<Result<Vec<_>>>()?;
    let signed = request.signed().ok_or(Error::NotSigned)?;
    if is_signed(signed, &request.body, &secrets, app.now())? { Ok(()) } else { Err(Error::NotSigned) }
}

async fn approve(
    app: &App,
    request: &Request,
    connection: &NetworkConnection,
    (hint, found): (&Hint, &Found),
) -> Result<Reply> {
    let brand = &connection.brand;
    let application: Application = request.json::<Message>()?.application(connection)?;
    if let Some(approval) = hint.approval(brand, found)? {
        return answer(app, &approval);
    }
    let program: Option<Program> = hint.program(brand, found)?;
    if !program.is_some_and(|program| program.is_live()) {
        return Err(Error::NoSuchProgram);
    }
    let claim = found.get(&keys::email(brand, &application.email))?;
    let incoming = Incoming { brand, application: &application, claim, metadata: None, by: Actor::network() };
    match app.take_approval(incoming, |_| Ok(None)).await? {
        Taken::Accepted(approved) => {
            let approval = approved.approval.ok_or_else(|| Error::internal("an application lost its name"))?;
            answer(app, &approval)
        }
        Taken::Held(approval) | Taken::Before(approval) => answer(app, &approval),
    }
}

/// What is told of an approval, the first time and every other. What an admin decided against looks held for ever.
fn answer(app: &App, approval: &Approval) -> Result<Reply> {
    match approval.state {
        ApprovalState::Accepted => Reply::created(&Output {
            partner_id: approval.partner.clone(),
            link: approval.link.as_ref().map(|key| short_link(app, &approval.brand, key)),
            link_key: approval.link.clone(),
        }),
        ApprovalState::Held | ApprovalState::Dismissed => Reply::accepted(&json!({"held": true})),
    }
}
