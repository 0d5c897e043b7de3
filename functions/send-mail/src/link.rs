//! Creates the sign-in link and the code of an email, and finds the recipient.

use shared::{
    App, Result,
    crypto::secret::Hash,
    domain::{Attempt, Audience, BrandSlug, Code, MagicLink, MailedCredentials, Person, Token},
    store::keys,
    web::link_address,
};

pub(crate) fn code(app: &App) -> Code {
    Code::fresh(app.entropy())
}

/// The person who requested a sign-in email, if they get any email.
pub(crate) enum Asker {
    /// They may sign in.
    Welcome(Person),
    /// Their invitation has expired.
    TooLate(Person),
}

/// Finds the person with the email address of a sign-in attempt. Revoked partners and unknown
/// email addresses get no email.
pub(crate) async fn known(app: &App, attempt: &Attempt) -> Result<Option<Asker>> {
    let (Attempt { brand, audience, email, .. }, now) = (attempt, app.now());
    match audience {
        Audience::Partner => {
            let Some(claim) = app.store.get(&keys::email(brand, email)).await? else {
                return Ok(None);
            };
            let partner = app.store.get(&keys::partner(brand, &claim.id)).await?;
            Ok(partner.and_then(|partner| match partner.person(now) {
                person if person.may_sign_in => Some(Asker::Welcome(person)),
                person if partner.has_ended(now) => Some(Asker::TooLate(person)),
                _revoked => None,
            }))
        }
        Audience::Admin => {
            let Some(claim) = app.store.get(&keys::admin_email(brand, email)).await? else {
                return Ok(None);
            };
            Ok(app.store.get(&keys::admin(brand, &claim.id)).await?.map(|admin| Asker::Welcome(admin.person())))
        }
    }
}

/// Creates the sign-in link of an email that is about to be sent, and stores its hash, and for an
/// attempt also that of the code.
pub(crate) async fn mint(
    app: &App,
    brand: &BrandSlug,
    person: &Person,
    asked: Option<(&Hash, &Code, &Attempt)>,
) -> Result<String> {
    let secret = app.secret();
    let back = asked.and_then(|(_, _, attempt)| attempt.back.clone());
    let token = Token { back, ..Token::mint(brand.clone(), person, app.now()) };
    let mailed = match asked {
        None => None,
        Some((hash, code, _)) => Some((
            hash,
            MailedCredentials {
                code: app.server_key()?.seal(&[hash.as_str().as_bytes(), code.as_str().as_bytes()]),
                valid_until: token.valid_until,
                principal: person.principal.clone(),
                epoch: person.epoch,
                purpose: person.purpose,
                token: secret.hash(),
            },
        )),
    };
    app.store.mint(&secret.hash(), &token, mailed.as_ref().map(|(hash, mailed)| (*hash, mailed))).await?;
    let link = MagicLink { principal: person.principal.clone(), epoch: person.epoch, purpose: person.purpose, secret };
    Ok(link_address(app, brand, &link))
}
