//! DynamoDB: `dynoxide` on a `SQLite` file or in memory, behind a loopback port that only [`crate::wire`] knows.
//!
//! It has one mutex for the database, so it needs a runtime with several threads. It never throttles, and transactions
//! never conflict: tests inject those faults. Its own TTL sweep reads the computer's clock, so we have our own here.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON made right here is an object, and putting a name into it can't panic"
)]

use std::{
    net::SocketAddr,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use dynoxide::{Database, DynoxideError};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::template::Table;

/// The database and the port on which it listens.
#[derive(Clone)]
pub(crate) struct Tables {
    database: Database,
    /// The socket address at which the wire reaches it.
    pub(crate) address: SocketAddr,
}

/// The stream of a table.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    pub(crate) arn: String,
    shard: String,
}

/// A failure to open or read the tables.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TablesError {
    #[error("the database can't be opened: {0}")]
    Database(#[from] DynoxideError),
    #[error("the database can't be indexed: {0}")]
    Index(#[from] rusqlite::Error),
    #[error("the database can't listen: {0}")]
    Port(#[from] std::io::Error),
    #[error("the request is malformed: {0}")]
    Malformed(#[from] serde_json::Error),
    #[error(
        "the table {0} has another shape in the template than in the data folder; start once with --reset to empty it"
    )]
    Reshaped(String),
}

type Result<T> = std::result::Result<T, TablesError>;

/// Returns a name for a `SQLite` database in memory that a second connection can open.
fn in_memory() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("file:tables-{}?mode=memory&cache=shared", COUNT.fetch_add(1, Ordering::SeqCst))
}

/// Adds an index for the emulator, which searches all records of a stream for the last one with every write. An import
/// writes tens of thousands of records.
fn index_streams(place: &str) -> Result<()> {
    const INDEX: &str = "CREATE INDEX IF NOT EXISTS stream_places ON _stream_records \
                         (table_name, CAST(sequence_number AS INTEGER))";
    Ok(rusqlite::Connection::open(place)?.execute_batch(INDEX)?)
}

impl Tables {
    /// Opens the database at `path`, or one in memory, creates the tables that are missing, and starts listening.
    pub(crate) async fn open(path: Option<&Path>, tables: &[Table]) -> Result<(Self, TcpListener)> {
        let place = path.map_or_else(in_memory, |path| path.to_string_lossy().into_owned());
        let database = Database::new(&place)?;
        index_streams(&place)?;
        for table in tables {
            create(&database, table)?;
        }
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        Ok((Self { database, address }, listener))
    }

    /// While `on` is true, writes don't wait for the disk; for data that is created again if it is lost. Afterwards, a
    /// kill loses nothing, as before.
    pub(crate) fn hurry(&self, on: bool) -> Result<()> {
        if on { self.database.enable_bulk_loading() } else { self.database.disable_bulk_loading() }?;
        Ok(())
    }

    /// Serves the API until it is dropped.
    pub(crate) async fn serve(self, listener: TcpListener) {
        dynoxide::server::serve_on(listener, self.database).await;
    }

    /// Returns a separate database with the same tables and their contents.
    pub(super) async fn copy(&self, tables: &[Table]) -> Result<(Self, TcpListener)> {
        let (copy, listener) = Self::open(None, tables).await?;
        for table in tables {
            for item in self.scan(&table.name)? {
                copy.database.put_item(request(json!({"TableName": table.name, "Item": item}))?)?;
            }
        }
        Ok((copy, listener))
    }

