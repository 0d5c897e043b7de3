//! The email that notifies an owner of a change in the team.

use shared::{
    App, Error, Result,
    domain::{Admin, AdminId, Audience, Brand, BrandSlug, Event, EventId, EventKind, TeamAct},
    mail::{About, Asked, Rendered, TeamChanged, TeamNews},
    store::Lease,
    web::base_path,
};

use crate::{
    outcome::{self, ours},
    outgoing::Outgoing,
};

/// The recipient, and the event and epoch that the email belongs to.
type Asks<'a> = ((&'a BrandSlug, &'a AdminId), (&'a EventId, u64));

pub(crate) async fn notify(outgoing: &Outgoing, claim: &Lease, (recipient, (event, epoch)): Asks<'_>) -> Result<()> {
    let Outgoing { app, message, .. } = outgoing;
    if ours(app.store.claim_notice(recipient, (event, epoch), claim).await?)?.is_none() {
        return Ok(());
    }
    // An admin who was removed meanwhile isn't notified.
    let (Some(brand), Some(admin), Some(news)) = app.store.team_news(recipient, event).await? else { return Ok(()) };
    let Some(mail) = letter(app, &brand, &admin, &news)? else { return Ok(()) };
    let about = About { event: Asked::By(event), partner: None, way_out: None };
    let sent = outgoing.hand_over(&brand, &admin.email, mail, about).await?;
    app.store.note_notice(recipient, event, outcome::noted(&sent)).await?;
    outcome::settle(app, message, sent).await
}

fn letter(app: &App, brand: &Brand, admin: &Admin, news: &Event) -> Result<Option<Rendered>> {
    let EventKind::TeamChanged { name, change, role, .. } = &news.kind else { return Ok(None) };
    let mail = TeamChanged {
        brand_name: brand.name.to_string(),
        name: admin.name.to_string(),
        by: news.actor.person().map(ToString::to_string),
        whom: name.to_string(),
        role: role.as_str(),
        news: match change {
            TeamAct::Invited => TeamNews::Invited,
            TeamAct::RoleGiven => TeamNews::RoleGiven,
            TeamAct::Removed => TeamNews::Removed,
        },
        page: format!("{}{}/team", app.config.base_url, base_path(&brand.slug, Audience::Admin)),
        reply_to: brand.reply_to.to_string(),
        face: shared::compose::face(app, brand),
    };
    mail.render().map(Some).map_err(Error::internal)
}
