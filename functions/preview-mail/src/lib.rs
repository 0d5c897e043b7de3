//! `POST /api/t/{brand}/preview`, `POST /t/{brand}/admin/preview`: a mail as it will be, before it goes.
//!
//! It is made by the very templates that the mailer uses, with a link that leads nowhere: nothing is minted, written or
//! sent. The second route answers with the mail itself, for a frame on an admin's page.

mod described;
mod input;
mod letter;

use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, Name},
    web::{Endpoint, Method, Needs, Reply, Request, from_json},
};

use schemars::JsonSchema;
use serde::Serialize;

use crate::input::Input;

pub use described::described;

const PATH: &str = "/api/t/{brand}/preview";
const FRAME: &str = "/t/{brand}/admin/preview";

/// Whoever may see partners may see what they are told.
const NEEDS: Needs = Needs::viewer();

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, PATH, preview).and(Method::POST, FRAME, frame).function()
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// Whom it comes from.
    from: Name,
    /// Where answers go.
    reply_to: String,
    subject: String,
    /// The whole mail for readers without HTML.
    text: String,
    /// The whole mail.
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

/// A form sends the same JSON as one field, since only a form can fill a frame without putting names into an address.
async fn frame(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    app.session_cookie(&request, &slug).ok_or(Error::Unauthenticated)?;
    let known = letter::known(&app, &request, &slug).await?;
    let asked = serde_json::from_str(&request.form("preview")?).unwrap_or_default();
    let (_, mail) = known.write(&app, from_json::<Input>(asked)?).await?;
    Ok(Reply::framed(&mail.html, &app.config.base_url))
}
