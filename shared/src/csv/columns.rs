//! The columns of a file, and which of them an import uses.

use super::{
    CsvError, OUTCOME_COLUMNS,
    column_aliases::{ALIASES, key},
    record::Cells,
};
use crate::domain::bare;

/// The columns of a file, known once its first row was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Columns {
    original: Vec<String>,
    has_header: bool,
    has_outcomes: bool,
    pub(super) email: usize,
    pub(super) name: Option<usize>,
    /// First, middle and last name, in the order in which they are spoken.
    pub(super) name_parts: [Option<usize>; 3],
    pub(super) programs: Option<usize>,
}

impl Columns {
    /// Returns the column names as in the file, without our own; `["email"]` for a file without a header.
    #[must_use]
    pub fn original(&self) -> &[String] {
        &self.original
    }

    /// True if the first row consists of column names and isn't a partner.
    #[must_use]
    pub const fn has_header(&self) -> bool {
        self.has_header
    }

    /// True if the file is the report of an earlier import, so that its cells are escaped against formulas.
    #[must_use]
    pub const fn has_outcomes(&self) -> bool {
        self.has_outcomes
    }

    /// Finds the columns in a header.
    pub(super) fn read(header: &Cells) -> Result<Self, CsvError> {
        let names = header.iter();
        let (original, has_outcomes) = match without_outcomes(header) {
            Some(original) => (original, true),
            None => (names.clone().map(str::to_owned).collect(), false),
        };
        let keys: Vec<String> = original.iter().map(|name| key(name)).collect();
        let column = |alias: &str| keys.iter().position(|key| key == alias);
        let first_of = |aliases: &[&str]| aliases.iter().find_map(|alias| column(alias));
        let email = first_of(ALIASES.email).ok_or_else(|| CsvError::no_email_column(names))?;
        let last = first_of(ALIASES.last);
        let family = ALIASES
            .family_beside_given
            .iter()
            .find(|(family, given)| last.is_none() && column(family).is_some() && column(given).is_some())
            .map(|(family, _)| *family);
        let whole = |alias: &&&str| family != Some(**alias);
        let name = ALIASES.name.iter().filter(whole).find_map(|alias| column(alias));
        let last = last.or_else(|| column(family?));
        Ok(Self {
            has_header: true,
            has_outcomes,
            email,
            name,
            name_parts: [first_of(ALIASES.first), first_of(ALIASES.middle), last],
            programs: first_of(ALIASES.programs),
            original,
        })
    }

    /// Returns the column of a file that contains nothing but email addresses.
    pub(super) fn addresses() -> Self {
        Self {
            original: vec!["email".to_owned()],
            has_header: false,
            has_outcomes: false,
            email: 0,
            name: None,
            name_parts: [None; 3],
            programs: None,
        }
    }
}

/// Returns the original names if the last ones are ours. Spreadsheets write blank names for surplus cells after them.
fn without_outcomes(header: &Cells) -> Option<Vec<String>> {
    let mut names: Vec<&str> = header.iter().map(str::trim).collect();
    while names.pop_if(|name| name.is_empty()).is_some() {}
    let width = names.strip_suffix(OUTCOME_COLUMNS.as_slice())?.len();
    Some(header.iter().take(width).map(|name| bare(name).into_owned()).collect())
}
