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
    let told = errors.iter().map(|error| {
        let (status, code) = error.status_and_code();
        // The messages of these errors depend on the request.
        let sentence = match code {
            "not_found" => "What was asked for is not there, or belongs to another brand.".to_owned(),
            "colour_too_pale" => {
                "A colour can't be seen on a light page; `detail.nearest` is the nearest that can.".to_owned()
            }
            "scope_missing" => "This API key lacks the scope that the route needs.".to_owned(),
            _ => error.to_string(),
        };
        Code { code, status: status.as_u16(), sentence }
    });
    let invalid = Invalid::CODES.iter().map(|code| {
        let sentence = MEANINGS.iter().find(|(known, _)| known == code).map(|(_, meaning)| *meaning);
        Code { code, status: 400, sentence: sentence.unwrap_or_default().to_owned() }
    });
    let mut codes: Vec<_> = told.chain(invalid).collect();
    codes.sort_by_key(|code| (code.status, code.code));
    codes
}

/// Description of each code for invalid input; `detail.field` names the field.
const MEANINGS: &[(&str, &str)] = &[
    ("destination_not_allowed", "A link would lead to a host that its program doesn't allow."),
    ("image_too_large", "An image has more bytes or pixels than are taken."),
    ("invalid_amount", "An amount is negative, or larger than anybody pays."),
    ("invalid_attribution_days", "A conversion counts for 1 to 90 days."),
    ("invalid_colour", "That is no colour as # and six hexadecimal digits."),
    ("invalid_commission", "A commission lies outside its limits, or mixes the fields of two kinds."),
    ("invalid_destination", "A destination is no plain https address."),
    ("invalid_email", "That is no email address that mail can be sent to."),
    ("invalid_footer", "A footer is too long, or holds an address of the web or invisible characters."),
    ("invalid_host", "That is no host by name."),
    ("invalid_id", "That is no id of ours."),
    ("invalid_idempotency_key", "An Idempotency-Key has 1 to 255 visible ASCII characters."),
    ("invalid_image", "That is no PNG or WebP image, or a broken one."),
    ("invalid_json", "The body is not JSON."),
    ("invalid_link_key", "A link's key has 3 to 64 letters, digits, _ or -."),
    ("invalid_metadata", "Metadata is no object, or larger than 4 KB."),
    ("invalid_name", "A name is empty, too long, or holds an address or invisible characters."),
    ("invalid_note", "A note is too long, or holds an address of the web or invisible characters."),
    ("invalid_reason", "A reason is too long, or holds an address or invisible characters."),
    ("invalid_slug", "That can't be the slug of a brand."),
    ("invalid_time_zone", "That is no IANA time zone."),
    ("invalid_type", "A field has another type than it should have."),
    ("invalid_url", "That is no address that can be called: https, by a name that leads to no private address."),
    ("invalid_value", "A field or parameter has a value that this place doesn't take."),
    ("missing_field", "A field is missing."),
    ("too_many_hosts", "A program allows more hosts than it may."),
    ("too_many_keys", "The brand has as many API keys as it may have."),
    ("too_many_links", "The partner created as many links as one may."),
    ("too_many_programs", "The brand has as many open programs as it may have."),
    ("too_many_webhooks", "The brand has as many endpoints for webhooks as it may have."),
    ("unknown_currency", "That is no currency of ISO 4217."),
    ("unknown_field", "There is no such field or parameter. Nothing is ignored."),
    ("unknown_program", "There is no such program, or none that is open."),
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
            let told_elsewhere = code == "answered" || Invalid::CODES.contains(&code);
            assert!(told_elsewhere || listed.contains(&code), "{code} is missing in Error::one_of_each");
        }
    }
}
