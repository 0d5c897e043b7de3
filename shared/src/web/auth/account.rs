//! Sessions of one account, as its page shows them.

use crate::{
    App,
    crypto::secret::Hash,
    domain::{Session, TimeZone},
    web::{Cookie, pages::SessionRow, when},
};

impl App {
    /// Returns those of `sessions` that are live as rows, for the holder of `cookie` in `epoch`.
    #[must_use]
    pub fn session_rows(
        &self,
        sessions: &[(Hash, Session)],
        (cookie, epoch): (&Cookie, u64),
        zone: &TimeZone,
    ) -> Vec<SessionRow> {
        let now = self.now();
        let live = sessions.iter().filter(|(_, session)| {
            session.principal == cookie.principal && session.epoch == epoch && session.is_live(now)
        });
        live.map(|(hash, session)| SessionRow {
            id: hash.as_str().to_owned(),
            browser: in_words(&session.browser),
            since: when(session.created_at, now, zone),
            used: session.notes_use().then(|| when(session.seen_at, now, zone)),
            this: *hash == cookie.hash,
        })
        .collect()
    }
}

fn in_words(browser: &str) -> String {
    match browser.chars().next() {
        None => "A browser".to_owned(),
        Some(first) => first.to_uppercase().chain(browser.chars().skip(1)).collect(),
    }
}

/// Message on the account page after sessions were ended.
#[must_use]
pub fn ended(what: Option<&str>) -> Option<&'static str> {
    match what {
        Some("others") => Some("You’ve been signed out everywhere else."),
        Some("one") => Some("Session signed out."),
        Some(_) | None => None,
    }
}
