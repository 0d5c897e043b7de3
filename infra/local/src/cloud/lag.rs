//! Indexes that lag, as on AWS: queries of an index are served from a copy of the tables as they were some time ago.
//!
//! The copy is a separate database with the same tables and indexes, so its responses look like all others. Reads of
//! the tables themselves never come here.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::task::JoinSet;

use super::dynamodb::{Tables, TablesError};
use crate::template::Table;

/// The copy that serves queries of indexes while they lag. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Indexes(Arc<Mutex<Option<Copy>>>);

/// The tables as they were, served on a separate port until this is dropped.
struct Copy {
    address: SocketAddr,
    /// Stops the server when the copy is dropped.
    _serving: JoinSet<()>,
}

impl Indexes {
    /// Returns the socket address of the copy, if the call queries an index and indexes lag.
    pub(crate) fn address(&self, operation: &str, request: Option<&[u8]>) -> Option<SocketAddr> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let copy = held.as_ref()?;
        let asks = matches!(operation, "Query" | "Scan");
        let body = || serde_json::from_slice::<Value>(request.unwrap_or_default()).ok();
        (asks && body().is_some_and(|body| body.get("IndexName").is_some())).then_some(copy.address)
    }

    /// Freezes the indexes in their present state, whatever is written afterwards.
    pub(crate) async fn hold(&self, tables: &Tables, shapes: &[Table]) -> Result<(), TablesError> {
        let (copy, listener) = tables.copy(shapes).await?;
        let address = copy.address;
        let mut serving = JoinSet::new();
        serving.spawn(copy.serve(listener));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Copy { address, _serving: serving });
        Ok(())
    }

    /// Makes the indexes current again.
    pub(crate) fn release(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Lets the indexes catch up at regular intervals, for as long as this runs.
    pub(crate) async fn lag(self, tables: Tables, shapes: Vec<Table>, by: Duration) {
        loop {
            if let Err(error) = self.hold(&tables, &shapes).await {
                tracing::error!("The indexes could not catch up: {error}");
            }
            tokio::time::sleep(by).await;
        }
    }
}
