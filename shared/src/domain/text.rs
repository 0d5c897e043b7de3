//! Text that some people write and others read, on pages and in emails.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

use super::{Invalid, validation::text_value};

pub(super) const NAME_CHARS_MAX: usize = 100;
pub(super) const REASON_CHARS_MAX: usize = 500;

/// The name of a person, brand or program: 1–100 characters, without invisible characters and without links.
///
/// Invitations go to strangers in the brand's name; a name that contains a URL would make them a vehicle for phishing.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

text_value!(Name);

impl Name {
    /// Parses a name; white space around it is removed, and runs of it inside are folded.
    ///
    /// # Errors
    /// Fails with `invalid_name`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        plain(text, NAME_CHARS_MAX)
            .map(Self)
            .map_err(|problem| Invalid::new("invalid_name", problem.of("name", NAME_CHARS_MAX)))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(…)")
    }
}

/// Reason that an admin gives: 1–500 characters by the rules of names. It is included in an email, so it contains no
/// link.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reason(String);

text_value!(Reason);

impl Reason {
    /// Parses a reason; line breaks are folded like any white space.
    ///
    /// # Errors
    /// Fails with `invalid_reason`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.replace(['\r', '\n', '\t'], " ");
        let invalid = |problem: Problem| Invalid::new("invalid_reason", problem.of("reason", REASON_CHARS_MAX));
        plain(&text, REASON_CHARS_MAX).map(Self).map_err(invalid)
    }

    /// Parses an optional reason; white space alone is none.
    ///
    /// # Errors
    /// Fails with `invalid_reason`.
    pub fn of(text: Option<String>) -> Result<Option<Self>, Invalid> {
        text.filter(|text| !text.trim().is_empty()).map(|text| Self::parse(&text)).transpose()
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reason(…)")
    }
}

/// Returns a stranger's text for a page: on one line, without invisible characters, and shortened; `None` if nothing is
/// left of it.
#[must_use]
pub fn shortened(text: &str, chars_max: usize) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|char| char.is_whitespace() || !matches!(char.general_category(), GeneralCategory::Format))
        .collect();
    one_line(&plain, chars_max)
}

/// Returns external text, shortened to one line; `None` if nothing is left of it.
pub(super) fn one_line(text: &str, chars_max: usize) -> Option<String> {
    let words = text.split(|char: char| char.is_whitespace() || char.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    let mut short: String = line.chars().take(chars_max).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    (!short.is_empty()).then_some(short)
}

/// Problems of a text.
enum Problem {
    Disguise,
    Length,
    Link,
}

impl Problem {
    fn of(&self, what: &str, chars_max: usize) -> String {
        match self {
            Self::Disguise => format!("A {what} can't contain control characters or invisible characters."),
            Self::Length => format!("Enter a {what} of 1 to {chars_max} characters."),
            Self::Link => format!("A {what} can't contain a URL."),
        }
    }
}

/// Returns text without invisible characters and links, with white space folded.
fn plain(text: &str, chars_max: usize) -> Result<String, Problem> {
    if text.chars().any(disguises) {
        return Err(Problem::Disguise);
    }
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.is_empty() || folded.chars().count() > chars_max {
        return Err(Problem::Length);
    }
    if folded.split(' ').any(looks_like_a_link) {
        return Err(Problem::Link);
    }
    Ok(folded)
}

/// Does the same for several lines: blank lines at the start and the end are removed, and runs of them in between are
/// folded to one. The error is a message for people.
pub(super) fn plain_lines(text: &str, what: &str, chars_max: usize) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").replace('\t', " ");
    if text.chars().any(|char| char != '\n' && disguises(char)) {
        return Err(Problem::Disguise.of(what, chars_max));
    }
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    let folded = lines.join("\n").trim_end().to_owned();
    if folded.is_empty() || folded.chars().count() > chars_max {
        return Err(Problem::Length.of(what, chars_max));
    }
    if folded.split_whitespace().any(looks_like_a_link) {
        return Err(Problem::Link.of(what, chars_max));
    }
    Ok(folded)
}

/// Letters and symbols that are invisible.
const BLANKS: [char; 5] = ['\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}'];

/// Returns `true` if a character could hide or reorder others: control, bidirectional and invisible characters.
pub(super) fn disguises(char: char) -> bool {
    BLANKS.contains(&char)
        || matches!(
            char.general_category(),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
                | GeneralCategory::PrivateUse
                | GeneralCategory::Unassigned
        )
}

/// Returns `true` if an email program would turn this word into a link: a domain with something after it, wherever it
/// begins.
fn looks_like_a_link(word: &str) -> bool {
    let word = word.to_lowercase();
    let mut parts = word.split(['/', '?', '#']).collect::<Vec<_>>();
    parts.pop();
    let domain = |text: &&str| {
        text.split_once('.').is_some_and(|(label, rest)| {
            label.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric)
        })
    };
    word.contains("://") || word.contains("www.") || word.contains("mailto:") || parts.iter().any(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_everywhere_are_names() {
        for name in [
            "Maria",
            "Ana María Núñez-O'Neil",
            "李小龍",
            "Dr. No",
            "X Æ A-12",
            "He/Him Sam",
            "St. Pauli e.V.",
            "🙂",
            "محمد",
        ] {
            assert!(Name::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn white_space_is_folded() {
        assert_eq!(Name::parse("  Maria   Lopez ").map(String::from), Ok("Maria Lopez".to_owned()));
    }

    #[test]
    fn a_name_has_one_to_a_hundred_characters() {
        assert!(Name::parse(&"ü".repeat(100)).is_ok());
        assert!(Name::parse(&"ü".repeat(101)).is_err());
        assert!(Name::parse("   ").is_err());
    }

    #[test]
    fn a_reason_has_up_to_five_hundred_characters_and_may_be_written_in_lines() {
        assert_eq!(Reason::parse("Sorry.\r\n\tBye!").map(String::from), Ok("Sorry. Bye!".to_owned()));
        assert!(Reason::parse(&"ü".repeat(500)).is_ok());
        for text in ["", " ", &"ü".repeat(501), "see https://evil.example", "a\u{202e}b"] {
            assert_eq!(Reason::parse(text).map_err(|error| error.code), Err("invalid_reason"), "{text:?}");
        }
    }

    #[test]
    fn a_name_carries_no_link_and_hides_nothing() {
        for name in [
            "see https://evil.example",
            "www.evil.example",
            "WWW.evil.example",
            "evil.example/win",
            "(evil.example/x",
            "Win/evil.example/prize",
            "evil.example?x",
            "mailto:a@b.example",
            "\u{3164}",
            "\u{2800}",
            "Maria\u{202e}",
            "Ma\u{200b}ria",
            "Maria\r\nBcc: x",
            "a\0b",
            "a\tb",
            "\u{2028}",
        ] {
            assert_eq!(Name::parse(name).map_err(|error| error.code), Err("invalid_name"), "{name:?}");
        }
    }
}
