//! Limits imports that are started without a recent sign-in.
//!
//! The number of rows is known only after the file is read. A file that certainly or probably has too many rows
//! is rejected here, before it is uploaded. For any other file, the import stores the limit, and fails before
//! its first row is dispatched.

use shared::{
    Error, Result,
    domain::{ImportOptions, ROWS_UNPROVEN},
    web::Caller,
};

use crate::input::What;

/// Files with the maximum number of rows are smaller than this, unless their rows are very long.
const BYTES_UNPROVEN: u64 = 100 * 1024;

/// Returns the maximum number of rows, if there is a limit. A dry run needs no recent sign-in.
pub(crate) fn rows_most(caller: &Caller, what: &What, options: &ImportOptions) -> Result<Option<u64>> {
    if caller.is_proven() || options.dry_run {
        return Ok(None);
    }
    let too_many = match what {
        What::Sent(file) => rows_in(file) > ROWS_UNPROVEN,
        What::Upload(bytes) => *bytes > BYTES_UNPROVEN,
        What::There(_, rows) => rows.is_some_and(|rows| rows > ROWS_UNPROVEN),
    };
    if too_many { Err(Error::SignInAgain) } else { Ok(Some(ROWS_UNPROVEN)) }
}

/// Counts the line breaks, including those inside quotes: at least as many as the file has rows below its header.
fn rows_in(file: &[u8]) -> u64 {
    let next = file.iter().skip(1).chain([&b'\n']);
    file.iter()
        .zip(next)
        .filter(|(byte, next)| **byte == b'\n' || (**byte == b'\r' && **next != b'\n'))
        .map(|_| 1)
        .sum()
}
