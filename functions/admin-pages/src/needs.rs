//! Lists what needs an admin's attention, most urgent first.

use jiff::{SignedDuration, Timestamp};
use shared::{
    App, Result,
    domain::{
        Approval, BrandSlug, DisabledReason, FunnelSnapshot, Import, ImportState, Program, PushFailure, WebhookEndpoint,
    },
    store::keys,
    web::pages::ActionItem,
};

use crate::need_words;

/// Maximum number of items of each kind that are counted; beyond it, the page shows "50 or more".
pub(crate) const COUNTED: usize = 50;

/// Number of imports that are checked, and the time for which a failed one is listed.
const IMPORTS: usize = 20;
const FAILED_LATELY: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Items that may need an admin's attention.
pub(crate) struct Noticed {
    held: Vec<Approval>,
    endpoints: Vec<WebhookEndpoint>,
    imports: Vec<Import>,
    failures: Vec<PushFailure>,
}

impl Noticed {
    pub(crate) async fn read(app: &App, brand: &BrandSlug) -> Result<Self> {
        let (held, endpoints, (imports, _), (failures, _)) = futures::try_join!(
            app.store.approvals(brand, true, COUNTED),
            app.store.webhooks(brand),
            app.store.imports(brand, None, IMPORTS),
            app.store.newest(keys::push_failures(brand), None, COUNTED),
        )?;
        Ok(Self { held, endpoints, imports, failures })
    }

    /// Returns what needs attention. Bounces and complaints come from the tally, so they are only as current as it is.
    pub(crate) fn needs(
        &self,
        base: &str,
        programs: &[Program],
        (tally, now): (Option<&FunnelSnapshot>, Timestamp),
    ) -> Vec<ActionItem> {
        let by_itself =
            |endpoint: &&WebhookEndpoint| endpoint.off.as_ref().is_some_and(|off| off.why != DisabledReason::ByAdmin);
        let off: Vec<_> = self.endpoints.iter().filter(by_itself).collect();
        let fails = |endpoint: &&WebhookEndpoint| endpoint.off.is_none() && endpoint.failing_since.is_some();
        let failing: Vec<_> = self.endpoints.iter().filter(fails).collect();
        let failed = self.imports.iter().filter(|import| self.is_left(import, now));

        let mut needs = Vec::new();
        needs.extend(need_words::held(base, self.held.len()));
        needs.extend(need_words::switched_off(base, &off));
        needs.extend(need_words::failing(base, &failing));
        needs.extend(failed.map(|import| need_words::not_imported(base, (import, programs), now)));
        needs.extend(need_words::not_synced(base, self.failures.len()));
        needs.extend(need_words::bounced(base, tally.map_or(0, |tally| tally.bounced)));
        needs.extend(need_words::complained(base, tally.map_or(0, |tally| tally.complained)));
        needs
    }

    /// True if the import failed within the last 14 days and wasn't retried.
    fn is_left(&self, import: &Import, now: Timestamp) -> bool {
        import.state(now) == ImportState::Failed
            && now < import.created_at + FAILED_LATELY
            && !self.imports.iter().any(|later| later.repeats.as_ref() == Some(&import.id))
    }
}
