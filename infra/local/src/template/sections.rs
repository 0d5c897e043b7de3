//! The sections of a template that are evaluated before its resources.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Result, TemplateError, object};

/// Returns the value of each parameter: the chosen one or its default.
pub(super) fn parameters(section: &Value, chosen: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for (name, parameter) in object(section, "Parameters")? {
        let default =
            parameter.get("Default").map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let value = chosen.get(name).cloned().or(default);
        values.insert(
            name.clone(),
            value.ok_or_else(|| TemplateError::new(format!("the parameter {name} has no value")))?,
        );
    }
    Ok(values)
}

/// Returns `Globals.Function`, the only part of `Globals` that is understood.
pub(super) fn globals(section: &Value) -> Result<Value> {
    let section = object(section, "Globals")?;
    match section.keys().find(|part| *part != "Function") {
        Some(part) => Err(TemplateError::new(format!("Globals.{part} is not supported"))),
        None => Ok(section.get("Function").cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()))),
    }
}
