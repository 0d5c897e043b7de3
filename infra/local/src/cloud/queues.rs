//! Queues that survive a kill and follow the local clock.
//!
//! The journal is the queue: a message is a row of the ledger with the moment from which it may be received. Delay, visibility and
//! redrive are that one number and a count, so nothing has to be put back together after a restart. [`super::sqs`] is the API in front.

use std::{collections::BTreeMap, time::Duration};

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    clock::LocalClock,
    ledger::Ledger,
    template::{Queue, queue_arn},
};

/// All queues of a template.
#[derive(Clone)]
pub(crate) struct Queues {
    ledger: Ledger,
    clock: LocalClock,
    queues: std::sync::Arc<BTreeMap<String, Queue>>,
    changed: watch::Sender<u64>,
}

/// What a sender gives.
pub(crate) struct Draft {
    pub(crate) body: String,
    /// Message attributes, as the API spells them.
    pub(crate) attributes: Value,
    /// How long it stays hidden; without it, as long as the queue says.
    pub(crate) delay: Option<Duration>,
}

/// What a receiver gets.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) receipt: String,
    pub(crate) body: String,
    pub(crate) attributes: Value,
    pub(crate) sent_ms: i64,
    pub(crate) receives: u32,
    pub(crate) first_received_ms: i64,
    /// The ARN of the queue that gave it up, if one did.
    pub(crate) came_from: Option<String>,
}

struct Stored {
    seq: i64,
    body: String,
    attributes: String,
    sent_ms: i64,
    receives: u32,
    received_ms: Option<i64>,
    came_from: Option<String>,
}

impl Queues {
    /// The queues of a template, with what was in them.
    pub(crate) fn new(queues: &[Queue], ledger: Ledger, clock: LocalClock) -> Self {
        let queues = queues.iter().map(|queue| (queue.name.clone(), queue.clone())).collect();
        Self { ledger, clock, queues: std::sync::Arc::new(queues), changed: watch::channel(0).0 }
    }

