//! Cells of spreadsheets: text of strangers that must stay text when somebody opens the file.
//!
//! Spreadsheets run what begins like a formula, quoted or not. Such text gets an apostrophe in front, which they take
//! for *this is text*, and [`bare`] takes exactly that apostrophe away again.

use std::borrow::Cow;

/// What a formula begins with, also in the wide forms that Excel takes for the same.
const BEGINNINGS: [char; 9] = ['=', '+', '-', '@', '\t', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// Where a cell may be cut in two: half of the world's spreadsheets part cells by semicolons, whatever the file does, and
/// then a quote in the middle of a cell means nothing, and a line break ends the row.
const CUTS: [char; 3] = [';', '\r', '\n'];

/// The text as a cell that no spreadsheet runs: an apostrophe before every part of it that would begin a formula.
///
/// What already begins with apostrophes before such a beginning gets one more, so that taking one away gives back what
/// was there. `'t Hooft` is nobody's formula and stays as it is.
#[must_use]
pub fn guarded(text: &str) -> Cow<'_, str> {
    if !text.split(CUTS).any(runs) {
        return Cow::Borrowed(text);
    }
    let parts = text.split_inclusive(CUTS).map(|part| if runs(part) { format!("'{part}") } else { part.to_owned() });
    Cow::Owned(parts.collect())
}

/// The text that [`guarded`] made a cell of.
#[must_use]
pub fn bare(cell: &str) -> Cow<'_, str> {
    let guard = |part: &str| part.starts_with('\'') && runs(part);
    if !cell.split(CUTS).any(guard) {
        return Cow::Borrowed(cell);
    }
    let parts = cell.split_inclusive(CUTS);
    Cow::Owned(parts.map(|part| part.strip_prefix('\'').filter(|_| guard(part)).unwrap_or(part)).collect())
}

/// Whether this would begin a formula once what guards, quotes or indents it is gone.
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
