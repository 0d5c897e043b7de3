//! `GET /api/t/{brand}/imports`, `…/{import}` and `…/{import}/report`, and `…/bulk/{import}` and its report: returns
//! imports and bulk jobs, and download URLs of their reports.

mod described;

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    aws::s3::report_key,
    domain::{BrandSlug, Import, ImportId, Scope},
    store::keys,
    web::{ImportView, ImportsOf, List, Method, Reply, Request, Router, RowErrorView},
};

/// Lifetime of a report's download URL. Anyone who may read the import gets another one.
const LINK_LIFETIME: Duration = Duration::from_mins(5);

pub use described::described;

const LIST: &str = "/api/t/{brand}/imports";
const ONE: &str = "/api/t/{brand}/imports/{import}";
const REPORT: &str = "/api/t/{brand}/imports/{import}/report";
const BULK: &str = "/api/t/{brand}/bulk/{import}";
const BULK_REPORT: &str = "/api/t/{brand}/bulk/{import}/report";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::GET, LIST, list)
        .and(Method::GET, ONE, |app, request| one(app, request, ImportsOf::Anything))
        .and(Method::GET, REPORT, |app, request| report(app, request, ImportsOf::Anything))
        .and(Method::GET, BULK, |app, request| one(app, request, ImportsOf::Roster))
        .and(Method::GET, BULK_REPORT, |app, request| report(app, request, ImportsOf::Roster))
        .function()
        .with_files()
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// The imports, newest first.
    imports: Vec<ImportView>,
    /// Cursor of the next page, if there is one.
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct One {
    #[serde(flatten)]
    import: ImportView,
    /// The first rows that could not be invited. The report contains all of them.
    problems: Vec<RowErrorView>,
}

/// The report of an import.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ImportReport")]
struct Report {
    /// Download URL of the report. It works for five minutes; another request returns a new one.
    url: String,
}

async fn list(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    request.only_query(&["cursor", "limit"])?;
    let list = List::new(&["imports", brand.as_str()]);
    let page = async {
        let (after, limit) = (request.cursor(&list)?, request.limit()?);
        app.store.imports(&brand, after.as_ref(), limit).await
    };
    // The caller is authenticated in parallel with the first reads, so that the page takes two read steps.
    let (_, (imports, next)) = futures::try_join!(app.caller(&request, &brand, Scope::ImportsWrite), page)?;
    let imports = imports.iter().map(|import| ImportView::of(import, app.now())).collect();
    Reply::ok(&Output { imports, next_cursor: next.map(|next| list.cursor(next.as_str())) })
}

async fn one(app: App, request: Request, of: ImportsOf) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ImportId = request.param("import")?;
    let found = import(&app, &request, (&brand, &id), of);
    let (import, problems) = futures::try_join!(found, app.store.row_problems((&brand, &id)))?;
    let problems = problems.iter().map(RowErrorView::from).collect();
    Reply::ok(&One { import: ImportView::of(&import, app.now()), problems })
}

async fn report(app: App, request: Request, of: ImportsOf) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ImportId = request.param("import")?;
    let import = import(&app, &request, (&brand, &id), of).await?;
    if !import.has_report(app.now()) {
        return Err(Error::NoReport);
    }
    Reply::ok(&Report { url: app.archive()?.link(&report_key(&brand, &id), LINK_LIFETIME).await? })
}

/// Returns the import, if the caller may read it.
async fn import(app: &App, request: &Request, (brand, id): (&BrandSlug, &ImportId), of: ImportsOf) -> Result<Import> {
    let key = keys::import(brand, id);
    let (_, found) = app.load(request, brand, of.scope(), [key.raw()]).await?;
    found.get(&key)?.filter(|import| of.has(import)).ok_or(Error::NotFound("import"))
}
