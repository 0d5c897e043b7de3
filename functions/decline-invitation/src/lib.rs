//! `GET` and `POST /t/{brand}/not-interested`: an invited person declines the invitation.
//!
//! Opening the URL changes nothing. Its button sends the same as an email program's one-click unsubscribe (RFC 8058): a
//! form with one field, without a cookie and from any origin. Only the signature in the URL counts.

use shared::{
    App, Function, Result,
    domain::DeclineError,
    web::{Method, Reply, Request, Router, StatusCode, decline_page, declined_page, nothing_to_decline},
};

/// More than any email program sends.
const FORM_BYTES_MAX: usize = 4_096;

const PATH: &str = "/t/{brand}/not-interested";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::page(PATH, ask).and(Method::POST, PATH, decline).with_proof().function().with_settings(&["SERVER_KEY"])
}

async fn ask(app: App, request: Request) -> Result<Reply> {
    let (brand, holder) = app.holder(&request).await?;
    let Some(partner) = holder else { return nothing_to_decline(&brand, DeclineError::Over) };
    match partner.clone().decline(app.fresh(), app.now()) {
        Ok(_) => decline_page(&request, &brand, &partner, StatusCode::OK),
        Err(why) => nothing_to_decline(&brand, why),
    }
}

async fn decline(app: App, request: Request) -> Result<Reply> {
    let (brand, holder) = app.holder(&request).await?;
    let Some(partner) = holder else { return nothing_to_decline(&brand, DeclineError::Over) };
    if !is_meant(&request)? {
        return decline_page(&request, &brand, &partner, StatusCode::BAD_REQUEST);
    }

    let declined = match partner.decline(app.fresh(), app.now()) {
        Ok(declined) => declined,
        Err(why) => return nothing_to_decline(&brand, why),
    };

    // RFC 8058 forbids a redirect.
    match app.store.decline(&declined).await? {
        Ok(()) => declined_page(&brand),
        Err(why) => nothing_to_decline(&brand, why),
    }
}

/// True if the form contains the field, in either of the two form encodings.
fn is_meant(request: &Request) -> Result<bool> {
    if request.form("List-Unsubscribe")? == "One-Click" {
        return Ok(true);
    }
    let body = String::from_utf8_lossy(request.bytes(FORM_BYTES_MAX)?);
    // In multipart/form-data, a part has headers, a blank line, and the value.
    let mut part = body.split("\r\n\r\n").skip_while(|head| !head.contains("name=\"List-Unsubscribe\""));
    Ok(part.nth(1).is_some_and(|value| value.lines().next() == Some("One-Click")))
}
