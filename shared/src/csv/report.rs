//! The report of an import: the original columns, then three of ours.
//!
//! Our columns come right after the header's last column in every row. Shorter rows are padded with empty cells; the
//! surplus cells of longer ones come after ours, so that every cell is in its original order when the report is
//! imported.

use super::{Columns, Row};

/// The names of our columns. A file whose header ends with them is a report.
pub const OUTCOME_COLUMNS: [&str; 3] = ["import_row", "import_outcome", "import_message"];

/// Returns the header of the report. Its cells aren't escaped against formulas yet.
#[must_use]
pub fn result_header(columns: &Columns) -> Vec<String> {
    columns.original().iter().cloned().chain(OUTCOME_COLUMNS.map(str::to_owned)).collect()
}

/// Returns one row of the report. Its cells aren't escaped against formulas yet.
#[must_use]
pub fn result_row(
    columns: &Columns,
    row: &Row<'_>,
    row_number_text: &str,
    outcome: &str,
    message: &str,
) -> Vec<String> {
    let width = columns.original().len();
    let own = row.cells().chain(std::iter::repeat("")).take(width);
    let surplus = row.cells().skip(width);
    own.chain([row_number_text, outcome, message]).chain(surplus).map(str::to_owned).collect()
}
