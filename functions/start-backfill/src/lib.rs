//! `POST /api/t/{brand}/network/backfill`: starts a backfill, or a dry run that counts the partners to sync.
//!
//! A worker does the backfill itself: it follows from the event that is written with it.

mod described;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    App, Error, Function, InvalidField, Result,
    domain::{
        Backfill, BackfillCounts, BackfillState, BrandSlug, EmailAddress, EventKind, Invalid, LEFT_OUT_MAX,
        NetworkConnection, PartnerId, PartnerState, Scope,
    },
    store::keys,
    web::{BackfillView, Method, Reply, Request, Router},
};

pub use described::described;

const PATH: &str = "/api/t/{brand}/network/backfill";

/// Returns the function, with its routes or event source.
#[must_use]
pub fn function() -> Function {
    Router::new(Method::POST, PATH, handle).function()
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    /// True to only count the partners to sync; nothing is sent.
    #[serde(default)]
    dry_run: bool,
    /// Syncs only partners in these states. If omitted, all are synced. `declined` isn't allowed.
    #[schemars(length(min = 1))]
    states: Option<Vec<PartnerState>>,
    /// Partners to leave out, by ID or email address; at most 500.
    #[serde(default)]
    #[schemars(length(max = 500))]
    leave_out: Vec<String>,
}

async fn handle(app: App, request: Request) -> Result<Reply> {
    let brand: BrandSlug = request.param("brand")?;
    let key = keys::network(&brand);
    let (caller, found) = app.load(&request, &brand, Scope::NetworkWrite, [key.raw()]).await?;
    let Input { dry_run, states, leave_out } =
        request.json_or_nothing()?.unwrap_or(Input { dry_run: false, states: None, leave_out: Vec::new() });
    let connection: NetworkConnection = found.get(&key)?.ok_or(Error::NotConnected)?;
    let states = states.unwrap_or_else(|| PartnerState::TOLD.to_vec());
    if states.is_empty() {
        return Err(InvalidField::at("states", Invalid::unsupported("Select at least one status.")).into());
    }
    if states.contains(&PartnerState::Declined) {
        let message = "Partners who declined can't be included in a backfill; a Network that already knows them is notified when they decline.";
        return Err(InvalidField::at("states", Invalid::unsupported(message)).into());
    }
    let left_out = named(&app, &brand, &leave_out).await?;
    // A backfill that stopped without a result doesn't prevent another one.
    let under_way = match &connection.backfill {
        Some(id) => app.store.get(&keys::backfill(&brand, id)).await?,
        None => None,
    };
    let over = under_way.filter(|running| running.state(app.now()) != BackfillState::Running);

    let backfill = Backfill {
        id: app.fresh(),
        brand: brand.clone(),
        host: connection.url.host(),
        dry_run,
        states,
        left_out,
        asked_by: caller.actor(),
        started_at: app.now(),
        touched_at: app.now(),
        ended_at: None,
        failure: None,
        after: None,
        not_reached_since: None,
        counts: BackfillCounts::default(),
    };

    let reply = Reply::accepted(&BackfillView::of(&backfill, app.now()))?;
    let event = app.event(&brand, caller.actor(), EventKind::BackfillStarted { backfill: backfill.id.clone() });
    let over = over.map(|over| over.id);
    app.store.start_backfill((&backfill, over.as_ref()), &event, caller.remember(&reply)).await?;
    Ok(reply)
}

/// Returns the partners named by ID or email address. An unknown one is an error, since the intended partner
/// would be synced by mistake.
async fn named(app: &App, brand: &BrandSlug, texts: &[String]) -> Result<Vec<PartnerId>> {
    let refused = |message: String| Error::from(InvalidField::at("leaveOut", Invalid::unsupported(&message)));
    if texts.len() > LEFT_OUT_MAX {
        return Err(refused(format!("At most {LEFT_OUT_MAX} partners can be excluded.")));
    }
    let unknown = |text: &str| refused(format!("There is no partner “{text}”. Nothing was started."));
    let (mut ids, mut claims) = (Vec::new(), Vec::new());
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        match (PartnerId::parse(text), EmailAddress::parse(text)) {
            (Ok(id), _) => ids.push((text, id)),
            (Err(_), Ok(email)) => claims.push((text, keys::email(brand, &email))),
            (Err(_), Err(_)) => return Err(unknown(text)),
        }
    }
    let partners = ids.iter().map(|(_, id)| keys::partner(brand, id).raw());
    let found = app.store.read(partners.chain(claims.iter().map(|(_, claim)| claim.raw()))).await?;
    let mut left_out = Vec::new();
    for (text, id) in ids {
        found.get(&keys::partner(brand, &id))?.ok_or_else(|| unknown(text))?;
        left_out.push(id);
    }
    for (text, claim) in &claims {
        left_out.push(found.get(claim)?.ok_or_else(|| unknown(text))?.id);
    }
    left_out.sort_unstable();
    left_out.dedup();
    Ok(left_out)
}
