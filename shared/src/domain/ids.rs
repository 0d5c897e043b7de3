//! Typed IDs: a readable prefix and a ULID, so that IDs sort by creation time.

use std::borrow::Cow;

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use super::{Invalid, validation::text_value};

/// An ID that can be generated from a time and ten random bytes.
pub trait Fresh {
    /// Returns the ID of something that is created at `now`.
    fn fresh(now: Timestamp, entropy: [u8; 10]) -> Self;
}

fn fresh_text(prefix: &str, now: Timestamp, entropy: [u8; 10]) -> String {
    let random = entropy.iter().fold(0u128, |random, byte| (random << 8) | u128::from(*byte));
    let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
    format!("{prefix}{}", Ulid::from_parts(millis, random))
}

fn parse_text(prefix: &str, kind: &str, text: &str) -> Result<String, Invalid> {
    let ulid = text.strip_prefix(prefix).and_then(|tail| Ulid::from_string(tail).ok());
    match ulid {
        // Only the one spelling that we return: a second one would be a second key in the table.
        Some(ulid) if format!("{prefix}{ulid}") == text => Ok(text.to_owned()),
        Some(_) | None => Err(Invalid::new("invalid_id", format!("Not a valid {kind} ID."))),
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal, $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses an ID in the spelling that we return.
            ///
            /// # Errors
            /// Fails with `invalid_id` for anything else.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                parse_text($prefix, $kind, text).map(Self)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": "string",
                    "title": concat!($kind, " id"),
                    // A prefix and a ULID, in the one spelling that we return.
                    "pattern": concat!("^", $prefix, "[0-7][0-9A-HJKMNP-TV-Z]{25}$"),
                    "examples": [concat!($prefix, "01JD9Z5K3V8Q4W2N7M6X0R1T5Y")],
                })
            }
        }

        impl Fresh for $name {
            fn fresh(now: Timestamp, entropy: [u8; 10]) -> Self {
                Self(fresh_text($prefix, now, entropy))
            }
        }

        text_value!($name);
    )*};
}

ids! {
    /// ID of a partner.
    PartnerId = "ptn_", "partner";
    /// ID of a program.
    ProgramId = "prg_", "program";
    /// ID of an admin.
    AdminId = "adm_", "admin";
    /// ID of an event.
    EventId = "evt_", "event";
    /// ID of an API key; it is not the key itself.
    ApiKeyId = "key_", "key";
    /// ID of a click; the shop receives it as `cref`.
    ClickId = "clk_", "click";
    /// ID of a commission.
    CommissionId = "com_", "commission";
    /// ID of an import.
    ImportId = "imp_", "import";
    /// ID of an export.
    ExportId = "exp_", "export";
    /// ID of a backfill.
    BackfillId = "bkf_", "backfill";
    /// ID of a call between the Network and this product.
    NetworkCallId = "ncl_", "call";
    /// ID of a webhook endpoint.
    WebhookId = "whk_", "webhook";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_was_written() {
        let id = PartnerId::fresh(Timestamp::UNIX_EPOCH, [7; 10]);
        assert_eq!(PartnerId::parse(id.as_str()), Ok(id.clone()));
        assert!(id.as_str().starts_with("ptn_"));
    }

    #[test]
    fn nothing_else_is_an_id() {
        let id = PartnerId::fresh(Timestamp::UNIX_EPOCH, [7; 10]).to_string();
        for text in ["", "ptn_", "ptn_x#y", &id.to_lowercase(), &id.replace("ptn_", "prg_"), &format!("{id} ")] {
            assert!(PartnerId::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ids_sort_by_when_they_were_made() {
        let early = EventId::fresh(Timestamp::from_millisecond(1_000).unwrap(), [255; 10]);
        let late = EventId::fresh(Timestamp::from_millisecond(1_001).unwrap(), [0; 10]);
        assert!(early < late);
    }
}
