//! The types shared by several routes.

use std::collections::BTreeMap;

use serde_json::Value;
use shared::web::pages::docs::{Term, Type};

use crate::fields::{list, of_object, text, words};

pub(crate) fn all(document: &Value) -> Vec<Type> {
    let types = document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten();
    let types: BTreeMap<_, _> = types.collect();
    types
        .into_iter()
        .map(|(name, schema)| {
            let variants = list(schema, "oneOf").filter(|variant| variant.get("properties").is_some());
            let mut kinds: Vec<_> = variants.map(|kind| (text(kind.get("title")), of_object(kind))).collect();
            if schema.get("properties").is_some() {
                kinds.push((String::new(), of_object(schema)));
            }
            Type { name: name.clone(), says: words(schema.get("description")), values: values(schema), kinds }
        })
        .collect()
}

/// Returns the values of an enumeration, with their meanings.
pub(crate) fn values(schema: &Value) -> Vec<Term> {
    let documented = list(schema, "oneOf").filter(|value| value.get("const").is_some());
    let documented =
        documented.map(|value| Term { name: text(value.get("const")), says: words(value.get("description")) });
    let bare = list(schema, "oneOf").chain([schema]).flat_map(|schema| list(schema, "enum"));
    documented.chain(bare.map(|value| Term { name: text(Some(value)), says: words(None) })).collect()
}
