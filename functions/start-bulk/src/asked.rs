//! Input of a bulk job: the action, and the partners.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    InvalidField, Result,
    domain::{BulkAction, BulkActionKind, CHOSEN_MAX, Invalid, PartnerId, PartnerSelector, ProgramId, Reason},
    web::PartnerFilterParams,
};

/// An action and its partners: either `partnerIds` or `filter`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// The action for each partner.
    action: BulkActionKind,
    /// The program, for `grant` and `ungrant`.
    #[schemars(with = "Option<ProgramId>")]
    program_id: Option<String>,
    /// Reason for `revoke`, which is included in the email.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
    /// For `revoke`: true to notify the partners by email. True if omitted.
    notify: Option<bool>,
    /// The partners by ID, at most 1,000.
    #[schemars(with = "Option<Vec<PartnerId>>")]
    partner_ids: Option<Vec<String>>,
    /// The partners that match this filter when the job starts. If empty, all partners.
    filter: Option<PartnerFilterParams>,
    /// True to only count the outcomes.
    #[serde(default)]
    dry_run: bool,
}

/// The partners of a bulk job.
pub(crate) enum Target {
    Chosen(Vec<PartnerId>),
    Wanted(PartnerSelector),
}

impl Target {
    /// Returns the partners named by ID.
    pub(crate) fn chosen(&self) -> &[PartnerId] {
        match self {
            Self::Chosen(ids) => ids,
            Self::Wanted(_) => &[],
        }
    }
}

impl Input {
    /// Parses the input as far as no stored data is needed. The last value is true for a dry run.
    pub(crate) fn read(self) -> Result<(BulkAction, Target, bool)> {
        let Self { action, program_id, reason, notify, partner_ids, filter, dry_run } = self;
        let program = |id: Option<String>| -> Result<ProgramId> {
            let missing = || InvalidField::at("programId", Invalid::missing("`programId` is required."));
            let id = id.ok_or_else(missing)?;
            Ok(ProgramId::parse(&id).map_err(|invalid| InvalidField::at("programId", invalid))?)
        };
        let stray = |field: &str, is_there: bool| -> Result<()> {
            let message = format!("`{field}` doesn't apply to this action.");
            if is_there { Err(InvalidField::at(field, Invalid::unsupported(&message)).into()) } else { Ok(()) }
        };
        if action != BulkActionKind::Revoke {
            stray("reason", reason.is_some())?;
            stray("notify", notify.is_some())?;
        }
        if !matches!(action, BulkActionKind::Grant | BulkActionKind::Ungrant) {
            stray("programId", program_id.is_some())?;
        }
        let action = match action {
            BulkActionKind::Resend => BulkAction::Resend,
            BulkActionKind::Grant => BulkAction::Grant { program: program(program_id)? },
            BulkActionKind::Ungrant => BulkAction::Ungrant { program: program(program_id)? },
            BulkActionKind::Revoke => {
                let reason = Reason::of(reason).map_err(|invalid| InvalidField::at("reason", invalid))?;
                BulkAction::Revoke { reason, notify: notify.unwrap_or(true) }
            }
            BulkActionKind::Reinstate => BulkAction::Reinstate,
        };
        let target = match (partner_ids, filter) {
            (Some(ids), None) => Target::Chosen(chosen(&ids)?),
            (None, Some(words)) => Target::Wanted(words.read()?),
            (None, None) | (Some(_), Some(_)) => {
                let message = "Select partners with either `partnerIds` or `filter`, which takes the parameters of the partner list.";
                return Err(InvalidField::at("partnerIds", Invalid::missing(message)).into());
            }
        };
        Ok((action, target, dry_run))
    }
}

/// Parses the IDs and removes duplicates, keeping their order.
fn chosen(ids: &[String]) -> Result<Vec<PartnerId>> {
    if ids.is_empty() || ids.len() > CHOSEN_MAX {
        let message = "Send 1 to 1,000 `partnerIds`, or select partners with `filter`.";
        return Err(InvalidField::at("partnerIds", Invalid::unsupported(message)).into());
    }
    let mut seen = BTreeSet::new();
    let ids = ids.iter().enumerate().map(|(place, id)| {
        PartnerId::parse(id).map_err(|invalid| InvalidField::at(&format!("partnerIds[{place}]"), invalid))
    });
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    Ok(ids.into_iter().filter(|id| seen.insert(id.clone())).collect())
}