    /// Returns every item of a table in DynamoDB's JSON.
    pub(crate) fn scan(&self, table: &str) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut from = Value::Null;
        loop {
            let mut scan = json!({"TableName": table, "ConsistentRead": true});
            if !from.is_null() {
                scan["ExclusiveStartKey"] = from;
            }
            let page = serde_json::to_value(self.database.scan(request(scan)?)?)?;
            items.extend(page.get("Items").and_then(Value::as_array).into_iter().flatten().cloned());
            match page.get("LastEvaluatedKey") {
                Some(key) if !key.is_null() => from = key.clone(),
                _ => return Ok(items),
            }
        }
    }

    /// Deletes the items that expired before `now` and returns their number.
    pub(crate) fn sweep(&self, table: &Table, now: Timestamp) -> Result<usize> {
        let Some(attribute) = &table.expires_by else { return Ok(0) };
        let keys = || table.create.get("KeySchema").and_then(Value::as_array).into_iter().flatten();
        let mut swept = 0;
        for item in self.scan(&table.name)? {
            let expires_at = item.get(attribute).and_then(|value| value.get("N")?.as_str()?.parse::<i64>().ok());
            if expires_at.is_none_or(|expires_at| expires_at >= now.as_second()) {
                continue;
            }
            let names = keys().filter_map(|key| key.get("AttributeName")?.as_str());
            let key: Map<_, _> = names.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone()))).collect();
            // The item may have been written again since the scan.
            let delete = json!({
                "TableName": table.name,
                "Key": key,
                "ConditionExpression": "#expires < :now",
                "ExpressionAttributeNames": {"#expires": attribute},
                "ExpressionAttributeValues": {":now": {"N": now.as_second().to_string()}},
            });
            match self.database.delete_item(request(delete)?) {
                Ok(_) => swept += 1,
                Err(DynoxideError::ConditionalCheckFailedException(..)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(swept)
    }

    /// Returns the stream of a table, if it has one.
    pub(crate) fn stream(&self, table: &str) -> Result<Option<Stream>> {
        let streams = self.database.list_streams(request(json!({"TableName": table}))?)?;
        let Some(summary) = streams.streams.into_iter().next() else { return Ok(None) };
        let described = self.database.describe_stream(request(json!({"StreamArn": summary.stream_arn}))?)?;
        let shard = described.stream_description.shards.into_iter().next();
        Ok(shard.map(|shard| Stream { arn: summary.stream_arn, shard: shard.shard_id }))
    }

    /// Returns up to `limit` records of a stream after the record with the sequence number `after`, or from the
    /// beginning.
    pub(crate) fn records(&self, stream: &Stream, after: Option<&str>, limit: usize) -> Result<Vec<Value>> {
        let mut iterator =
            json!({"StreamArn": stream.arn, "ShardId": stream.shard, "ShardIteratorType": "TRIM_HORIZON"});
        if let Some(after) = after {
            iterator["ShardIteratorType"] = Value::from("AFTER_SEQUENCE_NUMBER");
            iterator["SequenceNumber"] = Value::from(after);
        }
        let iterator = self.database.get_shard_iterator(request(iterator)?)?.shard_iterator;
        let records = self.database.get_records(request(json!({"ShardIterator": iterator, "Limit": limit}))?)?.records;
        records
            .into_iter()
            .map(|record| {
                let mut record = serde_json::to_value(record)?;
                record["eventSourceARN"] = Value::from(stream.arn.as_str());
                Ok(record)
            })
            .collect()
    }
}

fn create(database: &Database, table: &Table) -> Result<()> {
    match database.describe_table(request(json!({"TableName": table.name}))?) {
        Err(DynoxideError::ResourceNotFoundException(..)) => {
            database.create_table(request(table.create.clone())?)?;
            Ok(())
        }
        Err(error) => Err(error.into()),
        Ok(described) => {
            let described = serde_json::to_value(described)?;
            let there = described.get("Table").map(shape);
            if there == Some(shape(&table.create)) { Ok(()) } else { Err(TablesError::Reshaped(table.name.clone())) }
        }
    }
}

