//! The emails that follow from a sign-in attempt.

use shared::{
    Error, Result,
    crypto::secret::Hash,
    domain::{Attempt, MailKind},
    mail::{About, Asked, SendError},
    store::keys,
};

use crate::{
    ends, letters,
    link::{self, Asker},
    outgoing::Outgoing,
    sending::held_back,
};

/// Looks the email address up, and checks it against the suppressions. This happens here, out of sight of any browser.
pub(crate) async fn sign_in(outgoing: &Outgoing, hash: &Hash, attempt: &Attempt) -> Result<Result<String, SendError>> {
    let app = &outgoing.app;
    let Some(asker) = link::known(app, attempt).await? else { return Ok(Ok(String::new())) };
    let (brand, address) = (keys::brand(&attempt.brand), keys::address(&attempt.brand, &attempt.email));
    let found = app.store.read([brand.raw(), address.raw()]).await?;
    if held_back(found.get(&address)?, MailKind::Asked(attempt.audience)).is_some() {
        return Ok(Ok(String::new()));
    }
    let brand = found.get(&brand)?.ok_or(Error::NotFound("brand"))?;
    let (person, mail) = match asker {
        Asker::Welcome(person) => {
            let code = link::code(app);
            let link = link::mint(app, &attempt.brand, &person, Some((hash, &code, attempt))).await?;
            let mail = letters::sign_in(app, &brand, &person, attempt, link, &code)?;
            (person, mail)
        }
        // Only the reader of that mailbox learns that the invitation expired.
        Asker::TooLate(person) => {
            let mail = ends::ended(app, &brand, &person, attempt)?;
            (person, mail)
        }
    };
    let about = About { event: Asked::AtTheDoor, partner: person.principal.partner(), way_out: None };
    outgoing.hand_over(&brand, &person.email, mail, about).await
}
