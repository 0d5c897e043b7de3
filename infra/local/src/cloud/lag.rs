//! Indexes that lag, as on AWS: what asks an index is answered from a copy of the tables as they were a while ago.
//!
//! The copy is a database of its own, with the same tables and indexes, so its answers have the shape of all others; reads of the
//! tables themselves never come here.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::task::JoinSet;

use super::dynamodb::{Tables, TablesError};
use crate::template::Table;

/// What answers for the indexes. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Indexes(Arc<Mutex<Option<Copy>>>);

/// The tables as they were, on a port of their own until it is dropped.
struct Copy {
    address: SocketAddr,
    /// Ends with it.
    _serving: JoinSet<()>,
}

impl Indexes {
    /// Where a call is to go instead, if it asks an index and indexes lag.
    pub(crate) fn address(&self, operation: &str, request: Option<&[u8]>) -> Option<SocketAddr> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let copy = held.as_ref()?;
        let asks = matches!(operation, "Query" | "Scan");
        let body = || serde_json::from_slice::<Value>(request.unwrap_or_default()).ok();
        (asks && body().is_some_and(|body| body.get("IndexName").is_some())).then_some(copy.address)
    }

    /// From now on indexes stay as they are now, whatever is written.
    pub(crate) async fn hold(&self, tables: &Tables, shapes: &[Table]) -> Result<(), TablesError> {
        let (copy, listener) = tables.copy(shapes).await?;
        let address = copy.address;
        let mut serving = JoinSet::new();
        serving.spawn(copy.serve(listener));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Copy { address, _serving: serving });
        Ok(())
    }

    /// Lets indexes show what is.
    pub(crate) fn release(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Lets indexes catch up every now and then, for as long as it is run.
    pub(crate) async fn lag(self, tables: Tables, shapes: Vec<Table>, by: Duration) {
        loop {
            if let Err(error) = self.hold(&tables, &shapes).await {
                tracing::error!("The indexes could not catch up: {error}");
            }
            tokio::time::sleep(by).await;
        }
    }
}
