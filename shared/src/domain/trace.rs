//! Trace IDs, which identify everything that follows from one request, across queues and the outbox.
//!
//! It is the root of AWS's own trace IDs. A request has one from API Gateway; an outbox item stores it beside its
//! event, and a message carries it where SQS and X-Ray expect it.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>

use serde::{Deserialize, Serialize};

/// The root of a trace, such as `1-5759e988-bd862e3fe1be46a994272793`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct TraceId(String);

impl TryFrom<String> for TraceId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no trace id")
    }
}

impl TraceId {
    /// Parses a trace ID; returns `None` for anything else, since no work may fail because of its trace.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let is_hex = |part: Option<&str>, digits: usize| {
            part.is_some_and(|part| part.len() == digits && part.bytes().all(|digit| digit.is_ascii_hexdigit()))
        };
        let well = parts.next() == Some("1") && is_hex(parts.next(), 8) && is_hex(parts.next(), 24);
        (well && parts.next().is_none()).then(|| Self(text.to_owned()))
    }

    /// Extracts it from a header such as `Root=1-…;Parent=…;Sampled=0`.
    #[must_use]
    pub fn in_header(header: &str) -> Option<Self> {
        header.split(';').find_map(|part| Self::parse(part.trim().strip_prefix("Root=")?))
    }

    /// Returns the header that propagates it.
    #[must_use]
    pub fn header(&self) -> String {
        format!("Root={}", self.0)
    }

    /// Returns its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1-5759e988-bd862e3fe1be46a994272793";

    #[test]
    fn the_root_is_found_anywhere_in_a_header() {
        for header in [
            format!("Root={ID}"),
            format!("Root={ID};Parent=53995c3f42cd8ad8;Sampled=1"),
            format!("Self=1-67891234-12456789abcdef012345678; Root={ID}"),
        ] {
            assert_eq!(TraceId::in_header(&header).unwrap().as_str(), ID, "{header}");
        }
        assert_eq!(TraceId::in_header(&TraceId::parse(ID).unwrap().header()), TraceId::parse(ID));
    }

    #[test]
    fn anything_else_is_no_trace() {
        for text in
            ["", "Root=", "Root=maria@example.com", "Root=1-5759e988-bd862e3fe1be46a99427279", &format!("{ID}-")]
        {
            assert_eq!(TraceId::in_header(text), None, "{text}");
            assert_eq!(TraceId::parse(text), None, "{text}");
        }
    }
}
