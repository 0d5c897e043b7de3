//! Examples, generated from types: from the examples and limits that their values carry.

use serde_json::{Map, Value, json};

/// Returns the smallest valid request; if that is empty, the first field with an example.
pub(super) fn small(schema: &Value, definitions: &Map<String, Value>) -> Value {
    example(schema, definitions, false)
}

/// Returns a response with all its fields.
pub(super) fn whole(schema: &Value, definitions: &Map<String, Value>) -> Value {
    example(schema, definitions, true)
}

fn example(schema: &Value, definitions: &Map<String, Value>, whole: bool) -> Value {
    let again = |schema: &Value| example(schema, definitions, whole);
    if let Some(given) = schema.pointer("/examples/0").or(schema.get("const")).or(schema.get("default")) {
        return given.clone();
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return definitions.get(name).map(again).unwrap_or_default();
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(first) = schema.get(choice).and_then(|choices| choices.get(0)) {
            return again(first);
        }
    }
    if let Some(first) = schema.pointer("/enum/0") {
        return first.clone();
    }
    let kind = schema.get("type").and_then(|kind| kind.as_str().or_else(|| kind.get(0)?.as_str()));
    match kind {
        Some("object") => object(schema, definitions, whole),
        Some("array") => schema.get("items").map_or(json!([]), |items| json!([again(items)])),
        Some("string") if schema.get("format") == Some(&json!("date-time")) => json!("2026-11-22T14:05:00Z"),
        Some("string") => json!("text"),
        Some("boolean") => json!(true),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some(_) | None => Value::Null,
    }
}

fn object(schema: &Value, definitions: &Map<String, Value>, whole: bool) -> Value {
    let empty = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|required| required.iter().any(|known| known == name));
    let mut wanted: Vec<_> = properties.iter().filter(|(name, _)| whole || is_required(name)).collect();
    if wanted.is_empty() {
        wanted.extend(properties.iter().find(|(_, schema)| schema.get("examples").is_some()));
    }
    let fields = wanted.into_iter().map(|(name, schema)| (name.clone(), example(schema, definitions, whole)));
    Value::Object(fields.collect())
}
