//! Lists of partners as people have them: any common CSV file, read row by row as its bytes arrive.
//!
//! [`Reader`] detects the encoding, the delimiter and the columns without asking the user. It holds one row in memory,
//! never the file. It does no I/O and doesn't validate cells: the caller decides whether an email address or a name is
//! valid.
//!
//! Bytes pass through `intake` (kind of file, UTF-16), `head` (delimiter, header), `splitter` (end of a row), `cells`
//! and `row`. `outcome` writes the import's report, which can be imported again.

mod column_aliases;
mod columns;
mod decoder;
mod encoding;
mod error;
mod file_type;
mod header;
mod record;
mod report;
mod row;
mod splitter;
#[cfg(test)]
mod tests;

pub use self::{
    columns::Columns,
    error::CsvError,
    report::{OUTCOME_COLUMNS, result_header, result_row},
    row::Row,
};
use self::{
    decoder::InputBuffer,
    header::{Head, Look},
    row::Line,
    splitter::{RecordSplitter, Split},
};

/// The largest number of columns that a file may have.
pub const COLUMNS_MAX: usize = 500;

/// The longest row, in bytes of UTF-8. If a quote is open for longer, it was never meant to be one.
pub const ROW_BYTES_MAX: usize = 64 * 1024;

/// A reader of a CSV file whose bytes are pushed to it.
///
/// Take all rows after each push: pushed bytes stay in memory until they are read.
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
    intake: InputBuffer,
    stage: Stage,
    line: Line,
    /// The number of rows read, including blank ones and the header.
    rows: u64,
    /// The first error, which every later call returns again.
    refused: Option<CsvError>,
}

enum Stage {
    Head(Head),
    Rows(RecordSplitter, Columns),
}

impl Reader {
    /// Creates a reader of one file.
    #[must_use]
    pub fn new() -> Self {
        Self {
            intake: InputBuffer::new(),
            stage: Stage::Head(Head::new()),
            line: Line::default(),
            rows: 0,
            refused: None,
        }
    }

    /// Takes the next bytes of the file, divided anywhere. Ignores bytes after [`Self::end`].
    ///
    /// # Errors
    /// Fails if the file is of another kind.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), CsvError> {
        self.unless_refused(|reader| reader.intake.push(bytes))
    }

    /// Ends the file, so that its last rows can be read.
    ///
    /// # Errors
    /// Fails if the file is empty or of another kind.
    pub fn end(&mut self) -> Result<(), CsvError> {
        self.unless_refused(|reader| reader.intake.end())
    }

    /// Returns the next complete row; `None` if more bytes are needed, or at the end.
    ///
    /// # Errors
    /// Fails if the file has no column of email addresses, nothing but blanks, or a row longer than [`ROW_BYTES_MAX`].
    #[expect(clippy::should_implement_trait, reason = "the row is lent, which no `Iterator` can")]
    pub fn next(&mut self) -> Result<Option<Row<'_>>, CsvError> {
        let found = self.unless_refused(Self::read)?;
        match &self.stage {
            Stage::Rows(_, columns) if found => Ok(Some(Row::new(self.rows, &self.line, columns))),
            Stage::Head(_) | Stage::Rows(..) => Ok(None),
        }
    }

    /// Returns the columns; `None` before the first row was read.
    #[must_use]
    pub const fn columns(&self) -> Option<&Columns> {
        match &self.stage {
            Stage::Head(_) => None,
            Stage::Rows(_, columns) => Some(columns),
        }
    }

    fn unless_refused<T>(&mut self, step: impl FnOnce(&mut Self) -> Result<T, CsvError>) -> Result<T, CsvError> {
        if let Some(refused) = &self.refused {
            return Err(refused.clone());
        }
        step(self).inspect_err(|error| self.refused = Some(error.clone()))
    }

    /// Reads up to the next row that isn't blank; `false` if more bytes are needed, or at the end.
    fn read(&mut self) -> Result<bool, CsvError> {
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
                    Split::TooLong => return Err(CsvError::RowTooLong { row: number }),
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
