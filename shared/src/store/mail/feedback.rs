//! SES's reports about emails, recorded where they are read: with the partner, with the event that caused the email,
//! and with the email address.
//!
//! SES events may arrive late, twice and in any order. Each write has a condition that admits only new information, so
//! the order doesn't matter, and repetitions change nothing.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::{
    domain::{
        BrandSlug, EmailAddress, EventId, Feedback, MailState, MailStatus, PartnerId, Suppression, SuppressionReason,
        SuppressionRecord,
    },
    error::{Error, Result},
    store::{Condition, Store, Transaction, Update, WriteError, attribute, keys},
};

impl Store {
    /// Records the delivery status of a partner's email, with the partner and with the event, if it is new information.
    /// Doesn't create items that don't exist.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_feedback(
        &self,
        (brand, id): (&BrandSlug, &PartnerId),
        event: &EventId,
        feedback: &Feedback,
    ) -> Result<()> {
        let Feedback { outcome, message, .. } = feedback;
        let (partner, event_key) = (keys::partner(brand, id), keys::partner_event(brand, id, event));
        let note = MailStatus {
            event: event.clone(),
            state: outcome.state,
            at: outcome.at,
            detail: outcome.detail.clone(),
            message: Some(message.clone()),
        };
        // A worker that is about to send the email finds that SES has it already, and its lease has no effect any more.
        let with_partner = stepped(Update::of(&partner), feedback)?
            .set("mail", attribute(&note)?)
            .remove("lease_until")
            .remove("lease_by")
            .when(Condition::Is("mail.event", attribute(event)?))
            .when(Condition::Any(vec![outranked(outcome.state)?, not_taken()?]));
        let with_event = Update::of(&event_key)
            .set("mail", attribute(outcome)?)
            // A mail server's message may contain the person's name.
            .when(Condition::Absent("scrubbed"))
            .when(Condition::Any(vec![Condition::Absent("mail"), outranked(outcome.state)?]));
        futures::try_join!(self.update_if(&partner, with_partner), self.update_if(&event_key, with_event)).map(drop)
    }

    /// Adds a suppression for an email address, and records it with the partner who has the email address. A bounce
    /// replaces a complaint, and never the other way round. Events about emails sent before the suppression was cleared
    /// are ignored. Returns `false` if the partner doesn't belong to the brand; then nothing is written.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn note_refusal(
        &self,
        (brand, email): (&BrandSlug, &EmailAddress),
        partner: Option<&PartnerId>,
        (refused, sent_at): (&Suppression, Timestamp),
    ) -> Result<bool> {
        let key = keys::address(brand, email);
        let of_address = || {
            let state = SuppressionRecord { refused: refused.clone(), cleared_at: None };
            Transaction::new().replace(&key, &state, is_news(refused.why, sent_at)?)
        };
        let Some(id) = partner else {
            return self.commit(of_address()?).await.map(|()| true).or_else(already);
        };
        let partner = keys::partner(brand, id);
        let of_partner = |refused: &Suppression| {
            let still = Condition::Is("email", attribute(email)?);
            Ok::<_, Error>(Update::of(&partner).set("undeliverable", attribute(refused)?).when(still))
        };
        let refusal = match self.commit(of_address()?.update(of_partner(refused)?)).await {
            Ok(()) => return Ok(true),
            Err(WriteError::Failed(error)) => return Err(error),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        if let Some(known) = refusal.old(&key)? {
            // A partner who got the email address later may not show the known suppression yet.
            if let Some(known) = known.in_force() {
                self.update_if(&partner, of_partner(known)?).await?;
            }
            return Ok(true);
        }
        match refusal.old(&partner)? {
            None => return Ok(false),
            // Nothing is stored about the email addresses of erased persons.
            Some(now) if now.erased_at.is_some() => return Ok(true),
            Some(_) => {}
        }
        // The partner has another email address by now, which isn't affected.
        let still_there = Update::of(&partner).when(Condition::Absent("erased_at"));
        self.commit(of_address()?.update(still_there)).await.map(|()| true).or_else(already)
    }
}

/// Records the milestones that the SES event proves. A complaint proves that the email was delivered.
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

/// A refused write means that the same information, or a stronger one, was recorded before.
fn already(error: WriteError) -> Result<bool> {
    match error {
        WriteError::Refused(_) => Ok(true),
        WriteError::Failed(error) => Err(error),
    }
}

/// The recorded status has a lower rank.
fn outranked(state: MailState) -> Result<Condition> {
    let lower = state.outranked().map(|lower| Ok(Condition::Is("mail.state", attribute(lower)?)));
    Ok(Condition::Any(lower.collect::<Result<_>>()?))
}

/// The recorded status is that SES rejected the email. An SES event about it shows that SES accepted it after all.
fn not_taken() -> Result<Condition> {
    let failed = Condition::Is("mail.state", attribute(MailState::Failed)?);
    Ok(Condition::All(vec![failed, Condition::Absent("mail.message")]))
}

/// No suppression with the same meaning is recorded, and none that was cleared after the email was sent.
fn is_news(why: SuppressionReason, sent_at: Timestamp) -> Result<Condition> {
    let just_after = AttributeValue::N(sent_at.as_millisecond().saturating_add(1).to_string());
    let mut news = vec![Condition::Absent("pk"), Condition::Below("cleared_at", just_after)];
    if why == SuppressionReason::Bounced {
        let complained = Condition::Is("why", attribute(SuppressionReason::Complained)?);
        news.push(Condition::All(vec![complained, Condition::Absent("cleared_at")]));
    }
    Ok(Condition::Any(news))
}
