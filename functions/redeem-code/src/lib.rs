//! `POST /t/{brand}/login/code` and `POST /t/{brand}/admin/login/code`: signs in with the code from an email, entered
//! in the browser that requested it.
//!
//! A guess is counted before it is compared: five per sign-in attempt, ten per email address and day. Redeeming an
//! email's code invalidates its link, and vice versa.

mod again;

use shared::{
    App, Function, Result,
    crypto::secret::Secret,
    domain::{BrandSlug, Code, MailedCredentials, Redemption, ReturnPath},
    store::{CodeAttempt, Limit},
    web::{Method, Reply, Request, Router, base_path},
};

/// Limit on codes entered for one email address, in any browser. The correct one doesn't count.
const GUESSED: Limit = Limit { what: "guessed", window_s: 86_400, most: 10, most_an_hour: None };

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, "/t/{brand}/login/code", handle)
        .and(Method::POST, "/t/{brand}/admin/login/code", handle)
        .function()
        .with_settings(&["SERVER_KEY"])
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let typed = request.form("code")?;
    let login = Reply::see_other(&format!("{}/login", base_path(&brand, request.audience())));
    let Some(secret) = app.attempt_secret(&request, &brand) else { return Ok(login) };
    let Some(code) = Code::parse(&typed) else {
        let error = "Enter the 8-character code from the email.";
        return again::page(&app, &request, &secret, typed, error).await;
    };

    let (attempt, counted) = match app.store.try_code(&secret.hash()).await? {
        CodeAttempt::Counted(attempt) => (attempt, true),
        CodeAttempt::Spent(Some(attempt)) => (attempt, false),
        CodeAttempt::Spent(None) => return Ok(login),
    };
    if attempt.brand != brand || attempt.audience != request.audience() {
        return Ok(login);
    }
    if !counted && attempt.used.is_none() {
        return again::page(&app, &request, &secret, typed, "Too many attempts. Request a new email.").await;
    }
    let limit_key = [brand.as_str(), attempt.audience.as_str(), attempt.email.as_str()];
    if counted && !app.store.count(GUESSED, &limit_key).await? {
        return again::page(
            &app,
            &request,
            &secret,
            typed,
            "You’ve entered too many wrong codes today. Use the button in the email instead.",
        )
        .await;
    }

    let seal = app.server_key()?.seal(&[secret.hash().as_str().as_bytes(), code.as_str().as_bytes()]);
    let mailed = attempt.mailed.clone().filter(|mailed| mailed.code.matches(&seal) && app.now() < mailed.valid_until);
    let Some(mailed) = mailed else {
        return again::wrong(&app, &request, &secret, (&attempt, typed)).await;
    };
    let session = app.server_key()?.derive(&[b"session", secret.to_text().as_bytes(), code.as_str().as_bytes()]);
    let redemption = redemption((brand.clone(), attempt.back.clone()), mailed.clone(), &secret, &session);
    let redemption = Redemption { agent: request.browser(), ..redemption };
    let let_in = app.let_in(&request, &redemption, mailed.purpose, &session);
    let uncount = async { if counted { app.store.uncount(GUESSED, &limit_key).await } else { Ok(()) } };
    let (reply, ()) = futures::try_join!(let_in, uncount)?;
    match reply {
        Some(reply) => Ok(reply),
        None => again::page(&app, &request, &secret, typed, "This code no longer works. Request a new email.").await,
    }
}

fn redemption(
    (brand, back): (BrandSlug, Option<ReturnPath>),
    mailed: MailedCredentials,
    attempt: &Secret,
    session: &Secret,
) -> Redemption {
    Redemption {
        brand,
        principal: mailed.principal,
        epoch: mailed.epoch,
        token: mailed.token,
        attempt: Some(attempt.hash()),
        browser: attempt.hash(),
        session: session.hash(),
        agent: String::new(),
        back,
    }
}
