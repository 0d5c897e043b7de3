//! Imports of many rows by somebody who has not signed in for a while.
//!
//! How many rows a file has is known only once it was read. A file that surely or most likely has more than may be is
//! refused here, before it travels; of any other the import keeps the limit, and fails before its first row goes out.

use shared::{
    Error, Result,
    domain::{ImportOptions, ROWS_UNPROVEN},
    web::Caller,
};

use crate::input::What;

/// Files of as many rows as may be are smaller, unless their rows are very long.
const BYTES_UNPROVEN: u64 = 100 * 1024;

/// How many rows the import may have, if there is a limit. Who looks only, by a dry run, needs to prove nothing.
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

/// At least as many rows as a file has below its head: its line breaks, also those inside quotes.
fn rows_in(file: &[u8]) -> u64 {
    let next = file.iter().skip(1).chain([&b'\n']);
    file.iter()
        .zip(next)
        .filter(|(byte, next)| **byte == b'\n' || (**byte == b'\r' && **next != b'\n'))
        .map(|_| 1)
        .sum()
}
