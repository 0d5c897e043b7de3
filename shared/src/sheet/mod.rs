//! Lists of partners as people have them: any usual CSV, read row by row as its bytes come.
//!
//! [`Reader`] finds out the encoding, the delimiter and the columns; nobody is asked. It holds one row, never the file.
//! It does no I/O, and decides about no cell: whether an address or a name is good is the caller's business.
//!
//! Bytes go through `intake` (what kind of file, UTF-16), `head` (delimiter, header), `splitter` (where a row ends),
//! `cells` and `row`. `outcome` is the file that we give back, which can be imported again.

mod aliases;
mod cells;
mod columns;
mod encoding;
mod head;
mod intake;
mod kind;
mod not_a_sheet;
mod outcome;
mod row;
mod splitter;
#[cfg(test)]
mod tests;

pub use self::{
    columns::Columns,
    not_a_sheet::NotASheet,
    outcome::{OUTCOME_COLUMNS, result_header, result_row},
    row::Row,
};
use self::{
    head::{Head, Look},
    intake::Intake,
    row::Line,
    splitter::{Split, Splitter},
};

/// How many columns a file may have.
pub const COLUMNS_MAX: usize = 500;

/// The longest row, in bytes of UTF-8. A quote that is open for longer was never meant to be one.
pub const ROW_BYTES_MAX: usize = 64 * 1024;

/// Reads a file that is pushed to it.
///
/// Take all rows after each push: what is pushed is kept until it was read.
///
/// ```ignore
/// while let Some(chunk) = stream.next() {
///     reader.push(&chunk)?;
///     while let Some(row) = reader.next()? { .. }
/// }
/// reader.end()?;
/// while let Some(row) = reader.next()? { .. }
/// ```
pub struct Reader {
    intake: Intake,
    stage: Stage,
    line: Line,
    /// How many rows were read, blank ones and the header too.
    rows: u64,
    /// What is wrong with the file stays wrong.
    refused: Option<NotASheet>,
}

enum Stage {
    Head(Head),
    Rows(Splitter, Columns),
}

impl Reader {
    /// A reader of one file.
    #[must_use]
    pub fn new() -> Self {
        Self { intake: Intake::new(), stage: Stage::Head(Head::new()), line: Line::default(), rows: 0, refused: None }
    }

    /// The next bytes of the file, cut anywhere. Nothing comes after [`Self::end`].
    ///
    /// # Errors
    /// The file is of another kind.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), NotASheet> {
        self.unless_refused(|reader| reader.intake.push(bytes))
    }

    /// The file has no more bytes; its last rows can be read now.
    ///
    /// # Errors
    /// The file is empty or of another kind.
    pub fn end(&mut self) -> Result<(), NotASheet> {
        self.unless_refused(|reader| reader.intake.end())
    }

    /// The next whole row; `None` if it takes more bytes, or at the end.
    ///
    /// # Errors
    /// The file has no column of addresses, nothing but blanks, or a row beyond [`ROW_BYTES_MAX`].
    #[expect(clippy::should_implement_trait, reason = "the row is lent, which no `Iterator` can")]
    pub fn next(&mut self) -> Result<Option<Row<'_>>, NotASheet> {
        let found = self.unless_refused(Self::read)?;
        match &self.stage {
            Stage::Rows(_, columns) if found => Ok(Some(Row::new(self.rows, &self.line, columns))),
            Stage::Head(_) | Stage::Rows(..) => Ok(None),
        }
    }

    /// The columns; `None` before the first row was read.
    #[must_use]
    pub const fn columns(&self) -> Option<&Columns> {
        match &self.stage {
            Stage::Head(_) => None,
            Stage::Rows(_, columns) => Some(columns),
        }
    }

    fn unless_refused<T>(&mut self, step: impl FnOnce(&mut Self) -> Result<T, NotASheet>) -> Result<T, NotASheet> {
        if let Some(refused) = &self.refused {
            return Err(refused.clone());
        }
        step(self).inspect_err(|error| self.refused = Some(error.clone()))
    }

    /// Reads on to a row that isn't blank; `false` if it takes more bytes, or at the end.
    fn read(&mut self) -> Result<bool, NotASheet> {
        loop {
            let (rest, ended, number) = (self.intake.rest(), self.intake.ended(), self.rows + 1);
            match &mut self.stage {
                Stage::Head(head) => match head.look(rest, ended, number)? {
                    Look::More => return Ok(false),
                    Look::Pass(bytes) => {
                        self.intake.take(bytes);
                        self.rows = number;
                    }
                    Look::Found { columns, splitter, header } => {
                        self.intake.take(header);
                        self.rows += u64::from(columns.has_header());
                        self.stage = Stage::Rows(splitter, columns);
                    }
                },
                Stage::Rows(splitter, columns) => match splitter.split(rest, ended) {
                    Split::More | Split::Done => return Ok(false),
                    Split::TooLong => return Err(NotASheet::RowTooLong { row: number }),
                    Split::Record(extent) => {
                        let record = rest.get(..extent.len).unwrap_or_default();
                        self.line.read(record, splitter.delimiter(), extent.quoting, columns);
                        self.intake.take(extent.next);
                        self.rows = number;
                        if !self.line.is_blank() {
                            return Ok(true);
                        }
                    }
                },
            }
        }
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}
