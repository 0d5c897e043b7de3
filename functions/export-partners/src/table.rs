//! The lines of the file: RFC 4180 in UTF-8, with the byte order mark by which Excel recognizes UTF-8.

use std::collections::BTreeMap;

use csv::{Terminator, WriterBuilder};
use shared::{
    Error, Result,
    domain::{Partner, Program, ProgramId, guarded},
    web::Time,
};

const MARK: &[u8] = "\u{feff}".as_bytes();

const COLUMNS: [&str; 12] = [
    "id",
    "name",
    "email",
    "state",
    "programs",
    "grant_sources",
    "last_mail",
    "last_mail_at",
    "invited_at",
    "joined_at",
    "revoked_at",
    "created_at",
];

/// Formats partners as lines, and counts them.
pub(crate) struct Table<'a> {
    programs: BTreeMap<&'a ProgramId, &'a str>,
    rows: u64,
}

impl<'a> Table<'a> {
    /// `programs` are all programs of the brand, including archived ones.
    pub(crate) fn new(programs: &'a [Program]) -> Self {
        Self { programs: programs.iter().map(|program| (&program.id, program.name.as_str())).collect(), rows: 0 }
    }

    /// Continues after this many lines, which an earlier worker wrote.
    pub(crate) fn goes_on_after(&mut self, rows: u64) {
        self.rows = rows;
    }

    /// Returns the number of lines, without the header.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Returns the beginning of the file: the byte order mark and the column names.
    pub(crate) fn head(&self) -> Result<Vec<u8>> {
        Ok([MARK, &lines([COLUMNS.map(str::to_owned)])?].concat())
    }

    /// Returns a line for each partner.
    pub(crate) fn lines(&mut self, partners: &[Partner], now: Time) -> Result<Vec<u8>> {
        self.rows += partners.iter().map(|_| 1).sum::<u64>();
        lines(partners.iter().map(|partner| self.cells(partner, now)))
    }

    fn cells(&self, partner: &Partner, now: Time) -> [String; 12] {
        let programs = partner.grants.keys().map(|id| self.programs.get(id).copied().unwrap_or(id.as_str()));
        let sources = partner.grants.values().map(|grant| grant.source.as_str());
        let mail = partner.mail.as_ref();
        // Expired invitations have a status of their own, because people search for it.
        [
            partner.id.to_string(),
            partner.name.to_string(),
            if partner.erased_at.is_some() { String::new() } else { partner.email.to_string() },
            if partner.has_ended(now) { "expired" } else { partner.state().as_str() }.to_owned(),
            programs.collect::<Vec<_>>().join(" | "),
            sources.collect::<Vec<_>>().join(" | "),
            mail.map(|mail| mail.state.as_str().to_owned()).unwrap_or_default(),
            moment(mail.map(|mail| mail.at)),
            moment(partner.invited_at),
            moment(partner.activated_at),
            moment(partner.revoked_at),
            moment(Some(partner.created_at)),
        ]
    }
}

fn moment(at: Option<Time>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

fn lines(rows: impl IntoIterator<Item = [String; 12]>) -> Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| guarded(cell).into_owned())).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.into_error()))
}
