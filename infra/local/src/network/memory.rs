//! What the pretend Network knows, as small notes of JSON in the ledger: each with a brand, a kind and an id.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

use crate::ledger::Ledger;

pub(super) type Result<T> = rusqlite::Result<T>;

/// Under this brand is what concerns them all.
pub(super) const ALL_BRANDS: &str = "";

/// What a note is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// How the Network behaves.
    Settings,
    /// Somebody whom it knows, by their address.
    Person,
    /// A partner of the brand, by the product's id.
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

/// All notes.
pub(super) struct Memory(Ledger);

impl Memory {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self(ledger)
    }

    /// Looks something up.
    pub(super) fn look<T>(&self, brand: &str, work: impl FnOnce(&Notes<'_>) -> Result<T>) -> Result<T> {
        self.0.read(|connection| work(&Notes { connection, brand }))
    }

    /// Does `work` as a whole or not at all.
    pub(super) fn write<T>(&self, brand: &str, work: impl FnOnce(&Notes<'_>) -> Result<T>) -> Result<T> {
        self.0.transaction(|connection| work(&Notes { connection, brand }))
    }
}

/// The notes of one brand.
pub(super) struct Notes<'a> {
    connection: &'a Connection,
    brand: &'a str,
}

impl Notes<'_> {
    /// What concerns all brands.
    pub(super) fn of_all(&self) -> Notes<'_> {
        Notes { connection: self.connection, brand: ALL_BRANDS }
    }

    pub(super) fn get<T: DeserializeOwned>(&self, kind: Kind, id: &str) -> Result<Option<T>> {
        let sql = "SELECT note FROM network WHERE brand = ? AND kind = ? AND id = ?";
        let text = self.connection.query_row(sql, [self.brand, kind.as_str(), id], |row| row.get::<_, String>(0));
        text.optional()?.map(|text| read(&text)).transpose()
    }

    /// Writes a note where it was, or behind all others.
    pub(super) fn put<T: Serialize>(&self, kind: Kind, id: &str, note: &T) -> Result<()> {
        let sql = "INSERT INTO network (brand, kind, id, note) VALUES (?, ?, ?, ?)
                   ON CONFLICT (brand, kind, id) DO UPDATE SET note = excluded.note";
        self.connection.execute(sql, params![self.brand, kind.as_str(), id, text(note)?]).map(drop)
    }

    /// Writes a note behind all others, wherever it was.
    pub(super) fn put_last<T: Serialize>(&self, kind: Kind, id: &str, note: &T) -> Result<()> {
        let sql = "REPLACE INTO network (brand, kind, id, note) VALUES (?, ?, ?, ?)";
        self.connection.execute(sql, params![self.brand, kind.as_str(), id, text(note)?]).map(drop)
    }

    /// The last notes of a kind, last first.
    pub(super) fn last<T: DeserializeOwned>(&self, kind: Kind, most: usize) -> Result<Vec<T>> {
        self.last_of(&[self.brand], kind, most)
    }

    /// The last notes of a kind, of the brand and of none, last first.
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

    /// Forgets all notes of a kind but the last ones.
    pub(super) fn keep(&self, kind: Kind, last: usize) -> Result<()> {
        let sql = "DELETE FROM network WHERE brand = ?1 AND kind = ?2 AND seq <=
                   (SELECT seq FROM network WHERE brand = ?1 AND kind = ?2 ORDER BY seq DESC LIMIT 1 OFFSET ?3)";
        self.connection.execute(sql, params![self.brand, kind.as_str(), last]).map(drop)
    }

    /// A number that no note had before, as long as it is used for one now.
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
