//! `GET /api/t/{brand}/imports`, one of them, and the address of its report.

mod described;

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    App, Error, Function, Result,
    archive::report_key,
    domain::{BrandSlug, ImportId, Scope},
    store::keys,
    web::{Endpoint, ImportView, List, Method, Reply, Request, RowProblemView},
};

/// How long an address of a report works. Whoever may ask gets another one.
const LINK_LIFETIME: Duration = Duration::from_mins(5);

pub use described::described;

const LIST: &str = "/api/t/{brand}/imports";
const ONE: &str = "/api/t/{brand}/imports/{import}";
const REPORT: &str = "/api/t/{brand}/imports/{import}/report";

/// The function.
#[must_use]
pub fn function() -> Function {
    Endpoint::new(Method::GET, LIST, list)
        .and(Method::GET, ONE, one)
        .and(Method::GET, REPORT, report)
        .function()
        .with_files()
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// Newest first.
    imports: Vec<ImportView>,
    /// Where the next page begins, if there is one.
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct One {
    #[serde(flatten)]
    import: ImportView,
    /// The first rows that could not be invited. The report has them all.
    problems: Vec<RowProblemView>,
}

/// Where a report is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ImportReport")]
struct Report {
    /// Where the report is fetched. It works for five minutes; asking again gives another one.
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
    // The caller is verified beside the first read step, so that a page is two steps.
    let (_, (imports, next)) = futures::try_join!(app.caller(&request, &brand, Scope::ImportsWrite), page)?;
    let imports = imports.iter().map(|import| ImportView::of(import, app.now())).collect();
    Reply::ok(&Output { imports, next_cursor: next.map(|next| list.cursor(next.as_str())) })
}

async fn one(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ImportId = request.param("import")?;
    let key = keys::import(&brand, &id);
    let found = app.load(&request, &brand, Scope::ImportsWrite, [key.raw()]);
    let ((_, found), problems) = futures::try_join!(found, app.store.row_problems((&brand, &id)))?;
    let import = found.get(&key)?.ok_or(Error::NotFound("import"))?;
    let problems = problems.iter().map(RowProblemView::from).collect();
    Reply::ok(&One { import: ImportView::of(&import, app.now()), problems })
}

async fn report(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let id: ImportId = request.param("import")?;
    let key = keys::import(&brand, &id);
    let (_, found) = app.load(&request, &brand, Scope::ImportsWrite, [key.raw()]).await?;
    let import = found.get(&key)?.ok_or(Error::NotFound("import"))?;
    if !import.has_report(app.now()) {
        return Err(Error::NoReport);
    }
    Reply::ok(&Report { url: app.archive()?.link(&report_key(&brand, &id), LINK_LIFETIME).await? })
}
