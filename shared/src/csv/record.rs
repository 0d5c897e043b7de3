//! The cells of one record, in memory that is reused for the next.

use std::borrow::Cow;

use super::encoding::windows_1252;

/// The texts of the cells, one after the other.
#[derive(Default)]
pub(super) struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    /// Splits a record into its cells (RFC 4180): a quote inside an unquoted cell is text, and so is anything after a
    /// closing quote. Without `quoting`, all quotes are text.
    pub(super) fn read(&mut self, record: &[u8], delimiter: u8, quoting: bool) {
        self.clear();
        let record = decoded(record);
        let mut rest = Some(record.as_ref());
        while let Some(record) = rest {
            rest = self.read_cell(record, char::from(delimiter), quoting);
        }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(super) fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..*self.ends.get(index)?)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        (0..self.ends.len()).filter_map(|index| self.get(index))
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim_start().is_empty()
    }

    /// Reads the first cell, and returns the rest after its delimiter.
    fn read_cell<'r>(&mut self, record: &'r str, delimiter: char, quoting: bool) -> Option<&'r str> {
        let unquoted = match record.strip_prefix('"').filter(|_| quoting) {
            Some(inside) => self.read_quoted(inside),
            None => record,
        };
        let (cell, rest) = match unquoted.split_once(delimiter) {
            Some((cell, rest)) => (cell, Some(rest)),
            None => (unquoted, None),
        };
        self.push(cell);
        rest
    }

    /// Reads a quoted text, and returns the rest after the closing quote.
    fn read_quoted<'r>(&mut self, mut inside: &'r str) -> &'r str {
        while let Some((part, after)) = inside.split_once('"') {
            self.text.push_str(part);
            match after.strip_prefix('"') {
                Some(more) => {
                    self.text.push('"');
                    inside = more;
                }
                None => return after,
            }
        }
        self.text.push_str(inside);
        ""
    }
}

/// Decodes a record. Each one is decoded by itself, so one broken row leaves all others readable.
fn decoded(record: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(record) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => windows_1252(record),
    }
}
