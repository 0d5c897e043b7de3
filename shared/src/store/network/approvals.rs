//! Approvals of the Network: each has one effect, however often and through however many channels it arrives.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    crypto::secret::Hash,
    domain::{
        ApplicationId, Approval, ApprovalDecision, Approved, BrandSlug, Claim, LinkClaim, NetworkDecision, Partner,
        PartnerState, ShareLink,
    },
    error::{Error, Result},
    store::{
        Condition, ErasureGuard, IdempotencyRecord, Item, MetadataItem, Store, Transaction, Update, WriteError,
        attribute, item, keys,
        partner::{claim_place, places},
        share_link::LINKS_MAX,
    },
};

/// The reasons why an approval was not written.
#[derive(Debug)]
pub enum ApprovalError {
    /// The approval was processed before.
    Answered(Box<Approval>),
    /// The link key belongs to this claim.
    LinkTaken(Box<LinkClaim>),
    /// Another writer changed the partner or claimed the email address at the same moment: read again.
    Changed,
    /// The person with the email address was erased.
    Erased,
    /// The partner has the maximum number of links.
    NoRoom,
    /// Any other failure.
    Failed(Error),
}

impl Store {
    /// Writes an approval: the partner, the share link with the claim on its key, the approval itself, and the event.
    ///
    /// # Errors
    /// [`ApprovalError`] is the reason why it was not written.
    pub async fn approve(
        &self,
        approved: &Approved,
        entry: &ErasureGuard,
        remember: Option<IdempotencyRecord>,
    ) -> Result<(), ApprovalError> {
        let failed = ApprovalError::Failed;
        let mut transaction = approval_writes(approved).map_err(failed)?;
        if approved.before.is_none() {
            transaction = entry.guard(transaction, &approved.partner.brand);
        }
        let refusal = match self.act(transaction, remember).await {
            Ok(()) => return Ok(()),
            Err(WriteError::Failed(error)) => return Err(failed(error)),
            Err(WriteError::Refused(refusal)) => refusal,
        };
        let partner = &approved.partner;
        if let Some(approval) = &approved.approval
            && let Some(taken) = refusal.old(&keys::approval(&approval.brand, &approval.id)).map_err(failed)?
        {
            return Err(ApprovalError::Answered(Box::new(taken)));
        }
        if let Some(now) = refusal.old(&keys::partner(&partner.brand, &partner.id)).map_err(failed)? {
            let before = approved.before.as_ref();
            let same = before.is_some_and(|before| {
                before.grants_version == now.grants_version
                    && (before.epoch, before.revoked_at) == (now.epoch, now.revoked_at)
            });
            return Err(if same { ApprovalError::NoRoom } else { ApprovalError::Changed });
        }
        if let Some(link) = &approved.link
            && let Some(claim) = refusal.old(&keys::link_claim(&link.brand, &link.key)).map_err(failed)?
        {
            return Err(ApprovalError::LinkTaken(Box::new(claim)));
        }
        let erased = refusal.is_of(&keys::erased(&partner.brand, &entry.mark));
        let taken = refusal.is_of(&keys::email(&partner.brand, &partner.email));
        Err(if erased && !taken { ApprovalError::Erased } else { ApprovalError::Changed })
    }

    /// Records that an approval waits for an admin's decision, if its partner is still revoked, or, with the `mark` of
    /// an erasure tombstone, if the tombstone still exists.
    ///
    /// # Errors
    /// As [`Store::approve`].
    pub async fn hold_approval(&self, noted: &ApprovalDecision, mark: Option<&Hash>) -> Result<(), ApprovalError> {
        let failed = ApprovalError::Failed;
        let ApprovalDecision { approval, event } = noted;
        let key = keys::approval(&approval.brand, &approval.id);
        let (why, still) = match mark {
            None => (keys::partner(&approval.brand, &approval.partner).raw(), revoked()),
            Some(mark) => (keys::erased(&approval.brand, mark).raw(), Condition::Present("pk")),
        };
        let transaction = || {
            Transaction::new()
                .create_with(&key, approval, place(approval))?
                .create(&keys::event(event), event)
                .map(|transaction| transaction.check(why.clone(), still.clone()))
        };
        match self.commit(transaction().map_err(failed)?).await {
            Ok(()) => Ok(()),
            Err(WriteError::Failed(error)) => Err(failed(error)),
            Err(WriteError::Refused(refusal)) => Err(match refusal.old(&key).map_err(failed)? {
                Some(taken) => ApprovalError::Answered(Box::new(taken)),
                None => ApprovalError::Changed,
            }),
        }
    }

