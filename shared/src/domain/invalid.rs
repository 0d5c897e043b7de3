//! Why a piece of input is not acceptable.

use std::fmt;

/// An input that does not parse, with the stable code that programs match on.
///
/// `{}` is the sentence for a person. `{:#}` carries code and field too: serde passes errors on by their
/// `Display` alone, and the reader of JSON bodies takes them apart again (see `web::json`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The stable code, e.g. `invalid_email`.
    pub code: &'static str,
    /// One sentence that says what would be accepted.
    pub message: String,
}

impl Invalid {
    /// Separates code and message in `{:#}`; no message can hold it.
    pub(crate) const SEPARATOR: char = '\u{1f}';

    /// A value that is well formed, but not one that this place takes.
    #[must_use]
    pub fn unsupported(message: &str) -> Self {
        Self::new("invalid_value", message)
    }

    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
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

/// Derives what every value parsed from text has: reading and writing by serde through `parse`, and `Display`.
macro_rules! text_value {
    ($name:ident) => {
        impl $name {
            /// The text as it is stored and shown.
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
