//! JSON Schemas of values, for the OpenAPI document.
//!
//! `x-error` is the code of the error for a value that doesn't fit. The limits are those that the values themselves
//! check.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{
    ApplicationId, AttributionDays, BrandSlug, Colour, Commission, ConversionType, Destination, EmailAddress,
    ExternalId, Footer, Host, LinkKey, Metadata, Name, Note, Reason, StateFilter, TimeZone, UserId, WebhookUrl,
    attribution::visit, email, multiline, partner::create::METADATA_BYTES_MAX, program::destination, text, webhook,
};

macro_rules! schemas {
    ($($name:ident = $schema:tt)*) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

schemas! {
    Name = {
        "type": "string",
        "description": "A name. It holds no web address and no invisible characters; white space is folded.",
        "minLength": 1,
        "maxLength": text::NAME_CHARS_MAX,
        "examples": ["Maria Lopez"],
        "x-error": "invalid_name",
    }
    WebhookUrl = {
        "type": "string",
        "description": "Where an endpoint is called: https, port 443, by a name that leads to no private address.",
        "format": "uri",
        "maxLength": webhook::URL_BYTES_MAX,
        "examples": ["https://shop.acme.example/hooks"],
        "x-error": "invalid_url",
    }
    Reason = {
        "type": "string",
        "description": "A reason. It holds no web address and no invisible characters; white space is folded.",
        "maxLength": text::REASON_CHARS_MAX,
        "examples": ["The campaign is over."],
        "x-error": "invalid_reason",
    }
    Note = {
        "type": "string",
        "description": "A few words of your own, in lines. They hold no web address and no invisible characters.",
        "maxLength": multiline::NOTE_CHARS_MAX,
        "examples": ["We loved your last video.\nSee you in May!"],
        "x-error": "invalid_note",
    }
    Footer = {
        "type": "string",
        "description": "A postal address, in at most six lines. It holds no web address and no invisible characters.",
        "maxLength": multiline::FOOTER_CHARS_MAX,
        "examples": ["Acme GmbH\nMusterstr. 1\n10115 Berlin"],
        "x-error": "invalid_footer",
    }
    Colour = {
        "type": "string",
        "description": "A colour.",
        "pattern": "^#[0-9a-fA-F]{6}$",
        "examples": ["#0b6e6e"],
        "x-error": "invalid_colour",
    }
    TimeZone = {
        "type": "string",
        "description": "An IANA time zone.",
        "examples": ["Europe/Berlin"],
        "x-error": "invalid_time_zone",
    }
    EmailAddress = {
        "type": "string",
        "description": "An email address. It is kept in lower case, its host in ASCII.",
        "format": "email",
        "maxLength": email::BYTES_MAX,
        "examples": ["maria@example.com"],
        "x-error": "invalid_email",
    }
    BrandSlug = {
        "type": "string",
        "description": "The name of a brand in addresses.",
        "pattern": "^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$",
        "minLength": 2,
        "maxLength": 40,
        "examples": ["acme"],
    }
    Host = {
        "type": "string",
        "description": "A host by name, without scheme, port or path. What lies below it is included.",
        "format": "hostname",
        "maxLength": 253,
        "examples": ["blog.acme.example"],
        "x-error": "invalid_host",
    }
    Destination = {
        "type": "string",
        "description": "An https address of a host by name, without user name, password or port.",
        "format": "uri",
        "pattern": "^https://",
        "maxLength": destination::BYTES_MAX,
        "examples": ["https://shop.acme.example/spring"],
        "x-error": "invalid_destination",
    }
    StateFilter = {
        "type": "string",
        "description": "Where a partner stands; `expired` means invited, by an invitation that ended.",
        "enum": ["invited", "declined", "active", "revoked", "expired"],
        "examples": ["active"],
    }
    ApplicationId = {
        "type": "string",
        "description": "What the Network calls an application.",
        "pattern": "^[A-Za-z0-9_.:-]{1,100}$",
        "minLength": 1,
        "maxLength": 100,
        "examples": ["app_01JD9Z5K3V"],
        "x-error": "invalid_id",
    }
    LinkKey = {
        "type": "string",
        "description": "The last part of a share link. It is unique in the brand whatever its case, also after the link was deleted.",
        "pattern": "^[A-Za-z0-9_-]{3,64}$",
        "minLength": 3,
        "maxLength": 64,
        "examples": ["maria-spring"],
        "x-error": "invalid_link_key",
    }
    AttributionDays = {
        "type": "integer",
        "description": "How many days after a visit a conversion counts.",
        "minimum": 1,
        "maximum": Self::MAX.days(),
        "examples": [60],
        "x-error": "invalid_attribution_days",
    }
    UserId = {
        "type": "string",
        "description": "What the shop calls one of its users. Only a hash of it is kept.",
        "minLength": 1,
        "maxLength": visit::ID_CHARS_MAX,
        "examples": ["customer-42"],
        "x-error": "invalid_value",
    }
    ExternalId = {
        "type": "string",
        "description": "What the shop calls a conversion. Under one id it counts once, for ever.",
        "minLength": 1,
        "maxLength": visit::ID_CHARS_MAX,
        "examples": ["order-1001"],
        "x-error": "invalid_value",
    }
    ConversionType = {
        "type": "string",
        "description": "What kind of thing a visitor did.",
        "pattern": "^[A-Za-z0-9_.-]{1,64}$",
        "minLength": 1,
        "maxLength": 64,
        "examples": ["purchase"],
        "x-error": "invalid_value",
    }
    Metadata = {
        "type": "object",
        "description": format!("Whatever you keep with a partner: an object of at most {METADATA_BYTES_MAX} bytes as JSON."),
        "examples": [{"crm": "4711"}],
        "x-error": "invalid_metadata",
    }
}

impl JsonSchema for Commission {
    fn schema_name() -> Cow<'static, str> {
        "Commission".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What is paid for a conversion: a share of the sale, or the same for each.",
            "oneOf": [
                {
                    "title": "percent",
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["type", "basisPoints"],
                    "properties": {
                        "type": {"type": "string", "const": "percent", "description": "A share of the sale."},
                        "basisPoints": {
                            "type": "integer",
                            "description": "The share in hundredths of a percent: 1000 is 10 %.",
                            "minimum": 1,
                            "maximum": 10_000,
                            "examples": [1_000],
                        },
                    },
                },
                {
                    "title": "fixed",
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["type", "amount", "currency"],
                    "properties": {
                        "type": {"type": "string", "const": "fixed", "description": "The same for each conversion."},
                        "amount": {
                            "type": "integer",
                            "description": "In minor units of the currency: 500 is 5.00 EUR.",
                            "minimum": 1,
                            "maximum": Self::AMOUNT_MAX,
                            "examples": [500],
                        },
                        "currency": {
                            "type": "string",
                            "description": "ISO 4217.",
                            "pattern": "^[A-Z]{3}$",
                            "examples": ["EUR"],
                            "x-error": "unknown_currency",
                        },
                    },
                },
            ],
            "x-error": "invalid_commission",
        })
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;

    /// Returns the example of a type, parsed as that type.
    fn example<T: JsonSchema + DeserializeOwned>() -> serde_json::Value {
        let schema = T::json_schema(&mut SchemaGenerator::default());
        let example = schema.pointer("/examples/0").unwrap().clone();
        assert!(serde_json::from_value::<T>(example.clone()).is_ok(), "{}: {example}", T::schema_name());
        example
    }

    #[test]
    fn examples_are_what_they_are_examples_of() {
        for example in [
            example::<Name>(),
            example::<Reason>(),
            example::<Note>(),
            example::<Footer>(),
            example::<Colour>(),
            example::<TimeZone>(),
            example::<EmailAddress>(),
            example::<BrandSlug>(),
            example::<Host>(),
            example::<Destination>(),
            example::<LinkKey>(),
            example::<UserId>(),
            example::<ExternalId>(),
            example::<ConversionType>(),
            example::<crate::domain::PartnerId>(),
            example::<crate::domain::ProgramId>(),
        ] {
            assert!(example.is_string(), "{example}");
        }
        let schema = Metadata::json_schema(&mut SchemaGenerator::default());
        assert!(Metadata::parse(schema.pointer("/examples/0").unwrap()).is_ok());
    }

    #[test]
    fn codes_are_codes_of_ours() {
        let source = include_str!("schemas.rs");
        let named = source.split("\"x-error\": \"").skip(1).filter_map(|rest| rest.split('"').next());
        for code in named {
            assert!(crate::domain::Invalid::CODES.contains(&code), "{code}");
        }
    }
}
