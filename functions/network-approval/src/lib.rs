//! `POST /webhooks/network/{brand}`: receives the Network's message that an application was approved.
//!
//! The partner is created or extended with only the offering's program, and with the link that the creator prefers. An
//! application has one effect: any repetition, also a concurrent one, gets the response of the stored approval. A
//! sender without a valid signature learns nothing, and nothing is written.

mod described;
mod hint;
mod message;
mod output;

use shared::{
    App, Error, Function, InvalidField, Result,
    crypto::webhook_signature::is_signed,
    domain::{Actor, Application, BrandSlug, CallDirection, NETWORK_SECRET, NetworkConnection, Program},
    network::{
        CallNote,
        approvals::{Incoming, Taken},
    },
    store::{Found, keys},
    web::{Method, Reply, Request, Router},
};

use crate::{
    hint::Hint,
    message::Message,
    output::{PutAside, answer},
};

pub use described::described;

const PATH: &str = "/webhooks/network/{brand}";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function().with_settings(&["SEALING_KEYS", "SERVER_KEY"])
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand").map_err(|_no_slug| Error::NotSigned)?;
    let hint = Hint::of(&request);

    // One read step: the connection, and the items that the message claims to be about.
    let connection = keys::network(&brand);
    let found = app.store.read(hint.keys(&brand).into_iter().chain([connection.raw()])).await?;
    let connection: NetworkConnection = found.get(&connection)?.ok_or(Error::NotSigned)?;
    verify(&app, &request, &connection)?;
    if !hint.is_approval {
        app.store.count_ignored(&brand).await?;
        return Reply::accepted(&PutAside::Ignored(true));
    }

    match approve(&app, &request, &connection, (&hint, &found)).await {
        Err(error @ (Error::Invalid(_) | Error::NoSuchProgram | Error::TooLarge)) => {
            let field = if let Error::Invalid(InvalidField { field, .. }) = &error { field.as_deref() } else { None };
            let said = field.map_or_else(|| error.to_string(), |field| format!("{field}: {error}"));
            let note = CallNote {
                way: CallDirection::In,
                what: "Receiving an approval",
                partner: None,
                good: false,
                said: &said,
            };
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
