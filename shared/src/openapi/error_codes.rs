//! All error codes that a caller of the API can get.

use crate::{Error, domain::Invalid};

/// An error code, its status and its description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Stable identifier, for programs to match on.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Message of the error, for people. For invalid input, whose message differs each time, a general description.
    pub sentence: String,
}

/// All codes, sorted by status and then by name.
#[must_use]
pub fn codes() -> Vec<Code> {
    let errors = Error::one_of_each();
    let from_errors = errors.iter().map(|error| {
        let (status, code) = error.status_and_code();
        // The messages of these errors depend on the request.
        let sentence = match code {
            "not_found" => "The resource doesn't exist, or belongs to another brand.".to_owned(),
            "colour_too_pale" => {
                "The colour doesn't have enough contrast on white; `detail.nearest` is the closest one that has."
                    .to_owned()
            }
            "scope_missing" => "This API key lacks the scope that the route requires.".to_owned(),
            _ => error.to_string(),
        };
        Code { code, status: status.as_u16(), sentence }
    });
    let invalid = Invalid::CODES.iter().map(|code| {
        let sentence = MEANINGS.iter().find(|(known, _)| known == code).map(|(_, meaning)| *meaning);
        Code { code, status: 400, sentence: sentence.unwrap_or_default().to_owned() }
    });
    let mut codes: Vec<_> = from_errors.chain(invalid).collect();
    codes.sort_by_key(|code| (code.status, code.code));
    codes
}

/// Description of each code for invalid input; `detail.field` names the field.
const MEANINGS: &[(&str, &str)] = &[
    ("destination_not_allowed", "The destination is on a host that the link's program doesn't allow."),
    ("image_too_large", "The image has too many bytes or pixels."),
    ("invalid_amount", "The amount is negative or exceeds the maximum."),
    ("invalid_attribution_days", "An attribution window must be 1 to 90 days."),
    ("invalid_colour", "A colour must be # and six hexadecimal digits."),
    ("invalid_commission", "The commission terms are outside their limits, or mix the fields of two types."),
    ("invalid_destination", "A destination must be a plain https URL."),
    ("invalid_email", "Not a valid email address."),
    ("invalid_footer", "The footer is too long, or contains a URL or invisible characters."),
    ("invalid_host", "Not a valid host name."),
    ("invalid_id", "Not a valid ID."),
    ("invalid_idempotency_key", "An Idempotency-Key must be 1 to 255 visible ASCII characters."),
    ("invalid_image", "Not a PNG or WebP image, or a damaged one."),
    ("invalid_json", "The body is not JSON."),
    ("invalid_link_key", "A link key must be 3 to 64 letters, digits, _ or -."),
    ("invalid_metadata", "Metadata must be a JSON object of at most 4 KB."),
    ("invalid_name", "The name is empty or too long, or contains a URL or invisible characters."),
    ("invalid_note", "The note is too long, or contains a URL or invisible characters."),
    ("invalid_reason", "The reason is too long, or contains a URL or invisible characters."),
    ("invalid_slug", "Not a valid brand slug."),
    ("invalid_time_zone", "Not an IANA time zone."),
    ("invalid_type", "A field has the wrong type."),
    (
        "invalid_url",
        "Not a URL that can be called: it must use https and a host name that doesn't resolve to a private IP address.",
    ),
    ("invalid_value", "A field or parameter has a value that isn't accepted here."),
    ("missing_field", "A required field is missing."),
    ("too_many_hosts", "The program has too many allowed hosts."),
    ("too_many_keys", "The brand has reached its limit of API keys."),
    ("too_many_links", "The partner has reached the limit of links."),
    ("too_many_programs", "The brand has reached its limit of active programs."),
    ("too_many_webhooks", "The brand has reached its limit of webhook endpoints."),
    ("unknown_currency", "Not an ISO 4217 currency code."),
    ("unknown_field", "The field or parameter doesn't exist. Unknown ones are rejected, never ignored."),
    ("unknown_program", "The program doesn't exist or is archived."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_bad_input_has_a_meaning_and_every_meaning_a_code() {
        let known: Vec<_> = MEANINGS.iter().map(|(code, _)| *code).collect();
        assert_eq!(known, Invalid::CODES, "add what the code is about to MEANINGS, in the same order");
    }

    #[test]
    fn every_error_is_listed() {
        // The `match` of `status_and_code` is the only complete list of errors, so its source text is compared.
        let source = include_str!("../error.rs");
        let table = source.split("fn status_and_code").nth(1).unwrap();
        let listed: Vec<_> = Error::one_of_each().iter().map(|error| error.status_and_code().1).collect();
        for code in table.lines().filter(|line| line.contains("StatusCode::")).filter_map(|line| line.split('"').nth(1))
        {
            let listed_elsewhere = code == "answered" || Invalid::CODES.contains(&code);
            assert!(listed_elsewhere || listed.contains(&code), "{code} is missing in Error::one_of_each");
        }
    }
}
