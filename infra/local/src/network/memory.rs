//! The data of the simulated Network: small JSON records in the ledger, each with a brand, a kind and an ID.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

use crate::ledger::Ledger;

pub(super) type Result<T> = rusqlite::Result<T>;

/// The brand of records that concern all brands.
pub(super) const ALL_BRANDS: &str = "";

/// The kind of a record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// The Network's behaviour.
    Settings,
    /// A person known to the Network, by their email address.
    Person,
    /// A partner of the brand, by the product's ID.
    Partner,
    /// An application to an offering.
    Application,
    /// A call of either side.
    Call,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Person => "person",
            Self::Partner => "partner",
            Self::Application => "application",
            Self::Call => "call",
        }
    }
}

/// All records.
pub(super) struct Memory(Ledger);

impl Memory {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self(ledger)
    }

    /// Runs `work`, which only reads.
    pub(super) fn look<T>(&self, brand: &str, work: impl FnOnce(&Notes<'_>) -> Result<T>) -> Result<T> {
        self.0.read(|connection| work(&Notes { connection, brand }))
    }

    /// Runs `work` in a transaction.
    pub(super) fn write<T>(&self, brand: &str, work: impl FnOnce(&Notes<'_>) -> Result<T>) -> Result<T> {
        self.0.transaction(|connection| work(&Notes { connection, brand }))
    }
}

/// The records of one brand.
pub(super) struct Notes<'a> {
    connection: &'a Connection,
    brand: &'a str,
}

impl Notes<'_> {
    /// Returns the records that concern all brands.
    pub(super) fn of_all(&self) -> Notes<'_> {
        Notes { connection: self.connection, brand: ALL_BRANDS }
    }

    pub(super) fn get<T: DeserializeOwned>(&self, kind: Kind, id: &str) -> Result<Option<T>> {
        let sql = "SELECT note FROM network WHERE brand = ? AND kind = ? AND id = ?";
        let text = self.connection.query_row(sql, [self.brand, kind.as_str(), id], |row| row.get::<_, String>(0));
        text.optional()?.map(|text| read(&text)).transpose()
    }

    /// Writes a record; an existing one keeps its position, a new one becomes the last.
    pub(super) fn put<T: Serialize>(&self, kind: Kind, id: &str, note: &T) -> Result<()> {
        let sql = "INSERT INTO network (brand, kind, id, note) VALUES (?, ?, ?, ?)
                   ON CONFLICT (brand, kind, id) DO UPDATE SET note = excluded.note";
        self.connection.execute(sql, params![self.brand, kind.as_str(), id, text(note)?]).map(drop)
    }

    /// Writes a record as the last one, whatever its position was.
    pub(super) fn put_last<T: Serialize>(&self, kind: Kind, id: &str, note: &T) -> Result<()> {
        let sql = "REPLACE INTO network (brand, kind, id, note) VALUES (?, ?, ?, ?)";
        self.connection.execute(sql, params![self.brand, kind.as_str(), id, text(note)?]).map(drop)
    }

    /// Returns the last records of a kind, last first.
    pub(super) fn last<T: DeserializeOwned>(&self, kind: Kind, most: usize) -> Result<Vec<T>> {
        self.last_of(&[self.brand], kind, most)
    }

    /// Returns the last records of a kind, of this brand and without a brand, last first.
    pub(super) fn last_with_nobodys<T: DeserializeOwned>(&self, kind: Kind, most: usize) -> Result<Vec<T>> {
        self.last_of(&[self.brand, ALL_BRANDS], kind, most)
    }

    fn last_of<T: DeserializeOwned>(&self, brands: &[&str], kind: Kind, most: usize) -> Result<Vec<T>> {
        let (one, other) = (brands.first(), brands.last());
        let sql = "SELECT note FROM network WHERE brand IN (?, ?) AND kind = ? ORDER BY seq DESC LIMIT ?";
        let mut statement = self.connection.prepare(sql)?;
        let texts = statement.query_map(params![one, other, kind.as_str(), most], |row| row.get::<_, String>(0))?;
        texts.map(|text| read(&text?)).collect()
    }

    pub(super) fn count(&self, kind: Kind) -> Result<usize> {
        let sql = "SELECT COUNT(*) FROM network WHERE brand = ? AND kind = ?";
        self.connection.query_row(sql, [self.brand, kind.as_str()], |row| row.get(0))
    }

    /// Deletes all records of a kind but the last ones.
    pub(super) fn keep(&self, kind: Kind, last: usize) -> Result<()> {
        let sql = "DELETE FROM network WHERE brand = ?1 AND kind = ?2 AND seq <=
                   (SELECT seq FROM network WHERE brand = ?1 AND kind = ?2 ORDER BY seq DESC LIMIT 1 OFFSET ?3)";
        self.connection.execute(sql, params![self.brand, kind.as_str(), last]).map(drop)
    }

    /// Returns a number that no record had before, provided that it is used for a record now.
    pub(super) fn fresh_number(&self) -> Result<i64> {
        let sql = "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'network'";
        Ok(self.connection.query_row(sql, [], |row| row.get(0)).optional()?.unwrap_or(1))
    }
}

fn text<T: Serialize>(note: &T) -> Result<String> {
    serde_json::to_string(note).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    let unreadable = |error: serde_json::Error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into())
    };
    serde_json::from_str(text).map_err(unreadable)
}
