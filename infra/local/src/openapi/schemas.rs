//! The types of the document: each has one name, whether it is read or written.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};

use super::OpenApiError;

/// Schemas of types for requests and for responses: a field that may be left out of one is always present in the other.
pub(super) struct Schemas {
    pub(super) input: SchemaGenerator,
    pub(super) output: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        });
        Self {
            input: settings.clone().for_deserialize().into_generator(),
            output: settings.for_serialize().into_generator(),
        }
    }
}

impl Schemas {
    /// Adds a type to the document although no route may use it.
    pub(super) fn named<T: JsonSchema>(&mut self) {
        let _reference: Schema = self.output.subschema_for::<T>();
    }

    /// Returns every named type.
    pub(super) fn into_definitions(mut self) -> Result<Map<String, Value>, OpenApiError> {
        let mut all = self.input.take_definitions(true);
        for (name, schema) in self.output.take_definitions(true) {
            match all.get(&name) {
                Some(other) if *other != schema => return Err(OpenApiError::TwoTypes(name)),
                Some(_) | None => all.insert(name, schema),
            };
        }
        Ok(all)
    }
}

/// Returns the error codes that `schema` and the types it refers to name for invalid values, and whether any of its
/// fields is required.
pub(super) fn refusals(schema: &Value, definitions: &Map<String, Value>) -> (Vec<String>, bool) {
    let mut found = (Vec::new(), false);
    let mut seen = Vec::new();
    walk(schema, definitions, &mut seen, &mut found);
    found
}

fn walk(schema: &Value, definitions: &Map<String, Value>, seen: &mut Vec<String>, found: &mut (Vec<String>, bool)) {
    match schema {
        Value::Object(fields) => {
            found.1 |= fields.contains_key("required");
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("x-error", Value::String(code)) => found.0.push(code.clone()),
                    ("$ref", Value::String(reference)) => {
                        let name = reference.rsplit('/').next().unwrap_or_default();
                        if !seen.iter().any(|known| known == name) {
                            seen.push(name.to_owned());
                            walk(definitions.get(name).unwrap_or(&Value::Null), definitions, seen, found);
                        }
                    }
                    (_, value) => walk(value, definitions, seen, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| walk(value, definitions, seen, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
