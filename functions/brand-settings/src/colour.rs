//! `GET /api/t/{brand}/settings/accent?colour=`: previews the shades that pages derive from a brand colour.

use shared::{
    App, InvalidField, Result,
    domain::{BrandSlug, Color},
    web::{Reply, Request},
};

use crate::shape::AccentView;

pub(crate) async fn read(app: App, request: Request) -> Result<Reply> {
    let slug: BrandSlug = request.param("brand")?;
    request.only_query(&["colour"])?;
    app.load_admin(&request, &slug, crate::NEEDS, []).await?;
    let colour = Color::parse(request.query("colour").unwrap_or_default());
    Reply::ok(&AccentView::of(colour.map_err(|invalid| InvalidField::at("colour", invalid))?))
}
