//! What SES tells of mails, written where it is looked for: with the partner, with the event that asked for the mail,
//! and with the address.
//!
//! News come late, twice and in any order. Each write has a condition that lets only what is new through, so no order
//! of them matters, and a repeat changes nothing.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::{
    domain::{
        AddressState, BrandSlug, EmailAddress, EventId, Feedback, MailNote, MailRefusal, MailState, PartnerId,
        Undeliverable,
    },
    error::{Error, Result},
    store::{Condition, Store, Transaction, Update, WriteError, attribute, keys},
};

impl Store {
    /// Notes what became of a partner's mail, with the partner and with the event, if that is news.
    /// Nothing is made that is not there.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_feedback(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        event: &EventId,
        feedback: &Feedback,
    ) -> Result<()> {
        let Feedback { outcome, message, .. } = feedback;
        let (partner, told) = (keys::partner(brand, id), keys::partner_event(brand, id, event));
        let note = MailNote {
            event: event.clone(),
            state: outcome.state,
            at: outcome.at,
            detail: outcome.detail.clone(),
            message: Some(message.clone()),
        };
        // Whoever still means to send it finds that SES has it, and its claim is of no use any more.
        let with_partner = stepped(Update::of(&partner), feedback)?
            .set("mail", attribute(&note)?)
            .remove("lease_until")
            .remove("lease_by")
            .when(Condition::Is("mail.event", attribute(event)?))
            .when(Condition::Any(vec![outranked(outcome.state)?, not_taken()?]));
        let with_event = Update::of(&told)
            .set("mail", attribute(outcome)?)
            // What a mailbox says may name whoever has it.
            .when(Condition::Absent("scrubbed"))
            .when(Condition::Any(vec![Condition::Absent("mail"), outranked(outcome.state)?]));
        futures::try_join!(self.update_if(&partner, with_partner), self.update_if(&told, with_event)).map(drop)
    }

    /// Writes that an address refuses mail, and the same with the partner whose address it is. A bounce takes the place
    /// of a complaint and never the other way round. News of a mail from before the address was cleared count no more.
    /// False if the partner is not one of the brand's, and then nothing is written.
    ///
    /// # Errors
    /// If the table can't be written.
    pub async fn note_refusal(
        &self,
        (brand, email): (&BrandSlug, &EmailAddress),
        partner: Option<&PartnerId>,
        (refused, sent_at): (&Undeliverable, Timestamp),
    ) -> Result<bool> {
        let key = keys::address(brand, email);
        let of_address = || {
            let state = AddressState { refused: refused.clone(), cleared_at: None };
            Transaction::new().replace(&key, &state, is_news(refused.why, sent_at)?)
        };
        let Some(id) = partner else {
            return self.commit(of_address()?).await.map(|()| true).or_else(already);
        };
        let partner = keys::partner(brand, id);
        let of_partner = |refused: &Undeliverable| {
            let still = Condition::Is("email", attribute(email)?);
            Ok::<_, Error>(Update::of(&partner).set("undeliverable", attribute(refused)?).when(still))
        };
        let refusal = match self.commit(of_address()?.update(of_partner(refused)?)).await {
            Ok(()) => return Ok(true),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        if let Some(known) = refusal.old(&key)? {
            // A partner who got the address later may not show yet what was known of it before.
            if let Some(known) = known.in_force() {
                self.update_if(&partner, of_partner(known)?).await?;
            }
            return Ok(true);
        }
        match refusal.old(&partner)? {
            None => return Ok(false),
            // Nothing is kept of the addresses of somebody who was erased.
            Some(now) if now.erased_at.is_some() => return Ok(true),
            Some(_) => {}
        }
        // They have another address by now, which did nothing.
        let still_there = Update::of(&partner).when(Condition::Absent("erased_at"));
        self.commit(of_address()?.update(still_there)).await.map(|()| true).or_else(already)
    }
}

/// How far the news say that the partner came. Who calls a mail spam has it.
fn stepped(update: Update, Feedback { outcome, sent_at, .. }: &Feedback) -> Result<Update> {
    let sent = |update: Update| Ok::<_, Error>(update.set_once("sent_at", attribute(sent_at)?));
    match outcome.state {
        MailState::Delivered | MailState::Complained => {
            Ok(sent(update)?.set_once("delivered_at", attribute(outcome.at)?))
        }
        MailState::Sent | MailState::Delayed | MailState::Bounced => sent(update),
        MailState::Queued | MailState::Failed | MailState::Suppressed | MailState::Superseded => Ok(update),
    }
}

/// A refused write says that it was written before, or that something stronger was.
fn already(error: WriteError) -> Result<bool> {
    match error {
        WriteError::Refused(_) => Ok(true),
        WriteError::Failed(error) => Err(error),
    }
}

/// What is noted is of lower rank.
fn outranked(state: MailState) -> Result<Condition> {
    let lower = state.outranked().map(|lower| Ok(Condition::Is("mail.state", attribute(lower)?)));
    Ok(Condition::Any(lower.collect::<Result<_>>()?))
}

/// SES refused it at the door, as far as we know; that it tells of the mail now shows that it took it after all.
fn not_taken() -> Result<Condition> {
    let failed = Condition::Is("mail.state", attribute(MailState::Failed)?);
    Ok(Condition::All(vec![failed, Condition::Absent("mail.message")]))
}

/// Nothing is known of the address that says as much already, or that makes it old.
fn is_news(why: MailRefusal, sent_at: Timestamp) -> Result<Condition> {
    let just_after = AttributeValue::N(sent_at.as_millisecond().saturating_add(1).to_string());
    let mut news = vec![Condition::Absent("pk"), Condition::Below("cleared_at", just_after)];
    if why == MailRefusal::Bounced {
        let complained = Condition::Is("why", attribute(MailRefusal::Complained)?);
        news.push(Condition::All(vec![complained, Condition::Absent("cleared_at")]));
    }
    Ok(Condition::Any(news))
}
