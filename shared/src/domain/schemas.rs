//! JSON Schemas of values, for the OpenAPI document.
//!
//! `x-error` is the code of the error for a value that doesn't fit. The limits are those that the values themselves
//! check.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{
    ApplicationId, AttributionDays, BrandSlug, Color, CommissionTerms, ConversionType, Destination, EmailAddress,
    ExternalId, Host, LinkKey, Metadata, Name, Note, PostalAddress, Reason, StateFilter, TimeZone, UserId, WebhookUrl,
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
        "description": "A name, without URLs or invisible characters. White space is collapsed.",
        "minLength": 1,
        "maxLength": text::NAME_CHARS_MAX,
        "examples": ["Maria Lopez"],
        "x-error": "invalid_name",
    }
    WebhookUrl = {
        "type": "string",
        "description": "The URL of an endpoint: https, port 443, with a host name that doesn’t resolve to a private IP address.",
        "format": "uri",
        "maxLength": webhook::URL_BYTES_MAX,
        "examples": ["https://shop.acme.example/hooks"],
        "x-error": "invalid_url",
    }
    Reason = {
        "type": "string",
        "description": "A reason, without URLs or invisible characters. White space is collapsed.",
        "maxLength": text::REASON_CHARS_MAX,
        "examples": ["The campaign is over."],
        "x-error": "invalid_reason",
    }
    Note = {
        "type": "string",
        "description": "A personal note, which can have several lines, without URLs or invisible characters.",
        "maxLength": multiline::NOTE_CHARS_MAX,
        "examples": ["We loved your last video.\nSee you in May!"],
        "x-error": "invalid_note",
    }
    PostalAddress = {
        "type": "string",
        "description": "A postal address of at most six lines, without URLs or invisible characters.",
        "maxLength": multiline::FOOTER_CHARS_MAX,
        "examples": ["Acme GmbH\nMusterstr. 1\n10115 Berlin"],
        "x-error": "invalid_footer",
    }
    Color = {
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
        "description": "An email address. It is stored in lower case, with the host in ASCII.",
        "format": "email",
        "maxLength": email::BYTES_MAX,
        "examples": ["maria@example.com"],
        "x-error": "invalid_email",
    }
    BrandSlug = {
        "type": "string",
        "description": "A brand’s identifier in URLs.",
        "pattern": "^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$",
        "minLength": 2,
        "maxLength": 40,
        "examples": ["acme"],
    }
    Host = {
        "type": "string",
        "description": "A host name, without scheme, port or path. Subdomains are included.",
        "format": "hostname",
        "maxLength": 253,
        "examples": ["blog.acme.example"],
        "x-error": "invalid_host",
    }
    Destination = {
        "type": "string",
        "description": "An https URL with a host name, without user name, password or port.",
        "format": "uri",
        "pattern": "^https://",
        "maxLength": destination::BYTES_MAX,
        "examples": ["https://shop.acme.example/spring"],
        "x-error": "invalid_destination",
    }
    StateFilter = {
        "type": "string",
        "description": "The status of a partner. `expired` means invited, with an invitation that has expired.",
        "enum": ["invited", "declined", "active", "revoked", "expired"],
        "examples": ["active"],
    }
    ApplicationId = {
        "type": "string",
        "description": "The Network’s ID of an application.",
        "pattern": "^[A-Za-z0-9_.:-]{1,100}$",
        "minLength": 1,
        "maxLength": 100,
        "examples": ["app_01JD9Z5K3V"],
        "x-error": "invalid_id",
    }
    LinkKey = {
        "type": "string",
        "description": "The last part of a share link. It is unique within the brand, regardless of case, even after the link is deleted.",
        "pattern": "^[A-Za-z0-9_-]{3,64}$",
        "minLength": 3,
        "maxLength": 64,
        "examples": ["maria-spring"],
        "x-error": "invalid_link_key",
    }
    AttributionDays = {
        "type": "integer",
        "description": "The number of days after a click in which a conversion counts.",
        "minimum": 1,
        "maximum": Self::MAX.days(),
        "examples": [60],
        "x-error": "invalid_attribution_days",
    }
    UserId = {
        "type": "string",
        "description": "The shop’s ID of one of its users. Only a hash of it is stored.",
        "minLength": 1,
        "maxLength": visit::ID_CHARS_MAX,
        "examples": ["customer-42"],
        "x-error": "invalid_value",
    }
    ExternalId = {
        "type": "string",
        "description": "The shop’s ID of a conversion. Each ID counts only once, for ever.",
        "minLength": 1,
        "maxLength": visit::ID_CHARS_MAX,
        "examples": ["order-1001"],
        "x-error": "invalid_value",
    }
    ConversionType = {
        "type": "string",
        "description": "The type of the conversion.",
        "pattern": "^[A-Za-z0-9_.-]{1,64}$",
        "minLength": 1,
        "maxLength": 64,
        "examples": ["purchase"],
        "x-error": "invalid_value",
    }
    Metadata = {
        "type": "object",
        "description": format!("Your own data about a partner: a JSON object of at most {METADATA_BYTES_MAX} bytes."),
        "examples": [{"crm": "4711"}],
        "x-error": "invalid_metadata",
    }
}

impl JsonSchema for CommissionTerms {
    fn schema_name() -> Cow<'static, str> {
        "CommissionTerms".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The commission for a conversion: a percentage of the sale or a fixed amount.",
            "oneOf": [
                {
                    "title": "percent",
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["type", "basisPoints"],
                    "properties": {
                        "type": {"type": "string", "const": "percent", "description": "A percentage of the sale."},
                        "basisPoints": {
                            "type": "integer",
                            "description": "The percentage in hundredths of a percent: 1000 is 10%.",
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
                        "type": {"type": "string", "const": "fixed", "description": "A fixed amount per conversion."},
                        "amount": {
                            "type": "integer",
                            "description": "The amount in minor units of the currency: 500 is 5.00 EUR.",
                            "minimum": 1,
                            "maximum": Self::AMOUNT_MAX,
                            "examples": [500],
                        },
                        "currency": {
                            "type": "string",
                            "description": "An ISO 4217 currency code.",
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
            example::<PostalAddress>(),
            example::<Color>(),
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
