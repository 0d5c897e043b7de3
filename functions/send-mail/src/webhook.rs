//! The email that notifies an owner that a webhook endpoint was disabled.

use shared::{
    App, Error, Result,
    domain::{Admin, AdminId, Audience, Brand, BrandSlug, DisabledReason, EventId, WebhookEndpoint, WebhookId},
    mail::{About, Asked, Rendered, WebhookOff},
    store::{Lease, keys},
    web::base_path,
};

use crate::{
    outcome::{self, ours},
    outgoing::Outgoing,
};

/// The recipient, the event and epoch that the email belongs to, and the endpoint.
type Asks<'a> = ((&'a BrandSlug, &'a AdminId), (&'a EventId, u64), &'a WebhookId);

pub(crate) async fn notify(
    outgoing: &Outgoing,
    claim: &Lease,
    (recipient, (event, epoch), webhook): Asks<'_>,
) -> Result<()> {
    let Outgoing { app, message, .. } = outgoing;
    if ours(app.store.claim_notice(recipient, (event, epoch), claim).await?)?.is_none() {
        return Ok(());
    }
    let (slug, admin) = recipient;
    let (brand, admin, endpoint) = (keys::brand(slug), keys::admin(slug, admin), keys::webhook(slug, webhook));
    let found = app.store.read([brand.raw(), admin.raw(), endpoint.raw()]).await?;
    // If the endpoint was deleted meanwhile, or the recipient is no longer an admin, no email is sent.
    let (Some(endpoint), Some(admin)) = (found.get(&endpoint)?, found.get(&admin)?) else { return Ok(()) };
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let about = About { event: Asked::By(event), partner: None, way_out: None };
    let sent = outgoing.hand_over(&brand, &admin.email, letter(app, &brand, &admin, &endpoint)?, about).await?;
    app.store.note_notice(recipient, event, outcome::noted(&sent)).await?;
    outcome::settle(app, message, sent).await
}

fn letter(app: &App, brand: &Brand, admin: &Admin, endpoint: &WebhookEndpoint) -> Result<Rendered> {
    let base = base_path(&brand.slug, Audience::Admin);
    let mail = WebhookOff {
        brand_name: brand.name.to_string(),
        name: admin.name.to_string(),
        url: endpoint.url.to_string(),
        gone: endpoint.off.as_ref().is_some_and(|off| off.why == DisabledReason::Gone),
        problem: endpoint.last_failure.as_ref().map(|failure| failure.said.clone()),
        page: format!("{}{base}/webhooks/{}", app.config.base_url, endpoint.id),
        reply_to: brand.reply_to.to_string(),
        face: shared::compose::face(app, brand),
    };
    mail.render().map_err(Error::internal)
}
