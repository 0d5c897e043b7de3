//! `POST /api/t/{brand}/preview`, `POST /t/{brand}/admin/preview`: renders an email before it is sent.
//!
//! It uses the same templates as the mailer, with a link that does nothing: no token is created, and nothing is written
//! or sent. The second route returns the email itself, for a frame on an admin page.

mod described;
mod input;
mod letter;

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, Name},
    web::{Method, Reply, Request, Requirement, Router, from_json},
};

use schemars::JsonSchema;
use serde::Serialize;

use crate::input::Input;

pub use described::described;

const PATH: &str = "/api/t/{brand}/preview";
const FRAME: &str = "/t/{brand}/admin/preview";

/// Any admin who may see partners may see the emails to them.
const NEEDS: Requirement = Requirement::viewer();

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, preview).and(Method::POST, FRAME, frame).function()
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// Sender name.
    from: Name,
    /// Reply-to email address.
    reply_to: String,
    subject: String,
    /// The plain-text version.
    text: String,
    /// The HTML version.
    html: String,
}

async fn preview(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    let known = letter::known(&app, &request, &slug).await?;
    let (brand, mail) = known.write(&app, request.json::<Input>()?).await?;
    Reply::ok(&Output {
        from: brand.sender().clone(),
        reply_to: brand.reply_to.to_string(),
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
    })
}

/// Takes the same JSON from a form field, since only a form can fill a frame without putting names into a URL.
async fn frame(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    app.session_cookie(&request, &slug).ok_or(Error::Unauthenticated)?;
    let known = letter::known(&app, &request, &slug).await?;
    let asked = serde_json::from_str(&request.form("preview")?).unwrap_or_default();
    let (_, mail) = known.write(&app, from_json::<Input>(asked)?).await?;
    Ok(Reply::framed(&mail.html, &app.config.base_url))
}
