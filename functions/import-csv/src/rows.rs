//! Converts a row of the file to a task: a person to invite, or an outcome that the file alone determines.

use std::collections::HashMap;

use shared::{
    csv::Row,
    domain::{EmailAddress, ImportPlan, Name, Program, RowError, RowOutcome, shown_of_file},
    jobs::{RowJob, RowTask},
};

use crate::duplicates::Seen;

/// The names under which rows may refer to the brand's active programs.
pub(crate) struct Programs {
    /// Position in the plan by ID and by name, in lower case; `None` if several programs have that name.
    by_name: HashMap<String, Option<u8>>,
}

impl Programs {
    /// Creates the lookup for the programs of a plan, by their current names.
    pub(crate) fn new(plan: &ImportPlan, programs: &[Program]) -> Self {
        let mut by_name: HashMap<String, Option<u8>> = HashMap::new();
        for (place, id) in plan.open.iter().enumerate() {
            let Ok(place) = u8::try_from(place) else { continue };
            by_name.insert(id.to_string().to_lowercase(), Some(place));
            if let Some(program) = programs.iter().find(|program| program.id == *id) {
                let named = by_name.entry(program.name.as_str().to_lowercase());
                named.and_modify(|place| *place = None).or_insert(Some(place));
            }
        }
        Self { by_name }
    }

    /// Returns the positions of the programs in a cell, or the message about the first unknown or ambiguous name.
    fn named(&self, cell: &str) -> Result<Vec<u8>, String> {
        let mut places = Vec::new();
        for name in cell.split('|').map(str::trim).filter(|name| !name.is_empty()) {
            let folded = name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
            let shown = shown_of_file(name).unwrap_or_default();
            match self.by_name.get(&folded) {
                Some(Some(place)) => places.push(*place),
                Some(None) => return Err(format!("Several programs are named “{shown}”. Use the program's ID.")),
                None => return Err(format!("No active program named “{shown}”.")),
            }
        }
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }
}

/// Returns the task for a row.
pub(crate) fn work(row: &Row<'_>, retries: bool, programs: &Programs, seen: &mut Seen) -> RowJob {
    // A retry identifies the rows by their numbers in the first file.
    let number = if retries { row.earlier_number() } else { row.number() };
    let what = match person(row, programs) {
        Ok((email, name, programs)) => match seen.before(email.as_str(), number) {
            None => RowTask::Bring { email, name, programs },
            Some(first) => {
                let detail = Some(format!("Duplicate of row {first}."));
                let (outcome, email) = (RowOutcome::DuplicateInFile, email.to_string());
                RowTask::Decided(RowError { row: number, outcome, email, detail })
            }
        },
        Err((outcome, detail)) => {
            let email = shown_of_file(row.email()).unwrap_or_default();
            RowTask::Decided(RowError { row: number, outcome, email, detail })
        }
    };
    RowJob { number, what }
}

type Person = (EmailAddress, Name, Vec<u8>);

fn person(row: &Row<'_>, programs: &Programs) -> Result<Person, (RowOutcome, Option<String>)> {
    let text = row.email();
    let email = EmailAddress::parse(text).map_err(|_invalid| {
        let missing = text.is_empty().then(|| "Email is missing.".to_owned());
        (RowOutcome::InvalidEmail, missing)
    })?;
    let given = row.name();
    // Without a name, the part of the email address before the @ is used.
    let name = if given.is_empty() { email.as_str().split('@').next().unwrap_or_default() } else { given.as_ref() };
    let name = Name::parse(name).map_err(|invalid| (RowOutcome::InvalidName, Some(invalid.message)))?;
    let programs = programs.named(row.programs()).map_err(|why| (RowOutcome::UnknownProgram, Some(why)))?;
    Ok((email, name, programs))
}
