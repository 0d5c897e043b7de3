//! State of this crate that must not be lost: queued messages, sent emails, positions in streams, the clock's offset,
//! and the data of the simulated Network.
//!
//! One `SQLite` file beside the one of the table. A statement that has returned survives a kill.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, Result, params};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS mail (seq INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS news (seq INTEGER PRIMARY KEY AUTOINCREMENT, mail INTEGER NOT NULL, news TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS news_mail ON news (mail);
    CREATE TABLE IF NOT EXISTS queued (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL,
        library_id TEXT NOT NULL UNIQUE,
        queue TEXT NOT NULL,
        request TEXT NOT NULL,
        sent_ms INTEGER NOT NULL,
        visible_ms INTEGER NOT NULL,
        receives INTEGER NOT NULL DEFAULT 0,
        received_ms INTEGER,
        receipt TEXT,
        came_from TEXT,
        gone INTEGER NOT NULL DEFAULT FALSE
    );
    CREATE INDEX IF NOT EXISTS queued_queue ON queued (queue, visible_ms);
    CREATE INDEX IF NOT EXISTS queued_receipt ON queued (receipt);
    CREATE TABLE IF NOT EXISTS network (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        brand TEXT NOT NULL,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        note TEXT NOT NULL,
        UNIQUE (brand, kind, id)
    );
    CREATE INDEX IF NOT EXISTS network_kind ON network (brand, kind, seq);
";

/// The file, or the same database in memory. Clones share it.
#[derive(Clone)]
pub(crate) struct Ledger(Arc<Mutex<Connection>>);

impl Ledger {
    /// Opens the file at `path`, and creates it if it doesn't exist.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        // With a write-ahead log, NORMAL loses nothing when the process is killed; only a power failure could lose the
        // last moment.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        Self::ready(connection)
    }

    /// Creates a ledger in memory, which is lost with the process.
    pub(crate) fn memory() -> Result<Self> {
        Self::ready(Connection::open_in_memory()?)
    }

    fn ready(connection: Connection) -> Result<Self> {
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Runs `work` in a transaction.
    pub(crate) fn transaction<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction()?;
        let output = work(&transaction)?;
        transaction.commit()?;
        Ok(output)
    }

    /// Runs `work`, which only reads.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns a single value by its name.
    pub(crate) fn fact(&self, name: &str) -> Result<Option<String>> {
        self.read(|connection| {
            connection.query_row("SELECT value FROM fact WHERE name = ?", [name], |row| row.get(0)).optional()
        })
    }

    /// Stores a single value.
    pub(crate) fn remember(&self, name: &str, value: &str) -> Result<()> {
        self.read(|connection| {
            let sql = "INSERT INTO fact VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
            connection.execute(sql, params![name, value]).map(drop)
        })
    }

    /// Returns a single value by its name. If there is none, stores and returns the one that `fresh` creates.
    pub(crate) fn fact_or(&self, name: &str, fresh: impl FnOnce() -> String) -> Result<String> {
        if let Some(value) = self.fact(name)? {
            return Ok(value);
        }
        let value = fresh();
        self.remember(name, &value)?;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_created_once() {
        let ledger = Ledger::memory().unwrap();
        assert_eq!(ledger.fact_or("key", || "first".to_owned()).unwrap(), "first");
        assert_eq!(ledger.fact_or("key", || "second".to_owned()).unwrap(), "first");
    }
}
