//! One row of a file, borrowed until the next one is read.

use std::{borrow::Cow, fmt};

use super::{Columns, OUTCOME_COLUMNS, record::Cells};
use crate::domain::bare;

/// The cells of the row that was read last, reused for the next.
#[derive(Default)]
pub(super) struct Line {
    raw: Cells,
    original: Cells,
    outcomes: Cells,
}

impl Line {
    /// Reads a record. In a report, unescapes the cells and separates our own from them.
    pub(super) fn read(&mut self, record: &[u8], delimiter: u8, quoting: bool, columns: &Columns) {
        if !columns.has_outcomes() {
            self.original.read(record, delimiter, quoting);
            return;
        }
        self.raw.read(record, delimiter, quoting);
        self.original.clear();
        self.outcomes.clear();
        let ours = columns.original().len()..columns.original().len() + OUTCOME_COLUMNS.len();
        for (at, cell) in self.raw.iter().enumerate() {
            let cells = if ours.contains(&at) { &mut self.outcomes } else { &mut self.original };
            cells.push(&bare(cell));
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.original.is_blank()
    }
}

/// One row that isn't blank.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    number: u64,
    line: &'a Line,
    columns: &'a Columns,
}

impl<'a> Row<'a> {
    pub(super) const fn new(number: u64, line: &'a Line, columns: &'a Columns) -> Self {
        Self { number, line, columns }
    }

    /// Returns its number as a spreadsheet shows it: counted from 1, including the header and blank rows. A row with
    /// line breaks in its cells counts once.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Returns the columns of its file.
    #[must_use]
    pub const fn columns(&self) -> &'a Columns {
        self.columns
    }

    /// Returns its number in the file on which a report is based; its own number if this file isn't a report.
    #[must_use]
    pub fn earlier_number(&self) -> u64 {
        let earlier = self.line.outcomes.iter().next().and_then(|cell| cell.trim().parse().ok());
        earlier.unwrap_or(self.number)
    }

    /// Returns all its cells as in the file, possibly fewer or more than the header has, without our own columns.
    pub fn cells(&self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.line.original.iter()
    }

    /// Returns the email address as written, valid or not; empty without one.
    #[must_use]
    pub fn email(&self) -> &'a str {
        self.text(Some(self.columns.email))
    }

    /// Returns the name, or first, middle and last name separated by blanks; empty without any. Keeps line breaks
    /// inside of names.
    #[must_use]
    pub fn name(&self) -> Cow<'a, str> {
        let name = self.text(self.columns.name);
        if !name.is_empty() {
            return Cow::Borrowed(name);
        }
        let mut parts = self.columns.name_parts.iter().map(|at| self.text(*at)).filter(|part| !part.is_empty());
        let first = parts.next().unwrap_or_default();
        parts.fold(Cow::Borrowed(first), |name, part| Cow::Owned(format!("{name} {part}")))
    }

    /// Returns the text of the programs column; empty without one.
    #[must_use]
    pub fn programs(&self) -> &'a str {
        self.text(self.columns.programs)
    }

    /// Returns the outcome of this row in an earlier import, if this file is its report.
    #[must_use]
    pub fn earlier_outcome(&self) -> Option<&'a str> {
        let at = self.columns.has_outcomes().then_some(1)?;
        self.line.outcomes.get(at).map(str::trim).filter(|outcome| !outcome.is_empty())
    }

    fn text(&self, at: Option<usize>) -> &'a str {
        at.and_then(|at| self.line.original.get(at)).unwrap_or_default().trim()
    }
}

/// Shows only the number, as everything else is personal data.
impl fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row").field("number", &self.number).finish_non_exhaustive()
    }
}
