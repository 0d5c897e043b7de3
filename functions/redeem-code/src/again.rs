//! Shows the form for the code again, if the code was rejected.

use shared::{
    App, Result,
    crypto::secret::Secret,
    domain::Attempt,
    web::{Reply, Request, StatusCode, base_path, check_mail_form},
};

/// Shows the number of tries that are left.
pub(crate) async fn wrong(
    app: &App,
    request: &Request,
    secret: &Secret,
    (attempt, typed): (&Attempt, String),
) -> Result<Reply> {
    let error = match Attempt::TRIES_MAX.saturating_sub(attempt.tries) {
        0 => "That code isn’t right, and that was your last attempt. Request a new email.".to_owned(),
        1 => "That code isn’t right. 1 attempt left.".to_owned(),
        left => format!("That code isn’t right. {left} attempts left."),
    };
    page(app, request, secret, typed, &error).await
}

/// Shows the form again, with the error.
pub(crate) async fn page(app: &App, request: &Request, secret: &Secret, code: String, error: &str) -> Result<Reply> {
    match check_mail_form(app, request, secret, (code, Some(error.to_owned()))).await? {
        Some(page) => Reply::page(StatusCode::BAD_REQUEST, &page),
        None => Ok(Reply::see_other(&format!("{}/login", base_path(&request.param("brand")?, request.audience())))),
    }
}