    /// A queue by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&Queue> {
        self.queues.get(name)
    }

    /// Changes whenever there may be something to receive.
    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Sends messages, all or none, and gives their ids. They are kept when it returns.
    pub(crate) fn send(&self, queue: &Queue, drafts: &[Draft]) -> rusqlite::Result<Vec<String>> {
        let now_ms = self.now_ms();
        let ids = self.ledger.transaction(|connection| {
            let sql = "INSERT INTO message (queue, body, attributes, sent_ms, visible_ms) VALUES (?, ?, ?, ?, ?)";
            let mut insert = connection.prepare_cached(sql)?;
            let sent = drafts.iter().map(|draft| {
                let visible_ms = now_ms + millis(draft.delay.unwrap_or(queue.delay));
                let seq = insert.insert(params![queue.name, draft.body, draft.attributes.to_string(), now_ms, visible_ms])?;
                Ok(id(seq))
            });
            sent.collect()
        })?;
        self.wake();
        Ok(ids)
    }

    /// Hands out up to `max` messages and hides them. What was received too often moves on, and what is too old goes.
    pub(crate) fn receive(
        &self,
        queue: &Queue,
        max: usize,
        visibility: Option<Duration>,
    ) -> rusqlite::Result<Vec<Message>> {
        let now_ms = self.now_ms();
        let visible_ms = now_ms + millis(visibility.unwrap_or(queue.visibility));
        let (messages, gave_up) = self.ledger.transaction(|connection| {
            let mut messages = Vec::new();
            let mut gave_up = false;
            for stored in due(connection, &queue.name, now_ms)? {
                if messages.len() == max {
                    break;
                }
                if stored.sent_ms + millis(queue.retention) <= now_ms {
                    connection.execute("DELETE FROM message WHERE seq = ?", [stored.seq])?;
                    continue;
                }
                if let Some(redrive) = queue.redrive.as_ref().filter(|redrive| stored.receives >= redrive.receives_max) {
                    let sql = "UPDATE message SET queue = ?, came_from = ?, receives = 0, received_ms = NULL, receipt = NULL WHERE seq = ?";
                    connection.execute(sql, params![redrive.queue, queue_arn(&queue.name), stored.seq])?;
                    gave_up = true;
                    continue;
                }
                let receives = stored.receives + 1;
                let first_received_ms = stored.received_ms.unwrap_or(now_ms);
                let receipt = format!("receipt-{}-{receives}", stored.seq);
                let sql = "UPDATE message SET receives = ?, received_ms = ?, receipt = ?, visible_ms = ? WHERE seq = ?";
                connection.execute(sql, params![receives, first_received_ms, receipt, visible_ms, stored.seq])?;
                messages.push(Message {
                    id: id(stored.seq),
                    receipt,
                    body: stored.body,
                    attributes: serde_json::from_str(&stored.attributes).unwrap_or_default(),
                    sent_ms: stored.sent_ms,
                    receives,
                    first_received_ms,
                    came_from: stored.came_from,
                });
            }
            Ok((messages, gave_up))
        })?;
        if gave_up {
            self.wake();
        }
        Ok(messages)
    }

    /// Deletes what `receipt` was given for. One that a later receive made stale deletes nothing, which AWS leaves open.
    pub(crate) fn delete(&self, receipt: &str) -> rusqlite::Result<()> {
        self.ledger.transaction(|connection| {
            connection.execute("DELETE FROM message WHERE receipt = ?", [receipt]).map(drop)
        })
    }

    /// Hides what `receipt` was given for until `visibility` from now. False if it is not in flight.
    pub(crate) fn hide(&self, receipt: &str, visibility: Duration) -> rusqlite::Result<bool> {
        let now_ms = self.now_ms();
        let changed = self.ledger.transaction(|connection| {
            let sql = "UPDATE message SET visible_ms = ? WHERE receipt = ? AND visible_ms > ?";
            connection.execute(sql, params![now_ms + millis(visibility), receipt, now_ms])
        })?;
        self.wake();
        Ok(changed > 0)
    }

    /// Whether something could be received now.
    pub(crate) fn is_due(&self, queue: &str) -> rusqlite::Result<bool> {
        let now_ms = self.now_ms();
        self.ledger.read(|connection| {
            let sql = "SELECT 1 FROM message WHERE queue = ? AND visible_ms <= ? LIMIT 1";
            connection
                .query_row(sql, params![queue, now_ms], |_| Ok(()))
                .optional()
                .map(|row| row.is_some())
        })
    }

    /// How many messages there are: to receive, in flight, delayed.
    pub(crate) fn counts(&self, queue: &str) -> rusqlite::Result<(u64, u64, u64)> {
        let now_ms = self.now_ms();
        self.ledger.read(|connection| {
            let sql = "SELECT count(*) FILTER (WHERE visible_ms <= ?2),
                              count(*) FILTER (WHERE visible_ms > ?2 AND receives > 0),
                              count(*) FILTER (WHERE visible_ms > ?2 AND receives = 0)
                       FROM message WHERE queue = ?1";
            connection.query_row(sql, params![queue, now_ms], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
        })
    }

    /// The bodies of everything in a queue, oldest first, without receiving them.
    pub(crate) fn bodies(&self, queue: &str) -> rusqlite::Result<Vec<String>> {
        self.ledger.read(|connection| {
            let mut select = connection
                .prepare_cached("SELECT body FROM message WHERE queue = ? ORDER BY seq")?;
            select.query_map([queue], |row| row.get(0))?.collect()
        })
    }

    fn wake(&self) {
        self.changed.send_modify(|changes| *changes += 1);
    }

    fn now_ms(&self) -> i64 {
        self.clock.now().as_millisecond()
    }
}

fn due(connection: &Connection, queue: &str, now_ms: i64) -> rusqlite::Result<Vec<Stored>> {
    let sql = "SELECT seq, body, attributes, sent_ms, receives, received_ms, came_from
               FROM message WHERE queue = ? AND visible_ms <= ? ORDER BY seq LIMIT 100";
    let stored = |row: &Row<'_>| {
        Ok(Stored {
            seq: row.get(0)?,
            body: row.get(1)?,
            attributes: row.get(2)?,
            sent_ms: row.get(3)?,
            receives: row.get(4)?,
            received_ms: row.get(5)?,
            came_from: row.get(6)?,
        })
    };
    connection.prepare_cached(sql)?.query_map(params![queue, now_ms], stored)?.collect()
}

