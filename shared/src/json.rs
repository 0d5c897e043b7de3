//! Parses JSON into typed input. If something doesn't fit, the error names the field and the reason, with a stable
//! code.
//!
//! serde's own deserializers return errors only as text. This one distinguishes the errors that callers match on:
//! `unknown_field`, `missing_field`, `invalid_type`, and the codes of our own types.

use std::fmt;

use schemars::JsonSchema;
use serde::{
    Deserialize,
    de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor, value::StringDeserializer},
    forward_to_deserialize_any,
};
use serde_json::{Map, Value};

use crate::{InvalidField, domain::Invalid};

/// An object without fields.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Parses a `T`.
///
/// # Errors
/// Fails at the first field that doesn't fit, and describes the problem.
pub fn from_json<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, InvalidField> {
    T::deserialize(Json(value)).map_err(|error| error.0)
}

/// An error under construction: field names are added from the inside out.
#[derive(Debug)]
struct JsonError(InvalidField);

impl JsonError {
    fn new(code: &'static str, message: String) -> Self {
        Self(InvalidField { field: None, invalid: Invalid { code, message } })
    }

    fn below(mut self, name: &str) -> Self {
        self.0.field = Some(match self.0.field {
            None => name.to_owned(),
            Some(field) if field.starts_with('[') => format!("{name}{field}"),
            Some(field) => format!("{name}.{field}"),
        });
        self
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.invalid.message)
    }
}

impl std::error::Error for JsonError {}

impl de::Error for JsonError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let text = format!("{message:#}");
        match text.split_once(Invalid::SEPARATOR) {
            Some((code, message)) => Self::new(known_code(code), message.to_owned()),
            None => Self::new("invalid_value", text),
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let known = expected.join(", ");
        Self::new("unknown_field", format!("There is no field `{field}`. Known fields: {known}.")).below(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("missing_field", format!("The field `{field}` is missing.")).below(field)
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new("invalid_type", format!("Expected {}, found {}.", plain(expected), kind(&unexpected)))
    }

    fn invalid_value(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new("invalid_value", format!("Expected {}, found {}.", plain(expected), kind(&unexpected)))
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new("invalid_value", format!("Expected one of: {}.", expected.join(", ")))
    }
}

/// Expected type, in terms of JSON rather than of Rust.
fn plain(expected: &dyn de::Expected) -> String {
    let text = expected.to_string();
    match text.as_str() {
        "a sequence" => "an array".to_owned(),
        "a map" => "an object".to_owned(),
        "u32" | "u64" | "i64" => "an integer".to_owned(),
        other if other.starts_with("struct ") => "an object".to_owned(),
        _ => text,
    }
}

/// Type that was found, without its content, which may be personal.
#[expect(clippy::wildcard_enum_match_arm, reason = "serde knows more kinds than JSON has")]
fn kind(unexpected: &de::Unexpected<'_>) -> &'static str {
    match unexpected {
        de::Unexpected::Bool(_) => "a boolean",
        de::Unexpected::Unsigned(_) | de::Unexpected::Signed(_) | de::Unexpected::Float(_) => "a number",
        de::Unexpected::Str(_) | de::Unexpected::Char(_) => "a string",
        de::Unexpected::Unit | de::Unexpected::Option => "null",
        de::Unexpected::Seq => "an array",
        de::Unexpected::Map => "an object",
        _ => "something else",
    }
}

/// Maps a code to its constant.
fn known_code(code: &str) -> &'static str {
    Invalid::CODES.iter().find(|known| **known == code).copied().unwrap_or("invalid_value")
}

struct Json(Value);

impl<'de> de::Deserializer<'de> for Json {
    type Error = JsonError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(bool) => visitor.visit_bool(bool),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, Some(number)) => visitor.visit_f64(number),
                (None, None, None) => Err(JsonError::new("invalid_value", "This number is out of range.".to_owned())),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(values) => visitor.visit_seq(Elements { values: values.into_iter(), index: 0 }),
            Value::Object(fields) => visitor.visit_map(Fields { fields: fields.into_iter(), next: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &str, visitor: V) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        let Value::String(text) = self.0 else {
            return Err(JsonError::new("invalid_type", "Expected a string.".to_owned()));
        };
        visitor.visit_enum(IntoDeserializer::<JsonError>::into_deserializer(text))
    }

    /// Accepts objects only: serde would also read a list, in the order of the fields.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        if self.0.is_object() {
            self.deserialize_any(visitor)
        } else {
            Err(JsonError::new("invalid_type", "Expected an object.".to_owned()))
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

struct Elements {
    values: std::vec::IntoIter<Value>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = JsonError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, JsonError> {
        let Some(value) = self.values.next() else { return Ok(None) };
        let place = format!("[{}]", self.index);
        self.index += 1;
        seed.deserialize(Json(value)).map(Some).map_err(|error| error.below(&place))
    }
}

struct Fields {
    fields: <Map<String, Value> as IntoIterator>::IntoIter,
    next: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = JsonError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, JsonError> {
        self.next = self.fields.next();
        let Some((name, _)) = &self.next else { return Ok(None) };
        let name: StringDeserializer<JsonError> = name.clone().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, JsonError> {
        let (name, value) = self.next.take().unwrap_or_default();
        seed.deserialize(Json(value)).map_err(|error| error.below(&name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{CommissionTerms, EmailAddress, Host};

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Input {
        email: EmailAddress,
        #[serde(default)]
        allowed_hosts: Vec<Host>,
        commission: Option<CommissionTerms>,
        number: Option<u32>,
    }

    fn refused(value: Value) -> (&'static str, Option<String>) {
        let error = from_json::<Input>(value).unwrap_err();
        (error.invalid.code, error.field)
    }

    #[test]
    fn what_fits_is_read() {
        let input: Input = from_json(json!({
            "email": "A@example.com",
            "allowedHosts": ["example.org"],
            "commission": {"type": "percent", "basisPoints": 5},
            "number": null,
        }))
        .unwrap();
        assert_eq!(input.email.as_str(), "a@example.com");
        assert_eq!(input.allowed_hosts.len(), 1);
        assert!(input.commission.is_some());
        assert!(input.number.is_none());
    }

    #[test]
    fn every_mistake_has_a_code_and_a_field() {
        let field = |name: &str| Some(name.to_owned());
        assert_eq!(refused(json!({})), ("missing_field", field("email")));
        assert_eq!(refused(json!({"email": 1})), ("invalid_type", field("email")));
        assert_eq!(refused(json!({"email": null})), ("invalid_type", field("email")));
        assert_eq!(refused(json!({"email": "x"})), ("invalid_email", field("email")));
        assert_eq!(refused(json!({"email": "a@example.com", "e": 1})), ("unknown_field", field("e")));
        assert_eq!(refused(json!({"email": "a@example.com", "number": -1})), ("invalid_value", field("number")));
        assert_eq!(refused(json!({"email": "a@example.com", "number": "1"})), ("invalid_type", field("number")));
        assert_eq!(
            refused(json!({"email": "a@example.com", "allowedHosts": ["example.org", "https://x"]})),
            ("invalid_host", field("allowedHosts[1]"))
        );
        assert_eq!(
            refused(json!({"email": "a@example.com", "commission": {"type": "fixed", "amount": 1, "currency": "XXQ"}})),
            ("unknown_currency", field("commission"))
        );
        assert_eq!(refused(json!([1])), ("invalid_type", None));
        assert_eq!(refused(json!("x")), ("invalid_type", None));
    }
}
