//! The lines of the report: RFC 4180 in UTF-8, with the byte order mark by which Excel recognizes UTF-8.

use csv::{Terminator, WriterBuilder};
use shared::{
    Error, Result,
    csv::{Columns, Row, result_header, result_row},
    domain::{RowOutcome, guarded},
};

const MARK: &[u8] = "\u{feff}".as_bytes();

/// Number of bytes after which lines are taken out.
const LONG: usize = 256 * 1024;

/// Formats rows as lines, below the column names.
#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<u8>,
    has_head: bool,
}

impl Table {
    /// Adds a row with its outcome.
    pub(crate) fn row(&mut self, row: &Row<'_>, number: u64, outcome: RowOutcome, message: &str) -> Result<()> {
        self.head(row.columns())?;
        self.line(&result_row(row.columns(), row, &number.to_string(), outcome.as_str(), message))
    }

    /// Adds a line to a report that has no file, and thus columns of its own.
    pub(crate) fn plain(&mut self, columns: &[&str], cells: &[String]) -> Result<()> {
        if !self.has_head {
            self.has_head = true;
            self.lines.extend_from_slice(MARK);
            self.line(&columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())?;
        }
        self.line(cells)
    }

    /// Continues below lines that an earlier invocation wrote, which include the column names.
    pub(crate) fn goes_on(&mut self) {
        self.has_head = true;
    }

    /// True if the lines should be taken out.
    pub(crate) fn is_long(&self) -> bool {
        self.lines.len() >= LONG
    }

    /// Takes out the lines so far.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.lines)
    }

    fn head(&mut self, columns: &Columns) -> Result<()> {
        if self.has_head {
            return Ok(());
        }
        self.has_head = true;
        self.lines.extend_from_slice(MARK);
        self.line(&result_header(columns))
    }

    fn line(&mut self, cells: &[String]) -> Result<()> {
        let lines = std::mem::take(&mut self.lines);
        let mut writer = WriterBuilder::new().flexible(true).terminator(Terminator::CRLF).from_writer(lines);
        writer.write_record(cells.iter().map(|cell| guarded(cell).into_owned())).map_err(Error::internal)?;
        self.lines = writer.into_inner().map_err(|error| Error::internal(error.into_error()))?;
        Ok(())
    }
}
