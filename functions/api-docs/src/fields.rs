//! Converts JSON schemas to table rows.

use serde_json::Value;
use shared::web::pages::docs::{Field, Kind, Words};

/// Longer enumerations aren't listed in a row; they are documented elsewhere.
const VALUES_MAX: usize = 12;

pub(crate) fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

pub(crate) fn words(value: Option<&Value>) -> Words {
    Words(text(value))
}

pub(crate) fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Returns the fields of an object: the required ones in the order of the schema, then the others by name. A JSON map
/// may have lost the order of its fields.
pub(crate) fn of_object(schema: &Value) -> Vec<Field> {
    let place = |name: &str| list(schema, "required").position(|known| known == name);
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let mut fields: Vec<_> = properties.map(|(name, schema)| field(name, schema, place(name).is_some())).collect();
    fields.sort_by_key(|field| (place(&field.name).unwrap_or(usize::MAX), field.name.clone()));
    fields
}

pub(crate) fn parameter(parameter: &Value) -> Field {
    let schema = parameter.get("schema").unwrap_or(&Value::Null);
    let required = parameter.get("required") == Some(&Value::Bool(true));
    let field = field(&text(parameter.get("name")), schema, required);
    let says = words(parameter.get("description"));
    Field { place: text(parameter.get("in")), says, ..field }
}

fn field(name: &str, schema: &Value, required: bool) -> Field {
    Field {
        name: name.to_owned(),
        place: String::new(),
        kind: kind(schema),
        required,
        says: words(schema.get("description")),
        limits: limits(schema),
    }
}

/// Describes the type of a value.
pub(crate) fn kind(schema: &Value) -> Kind {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
        return Kind { link: Some(name), ..Kind::default() };
    }
    let is_null = |schema: &Value| schema.get("type") == Some(&Value::from("null"));
    if let Some(choice) = list(schema, "anyOf").find(|choice| !is_null(choice)) {
        let kind = kind(choice);
        let null = list(schema, "anyOf").any(is_null);
        return Kind { after: if null { format!("{} or null", kind.after) } else { kind.after }, ..kind };
    }
    let types: Vec<_> = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        one => one.and_then(Value::as_str).into_iter().collect(),
    };
    let null = if types.contains(&"null") { " or null" } else { "" };
    let plain = |word: &str| Kind { before: format!("{word}{null}"), ..Kind::default() };
    match types.iter().find(|kind| **kind != "null").copied() {
        Some("array") => {
            let items = kind(schema.get("items").unwrap_or(&Value::Null));
            Kind { before: format!("list of {}", items.before), after: format!("{}{null}", items.after), ..items }
        }
        Some("string") => match schema.get("format").and_then(Value::as_str) {
            Some("date-time") => plain("time"),
            Some("email") => plain("email address"),
            Some("uri") => plain("URL"),
            Some("hostname") => plain("host"),
            Some(_) | None if schema.get("title").is_some() => plain(&text(schema.get("title"))),
            Some(_) | None => plain("string"),
        },
        Some(word) => plain(word),
        None => plain("any"),
    }
}

/// Describes limits in words, leaving out what the type already says.
fn limits(schema: &Value) -> Vec<Words> {
    let items = schema.get("items").map(limits).unwrap_or_default();
    let number = |name: &str| schema.get(name).and_then(Value::as_u64);
    let mut limits = Vec::new();
    let range = |least: Option<u64>, most: Option<u64>, what: &str| match (least, most) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}{what}")),
        (None, Some(most)) => Some(format!("At most {most}{what}")),
        (Some(0) | None, None) => None,
        (Some(least), None) => Some(format!("At least {least}{what}")),
    };
    limits.extend(range(number("minLength"), number("maxLength"), " characters"));
    limits.extend(range(number("minimum"), number("maximum"), ""));
    limits.extend(range(number("minItems"), number("maxItems"), " items"));
    limits.extend(schema.get("pattern").and_then(Value::as_str).map(|pattern| format!("Matches `{pattern}`")));
    limits.extend(schema.get("const").map(|value| format!("Always `{}`", value.as_str().unwrap_or_default())));
    let values: Vec<_> = list(schema, "enum").filter_map(Value::as_str).map(|value| format!("`{value}`")).collect();
    if (1..=VALUES_MAX).contains(&values.len()) {
        limits.push(format!("One of {}", values.join(", ")));
    }
    let default = schema.get("default").filter(|value| !value.is_null() && !value.is_array());
    limits.extend(default.map(|value| match value.as_str() {
        Some(text) => format!("Default: `{text}`"),
        None => format!("Default: `{value}`"),
    }));
    limits.into_iter().map(Words).chain(items).collect()
}
