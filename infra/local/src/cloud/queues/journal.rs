//! A durable record of the messages in the queues. It alone defines what exists after a kill, and what
//! [`crate::Local::messages`] shows.
//!
//! Times are in milliseconds of the local clock. A row has two IDs: the one that its sender received, and the one in
//! the running emulator, which assigns a new one after every restart.

use rusqlite::{OptionalExtension, Result, Row, params};
use serde_json::Value;

use super::Message;
use crate::{cloud::sqs::DEDUPLICATES_FOR, ledger::Ledger, template::Queue};

#[derive(Clone)]
pub(super) struct Journal(pub(super) Ledger);

/// A message that the emulator accepted.
pub(super) struct Sent {
    pub(super) library_id: String,
    /// The request, or the entry of a batch, that sent it.
    pub(super) request: Value,
    pub(super) visible_ms: i64,
}

/// Data of a received message that the emulator doesn't have.
pub(super) struct Known {
    pub(super) id: String,
    pub(super) sent_ms: i64,
    pub(super) first_received_ms: i64,
    /// The trace header that it was sent with.
    pub(super) trace: Option<String>,
}

/// A message to restore into the emulator.
pub(super) struct Entry {
    pub(super) seq: i64,
    pub(super) id: String,
    pub(super) queue: String,
    pub(super) request: Value,
    pub(super) sent_ms: i64,
    pub(super) visible_ms: i64,
    pub(super) receives: u32,
    /// The queue that moved it to this dead-letter queue, if one did.
    pub(super) came_from: Option<String>,
}

const ENTRY: &str = "SELECT seq, id, queue, request, sent_ms, visible_ms, receives, came_from FROM queued";

impl Journal {
    /// Stores sent messages. Those that the emulator recognized as duplicates are stored already.
    pub(super) fn add(&self, queue: &Queue, sent: &[Sent], now_ms: i64) -> Result<()> {
        self.0.transaction(|connection| {
            let sql = "INSERT INTO queued (id, library_id, queue, request, sent_ms, visible_ms)
                       VALUES (?1, ?1, ?2, ?3, ?4, ?5) ON CONFLICT (library_id) DO NOTHING";
            let mut insert = connection.prepare_cached(sql)?;
            for message in sent {
                let request = message.request.to_string();
                insert.execute(params![message.library_id, queue.name, request, now_ms, message.visible_ms])?;
            }
            Ok(())
        })
    }

