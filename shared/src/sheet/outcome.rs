//! The file that an import gives back: the original columns, then three of ours.
//!
//! Ours stand right behind the header's last column in every row. Shorter rows are filled up with empty cells; the
//! surplus cells of longer ones come behind ours, so that reading the file back finds every cell in its order.

use super::{Columns, Row};

/// The names of our columns. A file whose header ends with them is one that we gave back.
pub const OUTCOME_COLUMNS: [&str; 3] = ["import_row", "import_outcome", "import_message"];

/// The header of the file to give back. Its cells aren't guarded yet.
#[must_use]
pub fn result_header(columns: &Columns) -> Vec<String> {
    columns.original().iter().cloned().chain(OUTCOME_COLUMNS.map(str::to_owned)).collect()
}

/// One row of the file to give back. Its cells aren't guarded yet.
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