    /// Records that an admin dismissed a held approval.
    ///
    /// # Errors
    /// [`Error::ApprovalDecided`] if another admin decided first.
    pub async fn dismiss_approval(&self, noted: &ApprovalDecision, remember: Option<IdempotencyRecord>) -> Result<()> {
        let ApprovalDecision { approval, event } = noted;
        let update = decided(approval)?.set("application", attribute(&approval.application)?);
        let transaction = Transaction::new().update(update).create(&keys::event(event), event)?;
        self.act(transaction, remember).await.map_err(|error| error.or(|_| Error::ApprovalDecided))
    }

    /// Lists a brand's approvals, newest first: the held ones, or the others.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn approvals(&self, brand: &BrandSlug, held: bool, limit: usize) -> Result<Vec<Approval>> {
        let listed = self.listed(&keys::approvals(brand, held), None, limit).await?;
        let found = self.read(listed.iter().map(|(_, key)| key.clone())).await?;
        let approvals = listed.iter().map(|(_, key)| found.at::<Approval>(key)).collect::<Result<Vec<_>>>()?;
        // Indexes lag: an approval that was just decided is listed as before for a moment.
        Ok(approvals.into_iter().flatten().filter(|approval| approval.is_held() == held).collect())
    }

    /// Records that an admin is about to decide on an application that is pending on the Network, whatever was decided
    /// before.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn begin_decision(&self, brand: &BrandSlug, decision: &NetworkDecision) -> Result<()> {
        let key = keys::network_decision(brand, &decision.id);
        let mut whole = item(&key, decision)?;
        whole.insert("list_pk".to_owned(), AttributeValue::S(keys::network_decisions(brand)));
        whole.insert("list_sk".to_owned(), AttributeValue::S(keys::by_time(decision.at, decision.id.as_str())));
        self.put_item(whole).await
    }

    /// Records the Network's response to a decision, unless another decision was made since.
    ///
    /// # Errors
    /// Fails if the table can't be written.
    pub async fn end_decision(
        &self,
        brand: &BrandSlug,
        decision: &NetworkDecision,
        (taken, said): (bool, &str),
    ) -> Result<()> {
        let key = keys::network_decision(brand, &decision.id);
        let update = Update::of(&key)
            .set("taken", attribute(taken)?)
            .set("said", attribute(said)?)
            .when(Condition::Is("at", attribute(decision.at)?))
            .when(Condition::Is("by", attribute(&decision.by)?));
        self.update_if(&key, update).await.map(drop)
    }

    /// Lists the latest decisions on applications that were pending on the Network, newest first, each with the
    /// approval that followed, if any.
    ///
    /// # Errors
    /// Fails if the table can't be read.
    pub async fn decisions(&self, brand: &BrandSlug, limit: usize) -> Result<Vec<(NetworkDecision, Option<Approval>)>> {
        let listed = self.listed(&keys::network_decisions(brand), None, limit).await?;
        let ids = listed.iter().filter_map(|(place, _)| ApplicationId::parse(place.split_once('#')?.1).ok());
        let approvals = ids.map(|id| keys::approval(brand, &id).raw());
        let found = self.read(listed.iter().map(|(_, key)| key.clone()).chain(approvals)).await?;
        let mut decisions = Vec::new();
        for (_, key) in &listed {
            if let Some(decision) = found.at::<NetworkDecision>(key)? {
                let approval = found.get(&keys::approval(brand, &decision.id))?;
                decisions.push((decision, approval));
            }
        }
        Ok(decisions)
    }
}

/// The partner is revoked and not erased.
fn revoked() -> Condition {
    Condition::All(vec![Condition::Present("revoked_at"), Condition::Absent("erased_at")])
}

/// Returns the attributes under which the index lists an approval.
fn place(approval: &Approval) -> Item {
    let list = keys::approvals(&approval.brand, approval.is_held());
    Item::from([
        ("list_pk".to_owned(), AttributeValue::S(list)),
        ("list_sk".to_owned(), AttributeValue::S(keys::by_time(approval.at, approval.id.as_str()))),
    ])
}

