//! Patterns of event sources and of rules: which records a function receives, and which events a rule routes.
//!
//! A pattern has the shape of a record. Its leaves are lists of allowed values; every leaf must match. Where the record
//! has a list, one matching element is enough.

use serde_json::Value;

use super::{Result, TemplateError};

/// A filter: one or more patterns, any of which lets a record through.
#[derive(Debug, Clone)]
pub struct Pattern(Vec<Vec<Leaf>>);

#[derive(Debug, Clone)]
struct Leaf {
    path: Vec<String>,
    any_of: Vec<Rule>,
}

#[derive(Debug, Clone)]
enum Rule {
    Equals(Value),
    Prefix(String),
    Suffix(String),
    Exists(bool),
    Not(Vec<Value>),
}

impl Pattern {
    /// Parses patterns as the template contains them: JSON texts.
    ///
    /// # Errors
    /// Returns the first part that isn't understood.
    pub fn any(patterns: &[&str]) -> Result<Self> {
        let parse = |text: &&str| {
            let pattern = serde_json::from_str(text).map_err(|_error| unclear(text))?;
            leaves(&pattern)
        };
        patterns.iter().map(parse).collect::<Result<_>>().map(Self)
    }

    /// Parses one pattern that the template contains as an object.
    ///
    /// # Errors
    /// Returns the part that isn't understood.
    pub fn of(pattern: &Value) -> Result<Self> {
        Ok(Self(vec![leaves(pattern)?]))
    }

    /// Returns `true` if the function should receive `record`.
    #[must_use]
    pub fn matches(&self, record: &Value) -> bool {
        self.0.iter().any(|leaves| leaves.iter().all(|leaf| leaf.matches(record)))
    }
}

impl Leaf {
    fn matches(&self, record: &Value) -> bool {
        let found = self.path.iter().try_fold(record, |value, name| value.get(name));
        self.any_of.iter().any(|rule| rule.matches(found))
    }
}

impl Rule {
    fn matches(&self, found: Option<&Value>) -> bool {
        if let (Some(Value::Array(several)), Self::Equals(_) | Self::Prefix(_) | Self::Suffix(_) | Self::Not(_)) =
            (found, self)
        {
            return several.iter().any(|one| self.matches(Some(one)));
        }
        let text = found.and_then(Value::as_str);
        match self {
            Self::Equals(value) => found == Some(value),
            Self::Prefix(prefix) => text.is_some_and(|text| text.starts_with(prefix)),
            Self::Suffix(suffix) => text.is_some_and(|text| text.ends_with(suffix)),
            Self::Exists(there) => found.is_some() == *there,
            Self::Not(values) => found.is_some_and(|found| !values.contains(found)),
        }
    }

    fn parse(value: &Value) -> Option<Self> {
        match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => Some(Self::Equals(value.clone())),
            Value::Object(map) => {
                let mut entries = map.iter();
                let (Some((name, argument)), None) = (entries.next(), entries.next()) else {
                    return None;
                };
                match (name.as_str(), argument) {
                    ("prefix", Value::String(prefix)) => Some(Self::Prefix(prefix.clone())),
                    ("suffix", Value::String(suffix)) => Some(Self::Suffix(suffix.clone())),
                    ("exists", Value::Bool(there)) => Some(Self::Exists(*there)),
                    ("anything-but", Value::Array(values)) if values.iter().all(|value| !value.is_object()) => {
                        Some(Self::Not(values.clone()))
                    }
                    _ => None,
                }
            }
            Value::Array(_) => None,
        }
    }
}

fn unclear(pattern: &impl std::fmt::Display) -> TemplateError {
    TemplateError::new(format!("the filter pattern {pattern} is not supported"))
}

fn leaves(pattern: &Value) -> Result<Vec<Leaf>> {
    let unclear = || unclear(pattern);
    let mut leaves = Vec::new();
    let mut open = vec![(Vec::new(), pattern)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    // `$or` and similar operators would need rules that this crate doesn't implement.
                    if name.starts_with('$') {
                        return Err(unclear());
                    }
                    let mut path = path.clone();
                    path.push(name.clone());
                    open.push((path, value));
                }
            }
            Value::Array(rules) if !path.is_empty() => {
                let any_of = rules.iter().map(|rule| Rule::parse(rule).ok_or_else(unclear)).collect::<Result<_>>()?;
                leaves.push(Leaf { path, any_of });
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                return Err(unclear());
            }
        }
    }
    Ok(leaves)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(event: &str, sk: &str) -> Value {
        json!({"eventName": event, "dynamodb": {"Keys": {"sk": {"S": sk}}}})
    }

    #[test]
    fn every_leaf_must_match_one_of_its_rules() {
        let pattern =
            r#"{"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}, "SIGNIN"]}}}}"#;
        let pattern = Pattern::any(&[pattern]).unwrap();
        assert!(pattern.matches(&record("INSERT", "EVENT#1")));
        assert!(pattern.matches(&record("INSERT", "SIGNIN")));
        assert!(!pattern.matches(&record("INSERT", "SIGNIN#")));
        assert!(!pattern.matches(&record("MODIFY", "EVENT#1")));
        assert!(!pattern.matches(&json!({"eventName": "INSERT"})));
    }

    #[test]
    fn any_of_several_patterns_is_enough() {
        let pattern = Pattern::any(&[r#"{"a": [1]}"#, r#"{"b": [{"exists": false}]}"#]).unwrap();
        assert!(pattern.matches(&json!({"a": 1, "b": 2})));
        assert!(pattern.matches(&json!({"a": 2})));
        assert!(!pattern.matches(&json!({"a": 2, "b": 2})));
    }

    #[test]
    fn one_matching_element_of_a_list_is_enough() {
        let pattern = Pattern::of(&json!({"tags": {"set": ["mail"]}})).unwrap();
        assert!(pattern.matches(&json!({"tags": {"set": ["other", "mail"]}})));
        assert!(!pattern.matches(&json!({"tags": {"set": ["other"]}})));
        assert!(!pattern.matches(&json!({"tags": {"set": []}})));
    }

    #[test]
    fn unknown_patterns_are_errors() {
        for text in
            ["", "[]", "1", r#"{"a": 1}"#, r#"{"a": [{"numeric": ["=", 1]}]}"#, r#"{"$or": []}"#, r#"{"a": [[1]]}"#]
        {
            assert!(Pattern::any(&[text]).is_err(), "{text}");
        }
    }
}