/// Returns the parts of a table that can't be changed while it holds data: its key, its indexes and its stream.
fn shape(table: &Value) -> (Value, Vec<(Value, Value)>, Option<Value>) {
    let part = |value: &Value, name: &str| value.get(name).cloned().unwrap_or_default();
    let indexes = table.get("GlobalSecondaryIndexes").and_then(Value::as_array).into_iter().flatten();
    let mut indexes: Vec<_> = indexes.map(|index| (part(index, "IndexName"), part(index, "KeySchema"))).collect();
    indexes.sort_by_key(|(name, _)| name.to_string());
    (part(table, "KeySchema"), indexes, table.pointer("/StreamSpecification/StreamViewType").cloned())
}

/// Converts JSON into a request of the API.
fn request<T: DeserializeOwned>(value: Value) -> Result<T> {
    Ok(serde_json::from_value(value)?)
}

/// Converts DynamoDB's JSON to plain JSON: `{"S": "x"}` becomes `"x"`.
pub(crate) fn plain(attribute: &Value) -> Value {
    let Some((kind, value)) = attribute.as_object().and_then(|map| map.iter().next()) else {
        return attribute.clone();
    };
    match (kind.as_str(), value) {
        ("N", Value::String(number)) => serde_json::from_str(number).unwrap_or_else(|_| value.clone()),
        ("NULL", _) => Value::Null,
        ("M", Value::Object(map)) => map.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        ("L", Value::Array(list)) => list.iter().map(plain).collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table {
            name: "items".to_owned(),
            create: json!({
                "TableName": "items",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
            }),
            expires_by: Some("expires_at".to_owned()),
        }
    }

    fn put(tables: &Tables, pk: &str, expires_at: i64) {
        let item = json!({"pk": {"S": pk}, "expires_at": {"N": expires_at.to_string()}});
        tables.database.put_item(request(json!({"TableName": "items", "Item": item})).unwrap()).unwrap();
    }

    #[tokio::test]
    async fn items_that_expired_by_the_local_clock_are_swept() {
        let (tables, _listener) = Tables::open(None, &[table()]).await.unwrap();
        put(&tables, "past", 999);
        put(&tables, "now", 1000);
        assert_eq!(tables.sweep(&table(), Timestamp::from_second(1000).unwrap()).unwrap(), 1);
        assert_eq!(tables.scan("items").unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_stream_continues_after_the_last_record_read() {
        let (tables, _listener) = Tables::open(None, &[table()]).await.unwrap();
        for pk in ["a", "b", "c"] {
            put(&tables, pk, 1);
        }
        let stream = tables.stream("items").unwrap().unwrap();
        let pk = |record: &Value| record.pointer("/dynamodb/Keys/pk/S").unwrap().as_str().unwrap().to_owned();
        let first = tables.records(&stream, None, 2).unwrap();
        assert_eq!(first.iter().map(pk).collect::<Vec<_>>(), ["a", "b"]);
        let number = first[1].pointer("/dynamodb/SequenceNumber").unwrap().as_str().unwrap();
        let rest = tables.records(&stream, Some(number), 10).unwrap();
        assert_eq!(rest.iter().map(pk).collect::<Vec<_>>(), ["c"]);
    }

    #[tokio::test]
    async fn a_table_of_another_shape_is_rejected() {
        let folder = crate::folder::Temporary::new().unwrap();
        let path = folder.path().join("dynamodb.sqlite");
        drop(Tables::open(Some(&path), &[table()]).await.unwrap());
        drop(Tables::open(Some(&path), &[table()]).await.unwrap());
        let mut other = table();
        other.create["KeySchema"][0]["AttributeName"] = Value::from("id");
        other.create["AttributeDefinitions"][0]["AttributeName"] = Value::from("id");
        assert!(matches!(Tables::open(Some(&path), &[other]).await, Err(TablesError::Reshaped(_))));
    }

    #[test]
    fn items_become_plain_json() {
        let item = json!({"M": {"n": {"N": "7"}, "l": {"L": [{"S": "x"}, {"NULL": true}]}, "b": {"BOOL": true}}});
        assert_eq!(plain(&item), json!({"n": 7, "l": ["x", null], "b": true}));
    }
}
