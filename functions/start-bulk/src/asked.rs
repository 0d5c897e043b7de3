//! What a caller wants done, and to whom.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use shared::{
    InvalidField, Result,
    domain::{BulkAction, BulkWord, CHOSEN_MAX, Invalid, PartnerId, PartnersWanted, ProgramId, Reason},
    web::PartnerWords,
};

/// What is done, and to whom: either `partnerIds` or `filter`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    /// What is done to each of them.
    action: BulkWord,
    /// Which program, for `grant` and `ungrant`.
    #[schemars(with = "Option<ProgramId>")]
    program_id: Option<String>,
    /// Why, for `revoke`. It goes into the mail.
    #[schemars(with = "Option<Reason>")]
    reason: Option<String>,
    /// Whether they are told by mail, for `revoke`. Left out: yes.
    notify: Option<bool>,
    /// Those to whom it is done, at most 1,000.
    #[schemars(with = "Option<Vec<PartnerId>>")]
    partner_ids: Option<Vec<String>>,
    /// To everybody whom these words of the list choose when it begins. Empty: to all.
    filter: Option<PartnerWords>,
    /// Whether it only counts what would come of them.
    #[serde(default)]
    dry_run: bool,
}

/// To whom.
pub(crate) enum Whom {
    Chosen(Vec<PartnerId>),
    Wanted(PartnersWanted),
}

impl Whom {
    /// Those who were named.
    pub(crate) fn chosen(&self) -> &[PartnerId] {
        match self {
            Self::Chosen(ids) => ids,
            Self::Wanted(_) => &[],
        }
    }
}

impl Input {
    /// Reads it, as far as nothing has to be known for that; and whether it only counts.
    pub(crate) fn read(self) -> Result<(BulkAction, Whom, bool)> {
        let Self { action, program_id, reason, notify, partner_ids, filter, dry_run } = self;
        let program = |id: Option<String>| -> Result<ProgramId> {
            let missing = || InvalidField::at("programId", Invalid::missing("Say which program: `programId`."));
            let id = id.ok_or_else(missing)?;
            Ok(ProgramId::parse(&id).map_err(|invalid| InvalidField::at("programId", invalid))?)
        };
        let stray = |field: &str, is_there: bool| -> Result<()> {
            let message = format!("`{field}` is of no use for this action.");
            if is_there { Err(InvalidField::at(field, Invalid::unsupported(&message)).into()) } else { Ok(()) }
        };
        if action != BulkWord::Revoke {
            stray("reason", reason.is_some())?;
            stray("notify", notify.is_some())?;
        }
        if !matches!(action, BulkWord::Grant | BulkWord::Ungrant) {
            stray("programId", program_id.is_some())?;
        }
        let action = match action {
            BulkWord::Resend => BulkAction::Resend,
            BulkWord::Grant => BulkAction::Grant { program: program(program_id)? },
            BulkWord::Ungrant => BulkAction::Ungrant { program: program(program_id)? },
            BulkWord::Revoke => {
                let reason = Reason::of(reason).map_err(|invalid| InvalidField::at("reason", invalid))?;
                BulkAction::Revoke { reason, notify: notify.unwrap_or(true) }
            }
            BulkWord::Reinstate => BulkAction::Reinstate,
        };
        let whom = match (partner_ids, filter) {
            (Some(ids), None) => Whom::Chosen(chosen(&ids)?),
            (None, Some(words)) => Whom::Wanted(words.read()?),
            (None, None) | (Some(_), Some(_)) => {
                let message = "Say to whom: either `partnerIds`, or `filter` with the words of the list.";
                return Err(InvalidField::at("partnerIds", Invalid::missing(message)).into());
            }
        };
        Ok((action, whom, dry_run))
    }
}

/// Each once, in the order in which they were named.
fn chosen(ids: &[String]) -> Result<Vec<PartnerId>> {
    if ids.is_empty() || ids.len() > CHOSEN_MAX {
        let message = "Name 1 to 1,000 partners, or choose them by `filter`.";
        return Err(InvalidField::at("partnerIds", Invalid::unsupported(message)).into());
    }
    let mut seen = BTreeSet::new();
    let ids = ids.iter().enumerate().map(|(place, id)| {
        PartnerId::parse(id).map_err(|invalid| InvalidField::at(&format!("partnerIds[{place}]"), invalid))
    });
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    Ok(ids.into_iter().filter(|id| seen.insert(id.clone())).collect())
}