/// Ids are counted, so that a test that sends the same messages sees the same ids; they look like those of AWS.
fn id(seq: i64) -> String {
    format!("00000000-0000-4000-8000-{seq:012x}")
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::ClockStart, template::Redrive};

    fn queue(name: &str) -> Queue {
        Queue {
            name: name.to_owned(),
            visibility: Duration::from_mins(1),
            delay: Duration::ZERO,
            retention: Duration::from_hours(24),
            redrive: None,
        }
    }

    fn draft(body: &str) -> Draft {
        Draft { body: body.to_owned(), attributes: Value::Null, delay: None }
    }

    fn bodies(messages: &[Message]) -> Vec<&str> {
        messages.iter().map(|message| message.body.as_str()).collect()
    }

    fn queues(ledger: &Ledger, queue: &Queue) -> (Queues, LocalClock) {
        let clock = LocalClock::new(
            ClockStart::At("2026-01-01T00:00:00Z".parse().unwrap()),
            ledger.clone(),
        )
        .unwrap();
        (Queues::new(std::slice::from_ref(queue), ledger.clone(), clock.clone()), clock)
    }

    #[test]
    fn a_received_message_hides_until_its_visibility_timeout() {
        let queue = queue("q");
        let (queues, clock) = queues(&Ledger::memory().unwrap(), &queue);
        queues.send(&queue, &[draft("a"), draft("b")]).unwrap();
        assert_eq!(bodies(&queues.receive(&queue, 1, None).unwrap()), ["a"]);
        assert_eq!(bodies(&queues.receive(&queue, 10, None).unwrap()), ["b"]);
        clock.advance(59);
        assert!(queues.receive(&queue, 10, None).unwrap().is_empty());
        clock.advance(1);
        let again = queues.receive(&queue, 10, None).unwrap();
        assert_eq!(bodies(&again), ["a", "b"]);
        assert_eq!(again[0].receives, 2);
    }

    #[test]
    fn a_delayed_message_waits_for_the_clock() {
        let queue = queue("q");
        let (queues, clock) = queues(&Ledger::memory().unwrap(), &queue);
        queues
            .send(&queue, &[Draft { delay: Some(Duration::from_mins(15)), ..draft("later") }])
            .unwrap();
        assert!(!queues.is_due("q").unwrap());
        assert_eq!(queues.counts("q").unwrap(), (0, 0, 1));
        clock.advance(15 * 60);
        assert_eq!(bodies(&queues.receive(&queue, 10, None).unwrap()), ["later"]);
    }

    #[test]
    fn a_message_received_too_often_moves_to_the_dead_letters() {
        let queue = Queue {
            redrive: Some(Redrive { queue: "dead".to_owned(), receives_max: 2 }),
            ..queue("q")
        };
        let (queues, clock) = queues(&Ledger::memory().unwrap(), &queue);
        queues.send(&queue, &[draft("poison")]).unwrap();
        for _ in 0..2 {
            assert_eq!(bodies(&queues.receive(&queue, 10, None).unwrap()), ["poison"]);
            clock.advance(60);
        }
        assert!(queues.receive(&queue, 10, None).unwrap().is_empty());
        assert_eq!(queues.bodies("dead").unwrap(), ["poison"]);
        assert_eq!(queues.bodies("q").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn only_the_last_receipt_deletes() {
        let queue = queue("q");
        let (queues, clock) = queues(&Ledger::memory().unwrap(), &queue);
        queues.send(&queue, &[draft("a")]).unwrap();
        let stale = queues.receive(&queue, 1, None).unwrap().remove(0).receipt;
        clock.advance(60);
        let fresh = queues.receive(&queue, 1, None).unwrap().remove(0).receipt;
        queues.delete(&stale).unwrap();
        assert_eq!(queues.counts("q").unwrap(), (0, 1, 0));
        queues.delete(&fresh).unwrap();
        assert_eq!(queues.counts("q").unwrap(), (0, 0, 0));
    }

    #[test]
    fn what_is_kept_too_long_goes() {
        let queue = queue("q");
        let (queues, clock) = queues(&Ledger::memory().unwrap(), &queue);
        queues.send(&queue, &[draft("old")]).unwrap();
        clock.advance(24 * 3600);
        assert!(queues.receive(&queue, 1, None).unwrap().is_empty());
        assert_eq!(queues.bodies("q").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn messages_and_their_counts_survive_a_kill() {
        let folder = crate::folder::Temporary::new().unwrap();
        let path = folder.path().join("ledger.sqlite");
        let queue = queue("q");
        let killed = Ledger::open(&path).unwrap();
        let (queues_before, _) = queues(&killed, &queue);
        queues_before
            .send(
                &queue,
                &[
                    draft("a"),
                    draft("b"),
                    Draft { delay: Some(Duration::from_mins(2)), ..draft("c") },
                ],
            )
            .unwrap();
        let received = queues_before.receive(&queue, 2, None).unwrap();
        queues_before.delete(&received[0].receipt).unwrap();
        // A kill closes nothing: the old connection stays open, and is never used again.
        std::mem::forget((killed, queues_before));

        let (queues_after, clock) = queues(&Ledger::open(&path).unwrap(), &queue);
        assert!(
            queues_after.receive(&queue, 10, None).unwrap().is_empty(),
            "b is still hidden, c is still delayed"
        );
        clock.advance(60);
        let again = queues_after.receive(&queue, 10, None).unwrap();
        assert_eq!((bodies(&again), again[0].receives), (vec!["b"], 2));
        clock.advance(60);
        assert_eq!(bodies(&queues_after.receive(&queue, 1, None).unwrap()), ["b"]);
        assert_eq!(bodies(&queues_after.receive(&queue, 1, None).unwrap()), ["c"]);
    }
}
