//! `api-docs`.

use bytes::Bytes;
use http::Request;

use crate::support::{Browser, World};

#[tokio::test(flavor = "multi_thread")]
async fn the_checked_in_document_is_served() {
    let world = World::new().await;
    let answer = world.send(Request::get("/api/openapi.json").body(Bytes::new()).unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, api_docs::OPENAPI));
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "public, max-age=300");
    let head = Browser::default().head(&world, "/api/openapi.json").await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_documents_every_route_and_every_error() {
    let world = World::new().await;
    let page = Browser::default().get(&world, "/api/docs").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(page.headers["cache-control"], "public, max-age=300");
    for operation in local::operations() {
        assert!(page.body.contains(operation.summary), "{} is missing", operation.summary);
    }
    for code in shared::openapi::codes() {
        assert!(page.body.contains(&format!("id=\"{}\"", code.code)), "{} is missing", code.code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_loads_nothing_external_and_has_no_broken_links() {
    let world = World::new().await;
    let page = Browser::default().get(&world, "/api/docs").await.body;
    for part in page.split(['"', '\'']).filter(|part| part.starts_with("http")) {
        assert!(part.starts_with(&world.local.base_url), "{part}");
    }
    let anchors: Vec<_> = page.split("href=\"#").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert!(anchors.len() > 20, "{anchors:?}");
    for anchor in anchors {
        assert_eq!(page.matches(&format!("id=\"{anchor}\"")).count(), 1, "{anchor}");
    }
}
