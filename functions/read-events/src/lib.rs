//! `GET /api/t/{brand}/partners/{partner}/events`: lists the events of a partner with their actors, newest first.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, EventId, PartnerId, Scope},
    store::keys,
    web::{EventView, List, Method, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/partners/{partner}/events";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, PATH, handle).function()
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// The events, newest first.
    events: Vec<EventView>,
    /// Cursor of the next page, if there is one.
    next_cursor: Option<String>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: PartnerId = request.param("partner")?;
    request.only_query(&["cursor", "limit"])?;
    let key = keys::partner(&brand, &id);
    let list = List::new(&["events", brand.as_str(), id.as_str()]);
    let load = app.load(&request, &brand, Scope::PartnersRead, [key.raw()]);
    let page = async {
        let after = request.cursor::<EventId>(&list)?.map(|after| keys::partner_event(&brand, &id, &after).raw());
        app.store.newest(keys::partner_events(&brand, &id), after.as_ref(), request.limit()?).await
    };
    // The caller is authenticated in parallel with the read.
    let ((_, found), (events, more)) = futures::try_join!(load, page)?;
    found.get(&key)?.ok_or(Error::NotFound("partner"))?;
    let next_cursor = if more { events.last().map(|event| list.cursor(event.id.as_str())) } else { None };
    Reply::ok(&Output { events: events.iter().map(EventView::from).collect(), next_cursor })
}
