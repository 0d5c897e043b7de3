//! The reasons why a file can't be imported at all.

use std::{error::Error, fmt};

use super::{
    COLUMNS_MAX,
    file_type::{EXCEL, NOT_TEXT},
};

/// The number of column names that an error repeats.
const NAMES_MAX: usize = 20;
/// The number of characters of each that an error repeats.
const NAME_CHARS_MAX: usize = 60;

/// A problem with the whole file; `Display` explains it to the person who chose the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CsvError {
    /// The file contains nothing but blanks.
    Empty,
    /// The file is of another kind.
    Other {
        /// The kind, worded to follow "This is": "a PDF".
        what: &'static str,
    },
    /// The header has no column of email addresses, or there are several columns without a header.
    NoEmailColumn {
        /// The first column names, shortened and without control characters.
        saw: Vec<String>,
    },
    /// There are more than [`COLUMNS_MAX`](super::COLUMNS_MAX) columns. Each row of the report repeats them all.
    TooManyColumns {
        /// The number of columns.
        columns: usize,
    },
    /// A row has more than [`ROW_BYTES_MAX`](super::ROW_BYTES_MAX) bytes without a line break.
    RowTooLong {
        /// The number of the row as a spreadsheet shows it.
        row: u64,
    },
}

impl CsvError {
    /// Returns the error code for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::Other { .. } => "not_a_csv",
            Self::NoEmailColumn { .. } => "no_email_column",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::RowTooLong { .. } => "row_too_long",
        }
    }

    /// Creates the error with as much of the column names as fits in a sentence.
    pub(super) fn no_email_column<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let readable = |name: &str| {
            let plain: String = name.chars().filter(|char| !char.is_control() && *char != '\u{feff}').collect();
            plain.trim().chars().take(NAME_CHARS_MAX).collect::<String>()
        };
        Self::NoEmailColumn { saw: names.map(readable).filter(|name| !name.is_empty()).take(NAMES_MAX).collect() }
    }
}

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("This file is empty. Upload a CSV with a column \"email\"."),
            Self::Other { what } if *what == EXCEL => write!(
                f,
                "This is {what}, not a CSV. In Excel, choose File → Save as → CSV UTF-8 and import that file."
            ),
            Self::Other { what } if *what == NOT_TEXT => {
                write!(f, "This is {what}, so it can't be a CSV. Export your list as CSV and import that file.")
            }
            Self::Other { what } => {
                write!(f, "This is {what}, not a CSV. Export your list as CSV and import that file.")
            }
            Self::TooManyColumns { columns } => {
                write!(f, "The file has {columns} columns; the limit is {COLUMNS_MAX}. Remove those you don't need.")
            }
            Self::NoEmailColumn { saw } => {
                write!(
                    f,
                    "No column of email addresses was found among: {}. Name it \"email\" in the first row.",
                    saw.join(", ")
                )
            }
            Self::RowTooLong { row } => {
                write!(f, "Row {row} is longer than 64 KB. Upload a CSV with one partner per line.")
            }
        }
    }
}

impl Error for CsvError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_was_found_and_what_to_do() {
        let saw = vec!["Vorname".to_owned(), "Nachname".to_owned()];
        for (error, code, sentence) in [
            (CsvError::Empty, "empty_file", "This file is empty. Upload a CSV with a column \"email\"."),
            (
                CsvError::Other { what: EXCEL },
                "not_a_csv",
                "This is an Excel workbook, not a CSV. In Excel, choose File → Save as → CSV UTF-8 and import that file.",
            ),
            (
                CsvError::Other { what: "a PDF" },
                "not_a_csv",
                "This is a PDF, not a CSV. Export your list as CSV and import that file.",
            ),
            (
                CsvError::Other { what: NOT_TEXT },
                "not_a_csv",
                "This is not text, so it can't be a CSV. Export your list as CSV and import that file.",
            ),
            (
                CsvError::NoEmailColumn { saw },
                "no_email_column",
                "No column of email addresses was found among: Vorname, Nachname. Name it \"email\" in the first row.",
            ),
            (
                CsvError::RowTooLong { row: 17 },
                "row_too_long",
                "Row 17 is longer than 64 KB. Upload a CSV with one partner per line.",
            ),
        ] {
            assert_eq!((error.code(), error.to_string().as_str()), (code, sentence));
        }
    }

    #[test]
    fn names_of_columns_are_repeated_only_as_far_as_one_reads() {
        let names = ["a\r\nb\u{1b}[1m", "  ", "\u{feff}c "].into_iter();
        let long = "ä".repeat(61);
        let many = std::iter::repeat_n(long.as_str(), 30);
        let CsvError::NoEmailColumn { saw } = CsvError::no_email_column(names.chain(many)) else { panic!() };
        assert_eq!(saw.len(), 20);
        assert_eq!(saw[..3], ["ab[1m".to_owned(), "c".to_owned(), "ä".repeat(60)]);
    }
}
