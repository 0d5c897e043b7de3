//! `GET …/{webhook}/deliveries`, `POST …/deliveries/{event}/again` and `POST …/{webhook}/test`: lists the deliveries of
//! a webhook endpoint, repeats one, or sends a test event.
//!
//! Both POST routes write the delivery together with the event that requests it; the message follows from the event.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, Delivery, EventId, EventKind, WebhookEndpoint, WebhookId, WebhookType},
    store::{RawKey, keys},
    web::{Caller, DeliveryView, List, Method, Nothing, Reply, Request, Requirement, Router},
};

pub use described::described;

const DELIVERIES: &str = "/api/t/{brand}/webhooks/{webhook}/deliveries";
const AGAIN: &str = "/api/t/{brand}/webhooks/{webhook}/deliveries/{event}/again";
const TEST: &str = "/api/t/{brand}/webhooks/{webhook}/test";

const NEEDS: Requirement = Requirement::owner();

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, DELIVERIES, list).and(Method::POST, AGAIN, again).and(Method::POST, TEST, test).function()
}

/// Deliveries of an endpoint.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Deliveries")]
struct Listed {
    /// The deliveries, newest event first.
    deliveries: Vec<DeliveryView>,
    /// Cursor of the next page, if there is one.
    next_cursor: Option<String>,
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let (brand, id): (BrandSlug, WebhookId) = (request.param("brand")?, request.param("webhook")?);
    request.only_query(&["cursor", "limit"])?;
    let list = List::new(&["deliveries", brand.as_str(), id.as_str()]);
    let page = async {
        let after = request.cursor::<EventId>(&list)?;
        app.store.deliveries((&brand, &id), after.as_ref(), request.limit()?).await
    };
    let (_, (deliveries, more)) = futures::try_join!(load(&app, &request, []), page)?;
    let next_cursor = if more { deliveries.last().map(|last| list.cursor(last.event.as_str())) } else { None };
    Reply::ok(&Listed { deliveries: deliveries.iter().map(DeliveryView::from).collect(), next_cursor })
}

async fn again(app: App, request: Request) -> Result<Reply> {
    let key = keys::delivery(&request.param("brand")?, &request.param("webhook")?, &request.param::<EventId>("event")?);
    let (caller, endpoint, found) = load(&app, &request, [key.raw()]).await?;
    request.json_or_nothing::<Nothing>()?;
    let delivery = found.get(&key)?.ok_or(Error::NotFound("delivery"))?;
    if endpoint.off.is_some() {
        return Err(Error::WebhookOff);
    }

    let delivery = delivery.again(app.now());
    let kind = EventKind::WebhookDeliveryAsked { webhook: endpoint.id, delivery: delivery.event.clone() };
    let event = app.event(&endpoint.brand, caller.actor(), kind);

    let reply = Reply::accepted(&DeliveryView::from(&delivery))?;
    app.store.ask_delivery(&delivery, &event, caller.remember(&reply)).await?;
    Ok(reply)
}

async fn test(app: App, request: Request) -> Result<Reply> {
    let (caller, endpoint, _) = load(&app, &request, []).await?;
    request.json_or_nothing::<Nothing>()?;
    if endpoint.off.is_some() {
        return Err(Error::WebhookOff);
    }

    let kind = EventKind::WebhookTested { webhook: endpoint.id.clone() };
    let event = app.event(&endpoint.brand, caller.actor(), kind);
    let what = (&event.id, WebhookType::Tested, None);
    let delivery = Delivery::new((&endpoint.brand, &endpoint.id), what, app.now());

    let reply = Reply::accepted(&DeliveryView::from(&delivery))?;
    app.store.ask_delivery(&delivery, &event, caller.remember(&reply)).await?;
    Ok(reply)
}

/// Returns the caller, the endpoint in the path, and the other items that were read.
async fn load(
    app: &App,
    request: &Request,
    also: impl IntoIterator<Item = RawKey>,
) -> Result<(Caller, WebhookEndpoint, shared::store::Found)> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::webhook(&brand, &request.param::<WebhookId>("webhook")?);
    let wanted = also.into_iter().chain([key.raw()]);
    let (caller, found) = app.load_admin(request, &brand, NEEDS, wanted).await?;
    let endpoint = found.get(&key)?.ok_or(Error::NotFound("webhook"))?;
    Ok((caller, endpoint, found))
}
