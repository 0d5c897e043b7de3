//! `POST /api/t/{brand}/attribution/events`: a shop says that a visitor did something, which may earn a commission.
//!
//! The answer is the same whatever comes of it. What a revoked partner would have earned is dropped for good, also when
//! the shop says it again after they were reinstated.

use serde::{Deserialize, Serialize};
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{
        BrandSlug, ClickId, Conversion, ConversionType, Dropped, ExternalId, Invalid, Money, Outcome, Scope, UserId,
        Visit,
    },
    store::{Found, RawKey, keys},
    web::{Caller, Endpoint, Method, Reply, Request},
};

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::POST, "/api/t/{brand}/attribution/events", handle).function()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// Who, if the shop identified them before.
    user_id: Option<UserId>,
    /// Or what came as `cref`.
    click_id: Option<String>,
    r#type: ConversionType,
    /// What it is worth, in minor units of `currency`.
    value: Option<i64>,
    currency: Option<String>,
    /// What the shop calls it: under one id it counts once.
    external_event_id: Option<ExternalId>,
}

#[derive(Serialize)]
struct Output {
    ok: bool,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let input: Result<Input> = request.json();
    let also: Vec<RawKey> = input.as_ref().map(|input| input.known_by(&brand)).unwrap_or_default();
    let (caller, found) = app.load(&request, &brand, Scope::EventsWrite, also).await?;
    let input = input?;
    let visit = input.visit(&brand, &found)?;
    let conversion = input.conversion()?;

    let reply = Reply::accepted(&Output { ok: true })?;
    if let Some(dropped) = book(&app, &brand, (&caller, &reply), visit, &conversion).await? {
        let [chance] = app.entropy();
        app.store.count_dropped(&brand, dropped, chance).await?;
    }
    Ok(reply)
}

/// Books what the conversion earns, or says why it can't be put down to anybody.
async fn book(
    app: &App,
    brand: &BrandSlug,
    (caller, reply): (&Caller, &Reply),
    visit: Option<Visit>,
    conversion: &Conversion,
) -> Result<Option<Dropped>> {
    let Some(visit) = visit else { return Ok(Some(Dropped::Unknown)) };
    let partner = keys::partner(brand, &visit.source.partner);
    let program = keys::program(brand, &visit.source.program);
    let link = keys::share_link(brand, &visit.source.partner, &visit.source.link);
    let found = app.store.read([partner.raw(), program.raw(), link.raw()]).await?;
    let (Some(partner), Some(program), Some(link)) = (found.get(&partner)?, found.get(&program)?, found.get(&link)?)
    else {
        return Ok(Some(Dropped::Unknown));
    };
    let booked = match partner.revoked_at {
        Some(_) => false,
        None => match conversion.book((app.fresh(), app.fresh()), &visit, (&link, &program), caller.actor(), app.now())
        {
            Outcome::Nothing => true,
            Outcome::Dropped(dropped) => return Ok(Some(dropped)),
            Outcome::Booked(booked) => app.store.book(&booked.0, &booked.1, caller.remember(reply)).await?,
        },
    };
    if booked {
        return Ok(None);
    }
    let first = app.store.drop_conversion(brand, conversion.external_id.as_ref(), caller.remember(reply)).await?;
    Ok(first.then_some(Dropped::Conversion))
}

impl Input {
    fn known_by(&self, brand: &BrandSlug) -> Vec<RawKey> {
        let visitor = self.user_id.iter().map(|user| keys::visitor(brand, user).raw());
        visitor.chain(self.click().map(|click| keys::click(brand, &click).raw())).collect()
    }

    fn click(&self) -> Option<ClickId> {
        self.click_id.as_deref().and_then(|text| ClickId::parse(text).ok())
    }

    /// The visit it is put down to; `None` if nobody knows it.
    fn visit(&self, brand: &BrandSlug, found: &Found) -> Result<Option<Visit>> {
        match (&self.user_id, &self.click_id) {
            (Some(user), None) => Ok(found.get(&keys::visitor(brand, user))?.map(Visit::from)),
            (None, Some(_)) => {
                let Some(id) = self.click() else { return Ok(None) };
                Ok(found.get(&keys::click(brand, &id))?.map(|click| Visit::from((id, click))))
            }
            (Some(_), Some(_)) | (None, None) => {
                let message = "Send `userId` or `clickId`, and not both.";
                Err(InvalidField::at("userId", Invalid::unsupported(message)).into())
            }
        }
    }

    fn conversion(self) -> Result<Conversion, Error> {
        let value = match (self.value, self.currency) {
            (None, _) => None,
            (Some(_), None) => {
                return Err(InvalidField::at("currency", Invalid::missing("A `value` needs a `currency`.")).into());
            }
            (Some(value), Some(currency)) => Some(Money::parse(value, &currency).map_err(|invalid| {
                let field = if invalid.code == "unknown_currency" { "currency" } else { "value" };
                InvalidField::at(field, invalid)
            })?),
        };
        Ok(Conversion { kind: self.r#type, value, external_id: self.external_event_id })
    }
}
