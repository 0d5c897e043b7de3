//! `GET /api/openapi.json` and `GET /api/docs`: the OpenAPI document, and the reference page rendered from it.
//!
//! The document is generated from the types and descriptions of all functions; a test keeps the checked-in file beside
//! this crate up to date. Both are the same for everyone and need only this binary.

mod fields;
mod routes;
mod types;

use serde_json::Value;
use shared::{
    App, Error, Function, Result,
    openapi::{AllowedCaller, Operation},
    web::{Method, Reply, Request, Router, StatusCode, nobodys_shell, pages::docs::Docs},
};

const DOCUMENT: &str = "/api/openapi.json";
const PAGE: &str = "/api/docs";

/// The OpenAPI document, as checked in.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::page(DOCUMENT, document).and_page(PAGE, page).function()
}

/// Describes the routes.
#[must_use]
pub fn described() -> Vec<Operation> {
    let route = |path, id, summary| Operation::new((Method::GET, path), id, AllowedCaller::Anybody, summary);
    let document = route(DOCUMENT, "readDocument", "Get the OpenAPI document").answers_plainly(
        StatusCode::OK,
        "The document in OpenAPI 3.1.",
        Some("application/json"),
    );
    let page = route(PAGE, "readPage", "Get the API reference page").answers_plainly(
        StatusCode::OK,
        "The page.",
        Some("text/html; charset=utf-8"),
    );
    let mut all = document.and_head("lookForDocument");
    all.extend(page.and_head("lookForPage"));
    all
}

async fn document(_: App, _: Request) -> Result<Reply> {
    Ok(Reply::public("application/json", OPENAPI))
}

async fn page(app: App, _: Request) -> Result<Reply> {
    let document: Value = serde_json::from_str(OPENAPI).map_err(Error::internal)?;
    let base_url = app.config.base_url.clone();
    let page = Docs {
        shell: nobodys_shell("Partner invites API"),
        version: fields::text(document.pointer("/info/version")),
        scopes: types::values(document.pointer("/components/schemas/Scope").unwrap_or(&Value::Null)),
        errors: routes::errors(&document, &|_| true),
        groups: routes::groups(&document, &base_url),
        types: types::all(&document),
        base_url,
    };
    Ok(Reply::page(StatusCode::OK, &page)?.header("cache-control", "public, max-age=300"))
}
