//! Stylesheets, script and icon: compiled in, and served under URLs that change with their content.

use std::sync::LazyLock;

use super::{Reply, pages};
use crate::crypto::secret::Hash;

struct Asset {
    address: String,
    content_type: &'static str,
    body: &'static str,
}

static ASSETS: LazyLock<[Asset; 4]> = LazyLock::new(|| {
    [
        asset_of("pico", "css", "text/css; charset=utf-8", include_str!("assets/pico.classless.min.css")),
        asset_of("app", "css", "text/css; charset=utf-8", include_str!("assets/app.css")),
        asset_of("app", "js", "text/javascript; charset=utf-8", include_str!("assets/app.js")),
        asset_of("icon", "svg", "image/svg+xml", include_str!("assets/icon.svg")),
    ]
});

fn asset_of(name: &str, extension: &str, content_type: &'static str, body: &'static str) -> Asset {
    let hash: String = Hash::of(body.as_bytes()).as_str().chars().take(12).collect();
    Asset { address: format!("/assets/{name}.{hash}.{extension}"), content_type, body }
}

/// URLs of the assets, for pages.
pub(super) fn assets() -> pages::Assets {
    let [pico, css, js, icon] = &*ASSETS;
    pages::Assets { pico: &pico.address, css: &css.address, js: &js.address, icon: &icon.address }
}

/// Returns the asset named `file`, if this version has it.
#[must_use]
pub fn asset(file: &str) -> Option<Reply> {
    let asset = ASSETS.iter().find(|asset| asset.address.strip_prefix("/assets/") == Some(file))?;
    Some(Reply::asset(asset.content_type, asset.body))
}
