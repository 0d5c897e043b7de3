//! Errors of invalid input.

use std::fmt;

/// An input that can't be parsed, with a stable code for programs.
///
/// `{}` is the sentence for people. `{:#}` contains the code too: serde preserves only the `Display` of an error, and
/// the reader of JSON bodies separates the two again (see `web::json`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Stable code, such as `invalid_email`.
    pub code: &'static str,
    /// One sentence that says what is accepted.
    pub message: String,
}

impl Invalid {
    /// All codes. [`Invalid::new`] accepts no other, so that a code survives the way through serde.
    pub(crate) const CODES: &[&str] = &[
        "destination_not_allowed",
        "image_too_large",
        "invalid_amount",
        "invalid_attribution_days",
        "invalid_colour",
        "invalid_commission",
        "invalid_destination",
        "invalid_email",
        "invalid_footer",
        "invalid_host",
        "invalid_id",
        "invalid_idempotency_key",
        "invalid_image",
        "invalid_json",
        "invalid_link_key",
        "invalid_metadata",
        "invalid_name",
        "invalid_note",
        "invalid_reason",
        "invalid_slug",
        "invalid_time_zone",
        "invalid_type",
        "invalid_url",
        "invalid_value",
        "missing_field",
        "too_many_hosts",
        "too_many_keys",
        "too_many_links",
        "too_many_programs",
        "too_many_webhooks",
        "unknown_currency",
        "unknown_field",
        "unknown_program",
    ];

    /// Separates code and message in `{:#}`; no message can contain it.
    pub(crate) const SEPARATOR: char = '\u{1f}';

    /// Returns the error for a well-formed value that isn't accepted here.
    #[must_use]
    pub fn unsupported(message: &str) -> Self {
        Self::new("invalid_value", message)
    }

    /// Returns the error for a program that doesn't exist or isn't available.
    #[must_use]
    pub fn unknown_program(message: &str) -> Self {
        Self::new("unknown_program", message)
    }

    /// Returns the error for a URL that can't be called, or may not be.
    #[must_use]
    pub fn url(message: impl Into<String>) -> Self {
        Self::new("invalid_url", message)
    }

    /// Returns the error for a missing required value.
    #[must_use]
    pub fn missing(message: &str) -> Self {
        Self::new("missing_field", message)
    }

    /// Returns the error for bytes that are no image of an accepted type.
    #[must_use]
    pub fn image() -> Self {
        Self::new("invalid_image", "We can't read this image. Upload a PNG or WebP of up to 100 KB.")
    }

    /// Returns the error for an image that is too large, in bytes or in pixels.
    #[must_use]
    pub fn image_too_large() -> Self {
        let message = "The image is too large. Upload a PNG or WebP of up to 100 KB, 4096 pixels wide and high, and 4 million pixels in total.";
        Self::new("image_too_large", message)
    }

    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        debug_assert!(Self::CODES.contains(&code), "{code} is not registered");
        Self { code, message: message.into() }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            write!(f, "{}{}", self.code, Self::SEPARATOR)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Invalid {}

/// Implements what every value parsed from text has: serde through `parse`, and `Display`.
macro_rules! text_value {
    ($name:ident) => {
        impl $name {
            /// Returns the text as it is stored and shown.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::domain::Invalid;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(crate) use text_value;
