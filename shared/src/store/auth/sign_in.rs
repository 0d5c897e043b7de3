//! Sign-in attempts, codes, links and sessions.

use aws_sdk_dynamodb::{operation::put_item::PutItemError, types::AttributeValue};
use jiff::Timestamp;

use crate::{
    crypto::secret::Hash,
    domain::{Attempt, Partner, PartnerState, Principal, Purpose, Redeemed, Session},
    error::{Error, Result},
    store::{
        Condition, ConditionFailures, Store, Transaction, Update, WriteError, attribute, auth::sessions, item, keys,
    },
};

/// The outcome of counting the entry of a code, before the code is compared.
#[derive(Debug, Clone, PartialEq)]
pub enum CodeAttempt {
    /// It was counted; this is the attempt afterwards.
    Counted(Box<Attempt>),
    /// The code can't be tried: too many tries, too late, or used already.
    Spent(Option<Box<Attempt>>),
}

/// The reasons why a link or code signs no one in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedeemError {
    /// The same browser redeemed it a moment ago, and may get the same session again.
    Repeated,
    /// The partner's status has changed since the link was emailed; the link may be redeemed for the other purpose.
    OtherPurpose,
    /// It is used, expired or invalid, or its principal may not sign in.
    Dead,
}

impl Store {
    /// Writes a new attempt. The email follows from it.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn ask(&self, hash: &Hash, attempt: &Attempt) -> Result<()> {
        let put = self.client.put_item().table_name(&self.table).condition_expression("attribute_not_exists(pk)");
        let put = put.set_item(Some(item(&keys::attempt(hash), attempt)?));
        match put.send().await {
            Ok(_) => Ok(()),
            // Its key is 256 new random bits: an existing item is this very attempt, and only the response was lost.
            Err(error) if error.as_service_error().is_some_and(PutItemError::is_conditional_check_failed_exception) => {
                Ok(())
            }
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Counts the entry of a code, before the code is compared.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn try_code(&self, hash: &Hash) -> Result<CodeAttempt> {
        let now = self.now();
        let key = keys::attempt(hash);
        let update = Update::of(&key)
            .add("tries", 1)
            .when(Condition::Below("tries", attribute(Attempt::TRIES_MAX)?))
            .when(Condition::Absent("used_at"))
            .when(Condition::Above("expires_at", AttributeValue::N(now.as_second().to_string())));
        match self.update(&key, update).await {
            Ok(attempt) => Ok(CodeAttempt::Counted(Box::new(attempt))),
            Err(WriteError::Refused(refusal)) => {
                let attempt = refusal.old(&key)?.filter(|attempt: &Attempt| now < attempt.expires_at);
                Ok(CodeAttempt::Spent(attempt.map(Box::new)))
            }
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Uses up a link or code, activates the partner the first time, and begins the session: all or nothing.
    ///
    /// # Errors
    /// `Ok(Err(..))` is the reason why it signs no one in; `Err` if the table can't be written.
    pub async fn redeem(&self, redeemed: &Redeemed) -> Result<Result<(), RedeemError>> {
        let now = redeemed.event.at;
        let Session { brand, principal, epoch, .. } = &redeemed.session;
        let millis = AttributeValue::N(now.as_millisecond().to_string());
        let used = |update: Update| -> Result<Update> {
            let update = update.set("used_at", attribute(now)?).set("used_by", attribute(&redeemed.browser)?);
            Ok(update.when(Condition::Absent("used_at")))
        };
        let token = used(Update::of(&keys::token(&redeemed.token)))?
            .when(Condition::Is("brand", attribute(brand)?))
            .when(Condition::Is("principal", attribute(principal)?))
            .when(Condition::Is("epoch", attribute(epoch)?))
            .when(Condition::Above("valid_until", millis.clone()));
        let mut transaction = Transaction::new().update(token);
        let same_epoch = Condition::Is("epoch", attribute(epoch)?);
        let unrevoked = Condition::Absent("revoked_at");
        let principal_key = keys::principal(brand, principal);
        transaction = match (principal, redeemed.purpose) {
            (Principal::Partner(_), Purpose::Join) => transaction.update(
                Update::of_raw(principal_key)
                    .set("activated_at", attribute(now)?)
                    .set_once("opened_at", attribute(now)?)
                    .set("list_pk", AttributeValue::S(keys::roster(brand, PartnerState::Active)))
                    .remove("declined_at")
                    .when(same_epoch)
                    .when(unrevoked)
                    .when(Condition::Absent("activated_at"))
                    // A partner who declined can have links of this epoch only by requesting them, and may use them
                    // however late that is.
                    .when(Condition::Any(vec![
                        Condition::Above("invitation_ends_at", millis),
                        Condition::Present("declined_at"),
                    ])),
            ),
            (Principal::Partner(_), Purpose::SignIn) => {
                let active = Condition::Present("activated_at");
                transaction.check(principal_key, Condition::All(vec![same_epoch, unrevoked, active]))
            }
            (Principal::Admin(_), Purpose::Join | Purpose::SignIn) => transaction.check(principal_key, same_epoch),
        };
        if let Some(attempt) = &redeemed.attempt {
            transaction = transaction.update(used(Update::of(&keys::attempt(attempt)))?);
        }
        let transaction = transaction
            .create_with(
                &keys::session(&redeemed.session_hash),
                &redeemed.session,
                sessions::place(&redeemed.session, &redeemed.event.id),
            )?
            .create(&keys::event(&redeemed.event), &redeemed.event)?;
        match self.commit(transaction).await {
            Ok(()) => Ok(Ok(())),
            Err(WriteError::Refused(refusal)) => why(redeemed, &refusal, now).map(Err),
            Err(WriteError::Failed(error)) => Err(error),
        }
    }

    /// Records that a session is in use. Called only now and then.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn touch_session(&self, hash: &Hash) -> Result<()> {
        let key = keys::session(hash);
        self.update_if(&key, Update::of(&key).set("seen_at", attribute(self.now())?)).await.map(drop)
    }
}

fn why(redeemed: &Redeemed, refusal: &ConditionFailures, now: Timestamp) -> Result<RedeemError> {
    let token = keys::token(&redeemed.token);
    if refusal.is_of(&token) {
        let used = refusal.old(&token)?.and_then(|token| token.used);
        let repeated = used.is_some_and(|used| used.repeats(&redeemed.browser, now));
        return Ok(if repeated { RedeemError::Repeated } else { RedeemError::Dead });
    }
    let Session { brand, principal, epoch, .. } = &redeemed.session;
    let Principal::Partner(id) = principal else { return Ok(RedeemError::Dead) };
    let partner: Option<Partner> = refusal.old(&keys::partner(brand, id))?;
    let other = partner.is_some_and(|partner| {
        let fits = match partner.state() {
            PartnerState::Active => redeemed.purpose == Purpose::Join,
            PartnerState::Invited | PartnerState::Declined => redeemed.purpose == Purpose::SignIn,
            PartnerState::Revoked => false,
        };
        fits && partner.epoch == *epoch && partner.may_sign_in(now)
    });
    Ok(if other { RedeemError::OtherPurpose } else { RedeemError::Dead })
}
