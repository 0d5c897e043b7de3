//! `GET /api/t/{brand}/programs` and `GET /api/t/{brand}/programs/{program}`: lists the brand's programs,
//! oldest first, or returns one.

mod described;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    domain::{BrandSlug, Scope},
    store::keys,
    web::{Method, ProgramView, Reply, Request, Router},
};

pub use described::described;

const LIST: &str = "/api/t/{brand}/programs";
const ONE: &str = "/api/t/{brand}/programs/{program}";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, LIST, list).and(Method::GET, ONE, one).function()
}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// All programs, including archived ones, oldest first.
    programs: Vec<ProgramView>,
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&[])?;
    let caller = app.caller(&request, &brand, Scope::ProgramsRead);
    let (_, programs) = futures::try_join!(caller, app.store.list(keys::programs(&brand)))?;
    Reply::ok(&Output { programs: programs.iter().map(ProgramView::from).collect() })
}

async fn one(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::program(&brand, &request.param("program")?);
    let (_, found) = app.load(&request, &brand, Scope::ProgramsRead, [key.raw()]).await?;
    Reply::ok(&ProgramView::from(&found.get(&key)?.ok_or(Error::NotFound("program"))?))
}