    /// Counts a receive of each message that `queue` handed out. Returns what is known of each, and whether a message
    /// moved to the dead-letter queue meanwhile.
    pub(super) fn received(
        &self,
        queue: &Queue,
        messages: &[Message],
        now_ms: i64,
        visible_ms: i64,
    ) -> Result<(Vec<Option<Known>>, bool)> {
        self.0.transaction(|connection| {
            let mut gave_up = 0;
            if let Some(redrive) = &queue.redrive {
                // The emulator checks every message that it could hand out, and in that same check moves those that
                // were received too often.
                let sql = "UPDATE queued SET queue = ?, came_from = ?, visible_ms = ?4,
                               receives = 0, received_ms = NULL, receipt = NULL
                           WHERE queue = ?2 AND receives >= ?3 AND visible_ms <= ?4 AND NOT gone";
                let mut update = connection.prepare_cached(sql)?;
                gave_up = update.execute(params![redrive.queue, queue.name, redrive.receives_max, now_ms])?;
            }
            let sql = "UPDATE queued SET receives = receives + 1, received_ms = coalesce(received_ms, ?3), visible_ms = ?4, receipt = ?2
                       WHERE library_id = ?1
                       RETURNING id, sent_ms, received_ms,
                           json_extract(request, '$.MessageSystemAttributes.AWSTraceHeader.StringValue')";
            let mut update = connection.prepare_cached(sql)?;
            let known = messages.iter().map(|message| {
                let known = |row: &Row<'_>| {
                    let (id, sent_ms, first_received_ms) = (row.get(0)?, row.get(1)?, row.get(2)?);
                    Ok(Known { id, sent_ms, first_received_ms, trace: row.get(3)? })
                };
                update.query_row(params![message.id, message.receipt, now_ms, visible_ms], known).optional()
            });
            Ok((known.collect::<Result<_>>()?, gave_up > 0))
        })
    }

    /// Returns `true` if `receipt` still hides a message of `queue`.
    pub(super) fn is_in_flight(&self, queue: &Queue, receipt: &str, now_ms: i64) -> Result<bool> {
        self.0.read(|connection| {
            let sql = "SELECT 1 FROM queued WHERE receipt = ? AND queue = ? AND visible_ms > ?";
            let found = connection.query_row(sql, params![receipt, queue.name, now_ms], |_| Ok(()));
            found.optional().map(|found| found.is_some())
        })
    }

    /// Hides the message of this receipt until `visible_ms`.
    pub(super) fn hide(&self, receipt: &str, visible_ms: i64) -> Result<()> {
        self.0.transaction(|connection| {
            let sql = "UPDATE queued SET visible_ms = ? WHERE receipt = ?";
            connection.execute(sql, params![visible_ms, receipt]).map(drop)
        })
    }

    /// Deletes the message of this receipt. A FIFO queue has to recognize duplicates for a while yet, so its row stays,
    /// flagged as gone.
    pub(super) fn delete(&self, queue: &Queue, receipt: &str, now_ms: i64) -> Result<()> {
        self.0.transaction(|connection| {
            if !queue.fifo {
                return connection.execute("DELETE FROM queued WHERE receipt = ?", [receipt]).map(drop);
            }
            let sql = "UPDATE queued SET gone = TRUE, receipt = NULL WHERE receipt = ?";
            connection.execute(sql, [receipt])?;
            let sql = "DELETE FROM queued WHERE gone AND sent_ms <= ?";
            connection.execute(sql, [now_ms - window_ms()]).map(drop)
        })
    }

    /// Deletes everything in `queue`.
    pub(super) fn purge(&self, queue: &Queue) -> Result<()> {
        self.0.transaction(|connection| {
            let sql = match queue.fifo {
                true => "UPDATE queued SET gone = TRUE, receipt = NULL WHERE queue = ?",
                false => "DELETE FROM queued WHERE queue = ?",
            };
            connection.execute(sql, [&queue.name]).map(drop)
        })
    }

    /// Returns the bodies of all messages in `queue`, oldest first.
    pub(super) fn bodies(&self, queue: &str) -> Result<Vec<String>> {
        let entries = self.entries(queue)?;
        let body =
            |entry: Entry| entry.request.get("MessageBody").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(entries.into_iter().map(body).collect())
    }

    /// Returns when the last delayed or hidden message becomes visible.
    pub(super) fn last_ms(&self) -> Result<Option<i64>> {
        self.0.read(|connection| connection.query_row("SELECT max(visible_ms) FROM queued", [], |row| row.get(0)))
    }

    /// Returns all messages in `queue`, oldest first.
    pub(super) fn entries(&self, queue: &str) -> Result<Vec<Entry>> {
        self.0.read(|connection| {
            let sql = format!("{ENTRY} WHERE queue = ? AND NOT gone ORDER BY seq");
            connection.prepare_cached(&sql)?.query_map([queue], entry)?.collect()
        })
    }

    /// Returns all messages sent so recently that a FIFO queue would recognize a duplicate, oldest first.
    pub(super) fn recent(&self, now_ms: i64) -> Result<Vec<Entry>> {
        self.0.read(|connection| {
            let sql = format!("{ENTRY} WHERE sent_ms > ? ORDER BY sent_ms, seq");
            connection.prepare_cached(&sql)?.query_map([now_ms - window_ms()], entry)?.collect()
        })
    }

    /// Stores a message's new ID in the emulator. Receipts from before the restart are invalid.
    pub(super) fn renamed(&self, entry: &Entry, library_id: &str) -> Result<()> {
        self.0.transaction(|connection| {
            let sql = "UPDATE queued SET library_id = ?, receipt = NULL WHERE seq = ?";
            connection.execute(sql, params![library_id, entry.seq]).map(drop)
        })
    }
}

fn entry(row: &Row<'_>) -> Result<Entry> {
    let request: String = row.get(3)?;
    Ok(Entry {
        seq: row.get(0)?,
        id: row.get(1)?,
        queue: row.get(2)?,
        request: serde_json::from_str(&request).unwrap_or_default(),
        sent_ms: row.get(4)?,
        visible_ms: row.get(5)?,
        receives: row.get(6)?,
        came_from: row.get(7)?,
    })
}

pub(super) fn window_ms() -> i64 {
    super::millis(DEDUPLICATES_FOR)
}
