//! Conditions and updates, written so that names and values can't be confused with DynamoDB's reserved words.

use std::{borrow::Cow, collections::HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use crate::{
    error::{Error, Result},
    store::keys::{Key, RawKey},
};

/// A condition of a write. Dots in a path lead into maps, as in `mail.state`.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The attribute doesn't exist; on `pk`: the item doesn't exist.
    Absent(&'static str),
    /// The attribute exists; on `pk`: the item exists.
    Present(&'static str),
    /// The map has this key.
    Holds(&'static str, String),
    /// The attribute has this value.
    Is(&'static str, AttributeValue),
    /// The attribute exists and is smaller.
    Below(&'static str, AttributeValue),
    /// The attribute exists and is larger.
    Above(&'static str, AttributeValue),
    /// All hold.
    All(Vec<Self>),
    /// At least one holds.
    Any(Vec<Self>),
}

/// Converts any value that serde can serialize to an attribute.
///
/// # Errors
/// Fails if DynamoDB can't represent the value; for our types that is a bug.
pub fn attribute<T: Serialize>(value: T) -> Result<AttributeValue> {
    serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(value).map_err(Error::internal)
}

/// The placeholders of one request.
#[derive(Debug, Default)]
pub(in crate::store) struct Placeholders {
    pub(in crate::store) names: HashMap<String, String>,
    pub(in crate::store) values: HashMap<String, AttributeValue>,
}

impl Placeholders {
    fn path(&mut self, path: &str) -> String {
        let parts = path.split('.').map(|name| {
            let placeholder = format!("#{name}");
            self.names.insert(placeholder.clone(), name.to_owned());
            placeholder
        });
        parts.collect::<Vec<_>>().join(".")
    }

    fn value(&mut self, value: &AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value.clone());
        placeholder
    }

    pub(in crate::store) fn condition(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::Absent(path) => format!("attribute_not_exists({})", self.path(path)),
            Condition::Present(path) => format!("attribute_exists({})", self.path(path)),
            Condition::Holds(map, key) => format!("attribute_exists({})", self.path(&format!("{map}.{key}"))),
            Condition::Is(path, value) => format!("{} = {}", self.path(path), self.value(value)),
            Condition::Below(path, value) => format!("{} < {}", self.path(path), self.value(value)),
            Condition::Above(path, value) => format!("{} > {}", self.path(path), self.value(value)),
            Condition::All(conditions) => self.joined(conditions, " AND "),
            Condition::Any(conditions) => self.joined(conditions, " OR "),
        }
    }

    fn joined(&mut self, conditions: &[Condition], word: &str) -> String {
        let parts: Vec<_> = conditions.iter().map(|condition| format!("({})", self.condition(condition))).collect();
        parts.join(word)
    }
}

/// A change of one item, in place.
#[derive(Debug, Clone)]
pub struct Update {
    pub(in crate::store) key: RawKey,
    set: Vec<(&'static str, AttributeValue)>,
    set_once: Vec<(&'static str, AttributeValue)>,
    add: Vec<(Cow<'static, str>, i64)>,
    remove: Vec<&'static str>,
    conditions: Vec<Condition>,
}

impl Update {
    /// Updates the item at `key`, which must exist. Every update increases its `version`.
    #[must_use]
    pub fn of<E>(key: &Key<E>) -> Self {
        Self::of_raw(key.raw())
    }

    pub(in crate::store) fn of_raw(key: RawKey) -> Self {
        let (set, set_once, remove) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            key,
            set,
            set_once,
            add: vec![("version".into(), 1)],
            remove,
            conditions: vec![Condition::Present("pk")],
        }
    }

    /// Updates the item at `key`, which may not exist yet.
    #[must_use]
    pub fn of_any<E>(key: &Key<E>) -> Self {
        Self { conditions: Vec::new(), ..Self::of_raw(key.raw()) }
    }

    /// Sets an attribute.
    #[must_use]
    pub fn set(mut self, path: &'static str, value: AttributeValue) -> Self {
        self.set.push((path, value));
        self
    }

    /// Sets an attribute unless it exists.
    #[must_use]
    pub fn set_once(mut self, path: &'static str, value: AttributeValue) -> Self {
        self.set_once.push((path, value));
        self
    }

    /// Adds to a number; a missing attribute counts as 0.
    #[must_use]
    pub fn add(mut self, path: impl Into<Cow<'static, str>>, number: i64) -> Self {
        self.add.push((path.into(), number));
        self
    }

    /// Removes an attribute.
    #[must_use]
    pub fn remove(mut self, path: &'static str) -> Self {
        self.remove.push(path);
        self
    }

    /// Adds a condition to the update.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    /// Returns the condition expression, if there are conditions.
    pub(in crate::store) fn condition(&self, placeholders: &mut Placeholders) -> Option<String> {
        (!self.conditions.is_empty()).then(|| placeholders.joined(&self.conditions, " AND "))
    }

    /// Returns the update expression.
    pub(in crate::store) fn expression(&self, placeholders: &mut Placeholders) -> String {
        let mut sets: Vec<_> = self
            .set
            .iter()
            .map(|(path, value)| format!("{} = {}", placeholders.path(path), placeholders.value(value)))
            .collect();
        sets.extend(self.set_once.iter().map(|(path, value)| {
            let name = placeholders.path(path);
            format!("{name} = if_not_exists({name}, {})", placeholders.value(value))
        }));
        let adds: Vec<_> = self
            .add
            .iter()
            .map(|(path, number)| {
                let value = AttributeValue::N(number.to_string());
                format!("{} {}", placeholders.path(path), placeholders.value(&value))
            })
            .collect();
        let removes: Vec<_> = self.remove.iter().map(|path| placeholders.path(path)).collect();
        [("SET", sets), ("ADD", adds), ("REMOVE", removes)]
            .iter()
            .filter(|(_, clauses)| !clauses.is_empty())
            .map(|(word, clauses)| format!("{word} {}", clauses.join(", ")))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_is_spelled_with_placeholders_only() {
        let key = RawKey { pk: "a".to_owned(), sk: "b".to_owned() };
        let update = Update::of_raw(key)
            .set("mail.state", AttributeValue::S("sent".to_owned()))
            .set_once("activated_at", AttributeValue::N("1".to_owned()))
            .remove("lease")
            .when(Condition::Any(vec![
                Condition::Absent("lease"),
                Condition::Below("lease", AttributeValue::N("2".to_owned())),
            ]));
        let mut placeholders = Placeholders::default();
        assert_eq!(
            update.expression(&mut placeholders),
            "SET #mail.#state = :v0, #activated_at = if_not_exists(#activated_at, :v1) ADD #version :v2 REMOVE #lease"
        );
        assert_eq!(
            update.condition(&mut placeholders).unwrap(),
            "(attribute_exists(#pk)) AND ((attribute_not_exists(#lease)) OR (#lease < :v3))"
        );
    }
}
