//! Where somebody is signed in, as their account shows it.

use crate::{
    App,
    domain::{Session, TimeZone},
    secret::Hash,
    web::{Cookie, pages::SessionRow, when},
};

impl App {
    /// The live ones of `sessions` as rows, for whoever is in `epoch` and asks by `cookie`.
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

/// What an account's page says after something was ended.
#[must_use]
pub fn ended(what: Option<&str>) -> Option<&'static str> {
    match what {
        Some("others") => Some("You are signed out everywhere but here."),
        Some("one") => Some("That browser is signed out."),
        Some(_) | None => None,
    }
}
