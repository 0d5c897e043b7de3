//! Converts `CloudFormation`'s YAML to JSON: `!Sub x` becomes `{"Fn::Sub": x}`, its long form.

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value};

use super::{Result, TemplateError};

/// Parses one document.
pub(super) fn parse(text: &str) -> Result<Value> {
    let documents = Yaml::load_from_str(text).map_err(|error| TemplateError::new(error.to_string()))?;
    match documents.as_slice() {
        [document] => json(document),
        _ => Err(TemplateError::new("it is not one YAML document")),
    }
}

fn json(node: &Yaml<'_>) -> Result<Value> {
    Ok(match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(flag)) => Value::Bool(*flag),
        Yaml::Value(Scalar::Integer(number)) => Value::from(*number),
        Yaml::Value(Scalar::FloatingPoint(number)) => Value::from(number.into_inner()),
        Yaml::Value(Scalar::String(text)) => Value::from(text.as_ref()),
        Yaml::Sequence(items) => Value::Array(items.iter().map(json).collect::<Result<_>>()?),
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = key.as_str().ok_or_else(|| TemplateError::new(format!("a key is not text: {key:?}")))?;
                map.insert(key.to_owned(), json(value)?);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tag, node) if tag.handle == "!" => tagged(&tag.suffix, json(node)?)?,
        Yaml::Tagged(tag, _) => {
            return Err(TemplateError::new(format!("the tag {tag} is unknown")));
        }
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            return Err(TemplateError::new(format!("this YAML is beyond CloudFormation: {node:?}")));
        }
    })
}

/// Returns the long form of a short tag. Whether this crate can evaluate the function is decided where it is used.
fn tagged(name: &str, argument: Value) -> Result<Value> {
    let (key, argument) = match (name, argument) {
        ("Ref" | "Condition", argument) => (name.to_owned(), argument),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) =
                path.split_once('.').ok_or_else(|| TemplateError::new(format!("!GetAtt {path} names no attribute")))?;
            ("Fn::GetAtt".to_owned(), Value::from(vec![resource, attribute]))
        }
        (name, argument) => (format!("Fn::{name}"), argument),
    };
    Ok(Value::Object(Map::from_iter([(key, argument)])))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn short_forms_become_long_ones() {
        let value = parse(
            "a: !Ref X\nb: [!GetAtt T.Arn, !Sub 'x${Y}']\nc: !Select [1, !Split ['@', z]]\nd: 1\ne: '1'\nf: true\n",
        )
        .unwrap();
        assert_eq!(
            value,
            json!({
                "a": {"Ref": "X"},
                "b": [{"Fn::GetAtt": ["T", "Arn"]}, {"Fn::Sub": "x${Y}"}],
                "c": {"Fn::Select": [1, {"Fn::Split": ["@", "z"]}]},
                "d": 1, "e": "1", "f": true,
            })
        );
    }

    #[test]
    fn broken_yaml_is_an_error() {
        assert!(parse("a: [").is_err());
        assert!(parse("a: 1\na: 2\n").is_err(), "a key that comes twice");
    }
}