fn approval_writes(approved: &Approved) -> Result<Transaction> {
    let Approved { partner, before, link, approval, event, metadata } = approved;
    let mut transaction = match before {
        None => newcomer(partner, link.is_some())?,
        Some(before) => Transaction::new().update(extended(before, partner, link.is_some())?),
    };
    if let Some(link) = link {
        transaction = transaction
            .create(&keys::link_claim(&link.brand, &link.key), &claim_of(link))?
            .create(&keys::share_link(&link.brand, &link.partner, &link.key), link)?;
    }
    transaction = match approval {
        None => transaction,
        Some(approval) if approval.decided_by.is_some() => transaction.update(decided(approval)?),
        Some(approval) => {
            let key = keys::approval(&approval.brand, &approval.id);
            transaction.create_with(&key, approval, place(approval))?
        }
    };
    if let Some(metadata) = metadata {
        let item = MetadataItem { metadata: metadata.clone() };
        transaction = transaction.create(&keys::metadata(&partner.brand, &partner.id), &item)?;
    }
    transaction.create(&keys::event(event), event)
}

fn newcomer(partner: &Partner, has_link: bool) -> Result<Transaction> {
    let mut extra = places(partner);
    if has_link {
        extra.insert("links".to_owned(), attribute(1)?);
    }
    Transaction::new().create_with(&keys::partner(&partner.brand, &partner.id), partner, extra)?.create_with(
        &keys::email(&partner.brand, &partner.email),
        &Claim::of(partner.id.clone()),
        claim_place(partner),
    )
}

/// Returns the update of an existing partner, on the condition that they haven't changed since they were read.
fn extended(before: &Partner, partner: &Partner, has_link: bool) -> Result<Update> {
    let place = AttributeValue::S(keys::roster(&partner.brand, PartnerState::Active));
    let mut update = Update::of(&keys::partner(&partner.brand, &partner.id))
        .set("grants", attribute(&partner.grants)?)
        .set("grants_version", attribute(partner.grants_version)?)
        .set("list_pk", place)
        .set_once("activated_at", attribute(partner.activated_at)?)
        // An application on the Network takes back an earlier "not interested".
        .remove("declined_at")
        .when(Condition::Is("grants_version", attribute(before.grants_version)?))
        .when(Condition::Is("epoch", attribute(before.epoch)?));
    update = match before.revoked_at {
        None => update.when(Condition::Absent("revoked_at")),
        Some(_) => update.remove("revoked_at").when(Condition::Present("revoked_at")),
    };
    if let Some(network) = &partner.network {
        // The state of the sync in it is written only by the workers that sync partners.
        update = match (&before.network, &network.creator) {
            (None, _) => update.set_once("network", attribute(network)?),
            (Some(known), _) if known.host != network.host => update.set("network", attribute(network)?),
            (Some(_), Some(creator)) => update.set("network.creator", attribute(creator)?),
            (Some(_), None) => update,
        };
    }
    if partner.mail != before.mail {
        update = update.set("mail", attribute(&partner.mail)?).remove("lease_until").remove("lease_by");
    }
    if has_link {
        let room = vec![Condition::Absent("links"), Condition::Below("links", attribute(LINKS_MAX)?)];
        let first = attribute(partner.steps.first_link_at)?;
        update = update.add("links", 1).set_once("first_link_at", first).when(Condition::Any(room));
    }
    Ok(update)
}

fn claim_of(link: &ShareLink) -> LinkClaim {
    LinkClaim {
        key: link.key.clone(),
        partner: link.partner.clone(),
        program: link.program.clone(),
        destination: link.destination.clone(),
        deleted_at: None,
    }
}

/// Returns the update that records an admin's decision on an approval, unless it was decided already.
fn decided(approval: &Approval) -> Result<Update> {
    let update = Update::of(&keys::approval(&approval.brand, &approval.id))
        .set("state", attribute(approval.state)?)
        .set("decided_by", attribute(&approval.decided_by)?)
        .set("decided_at", attribute(approval.decided_at)?)
        .set("list_pk", AttributeValue::S(keys::approvals(&approval.brand, false)))
        .when(Condition::Is("state", attribute(crate::domain::ApprovalState::Held)?));
    Ok(match &approval.link {
        Some(link) => update.set("link", attribute(link)?),
        None => update,
    })
}
