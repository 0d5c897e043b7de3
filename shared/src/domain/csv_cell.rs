//! Cells of CSV files: text from strangers that must stay text when the file is opened in a spreadsheet.
//!
//! Spreadsheets run text that begins like a formula, quoted or not. Such text gets a leading apostrophe, which they
//! read as *this is text*, and [`bare`] removes exactly that apostrophe.

use std::borrow::Cow;

/// First characters of a formula, including the full-width forms that Excel treats alike.
const BEGINNINGS: [char; 9] = ['=', '+', '-', '@', '\t', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Characters at which a cell may be split: many spreadsheets split at semicolons, whatever the file's separator. Then
/// a quote in the middle of a cell has no meaning, and a line break ends the row.
const CUTS: [char; 3] = [';', '\r', '\n'];

/// Returns the text as a cell that no spreadsheet runs, with an apostrophe before every part that would begin a
/// formula.
///
/// A part that already has apostrophes before such a character gets one more, so that removing one restores the
/// original text. `'t Hooft` is no formula and stays as it is.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if !text.split(CUTS).any(runs) {
        return Cow::Borrowed(text);
    }
    let parts = text.split_inclusive(CUTS).map(|part| if runs(part) { format!("'{part}") } else { part.to_owned() });
    Cow::Owned(parts.collect())
}

/// Returns the text from which [`guarded`] made the cell.
#[must_use]
pub fn bare(cell: &str) -> Cow<'_, str> {
    let guard = |part: &str| part.starts_with('\'') && runs(part);
    if !cell.split(CUTS).any(guard) {
        return Cow::Borrowed(cell);
    }
    let parts = cell.split_inclusive(CUTS);
    Cow::Owned(parts.map(|part| part.strip_prefix('\'').filter(|_| guard(part)).unwrap_or(part)).collect())
}

/// Returns `true` if the part would begin a formula without its leading apostrophes, quotes and white space.
fn runs(part: &str) -> bool {
    let skipped = |char: char| matches!(char, '\'' | '"') || (char.is_whitespace() && !BEGINNINGS.contains(&char));
    part.trim_start_matches(skipped).starts_with(BEGINNINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_run_is_text_and_comes_back_as_it_was() {
        for (text, cell) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-2", "'-2"),
            ("@x", "'@x"),
            ("\t=1", "'\t=1"),
            ("\r\n=1", "\r\n'=1"),
            ("foo\n=1+1\n@x", "foo\n'=1+1\n'@x"),
            ("  =1", "'  =1"),
            ("\"=1", "'\"=1"),
            ("＝1", "'＝1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠1", "'＠1"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("Bob;=1", "Bob;'=1"),
            ("Bob; +1;x;\"-1", "Bob;' +1;x;'\"-1"),
        ] {
            assert_eq!(guarded(text), cell);
            assert_eq!(bare(cell), text);
        }
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        for text in ["", "Maria", "'t Hooft", "O'Neil-Lopez", "a=b", "x@example.com", "Bob; Co", "''", "₋1", "李, 小龍"]
        {
            assert_eq!(guarded(text), text);
            assert_eq!(bare(text), text);
        }
    }
}
