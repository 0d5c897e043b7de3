//! Expressions, items and transactions of DynamoDB.

pub(super) mod expression;
pub(super) mod items;
pub(super) mod transaction;

pub use expression::{Condition, Update, attribute};
pub use items::{DroppedCount, Entity, MetadataItem, Picture};
pub use transaction::{ConditionFailures, Transaction, WriteError};
