//! `PUT /api/t/{brand}/partners/{partner}/email` and, for partners themselves, `PUT /api/t/{brand}/email`: changes
//! a partner's email address.
//!
//! If the partner never signed in, it is corrected immediately and the invitation is emailed there; this write
//! invalidates everything that was emailed to the old email address or is queued for it. For an active partner, nothing
//! changes until they confirm the new email address.

mod described;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{BrandSlug, EmailAddress, Invalid, Partner, PartnerId, PartnerState, Scope},
    store::{Limit, keys},
    web::{Caller, Method, PartnerView, Reply, Request, Router},
};

pub use described::described;

const FOR_PARTNER: &str = "/api/t/{brand}/partners/{partner}/email";
const OWN: &str = "/api/t/{brand}/email";

/// Limit on confirmation emails to new email addresses, per partner.
const ASKED: Limit = Limit { what: "addresses", window_s: 86_400, most: 5, most_an_hour: None };

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::PUT, FOR_PARTNER, for_partner)
        .and(Method::PUT, OWN, own)
        .function()
        .with_settings(&["SERVER_KEY"])
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Input {
    /// The new email address.
    email: EmailAddress,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    ok: bool,
}

async fn for_partner(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::partner(&brand, &request.param::<PartnerId>("partner")?);
    let input = request.json::<Input>();
    let claim = input.as_ref().ok().map(|input| keys::email(&brand, &input.email));
    let also = [key.raw()].into_iter().chain(claim.iter().map(keys::Key::raw));
    let (caller, found) = app.load(&request, &brand, Scope::PartnersWrite, also).await?;
    let partner = found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let email = another(input?, &partner)?;

    if partner.state() == PartnerState::Active {
        if let Some(claim) = claim.map(|claim| found.get(&claim)).transpose()?.flatten() {
            let owner = app.store.get(&keys::partner(&brand, &claim.id)).await?;
            return Err(caller.told(Error::EmailTaken { owner: owner.map(|owner| (claim.id, owner.state())) }));
        }
        if app.store.is_marked(&brand, &app.entry(&brand, &email)?).await? {
            return Err(Error::AddressErased);
        }
        let reply = Reply::accepted(&PartnerView::from(&partner))?;
        return ask(&app, &caller, partner, (email, false), reply).await;
    }
    let entry = app.entry(&brand, &email)?;
    let reached = partner.correct_address(email, app.fresh(), caller.actor(), app.now())?;

    let reply = Reply::ok(&PartnerView::from(&reached.partner))?;
    app.store.reach(&reached, Some(&entry), caller.remember(&reply)).await.map_err(|error| caller.told(error))?;
    Ok(reply)
}

/// The response is the same whether or not another partner has the email address, so that no one can find
/// out who else is a partner.
async fn own(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let (caller, partner, _) = app.load_partner(&request, &brand, []).await?;
    let email = another(request.json()?, &partner)?;
    ask(&app, &caller, partner, (email, true), Reply::accepted(&Output { ok: true })?).await
}

async fn ask(
    app: &App,
    caller: &Caller,
    partner: Partner,
    (email, own): (EmailAddress, bool),
    reply: Reply,
) -> Result<Reply> {
    if !app.store.count(ASKED, &[partner.brand.as_str(), partner.id.as_str()]).await? {
        return Err(Error::TooManyRequests);
    }
    let asked = partner.ask_address(email, own, app.fresh(), caller.actor(), app.now())?;
    app.store.ask_address(&asked, caller.remember(&reply)).await?;
    Ok(reply)
}

fn another(Input { email }: Input, partner: &Partner) -> Result<EmailAddress> {
    if email == partner.email {
        return Err(InvalidField::at("email", Invalid::unsupported("This is already their email address.")).into());
    }
    Ok(email)
}
