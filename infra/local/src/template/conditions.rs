//! Which parts of a template exist, by its `Conditions`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Result, TemplateError, object, resolve::Scope};

/// Evaluates every condition of the section. A condition may refer to others, but not in a cycle.
pub(super) fn conditions(scope: &Scope, section: &Value) -> Result<BTreeMap<String, bool>> {
    let section = object(section, "Conditions")?;
    let holds = |name: &String| Ok((name.clone(), named(scope, section, name, 0)?));
    section.keys().map(holds).collect()
}

fn named(scope: &Scope, section: &Map<String, Value>, name: &str, depth: usize) -> Result<bool> {
    let condition = section.get(name).ok_or_else(|| TemplateError::new(format!("there is no condition {name}")))?;
    // A chain longer than the number of conditions must contain a cycle.
    if depth > section.len() {
        return Err(TemplateError::new(format!("the condition {name} names itself")));
    }
    holds(scope, section, condition, depth).map_err(|error| error.at(name))
}

fn holds(scope: &Scope, section: &Map<String, Value>, condition: &Value, depth: usize) -> Result<bool> {
    let malformed = || TemplateError::new(format!("the condition {condition} is not supported"));
    let (name, argument) = condition.as_object().and_then(|map| map.iter().next()).ok_or_else(malformed)?;
    let each = || {
        let parts = argument.as_array().ok_or_else(malformed)?;
        parts.iter().map(|part| holds(scope, section, part, depth)).collect::<Result<Vec<bool>>>()
    };
    match name.as_str() {
        "Condition" => named(scope, section, argument.as_str().ok_or_else(malformed)?, depth + 1),
        "Fn::Equals" => match scope.resolve(argument)?.as_array().map(Vec::as_slice) {
            Some([one, other]) => Ok(one == other),
            Some(_) | None => Err(malformed()),
        },
        "Fn::Not" => each()?.first().map(|holds| !holds).ok_or_else(malformed),
        "Fn::And" => Ok(each()?.into_iter().all(|holds| holds)),
        "Fn::Or" => Ok(each()?.into_iter().any(|holds| holds)),
        _ => Err(malformed()),
    }
}
