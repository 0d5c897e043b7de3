//! Text of several lines in emails: a personal note, and a brand's postal address.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Actor, ImportId, Invalid, Name, text::plain_lines, validation::text_value};

pub(super) const NOTE_CHARS_MAX: usize = 500;
pub(super) const FOOTER_CHARS_MAX: usize = 300;
const FOOTER_LINES_MAX: usize = 6;

/// Text of a personal note in an invitation: 1–500 characters by the rules of names, in lines.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Note(String);

text_value!(Note);

impl Note {
    /// Parses a note. White space in a line is folded, and several blank lines between others are folded to one.
    ///
    /// # Errors
    /// Fails with `invalid_note`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        plain_lines(text, "note", NOTE_CHARS_MAX).map(Self).map_err(|message| Invalid::new("invalid_note", message))
    }

    /// Parses an optional note; white space alone is none.
    ///
    /// # Errors
    /// Fails with `invalid_note`.
    pub fn of(text: Option<String>) -> Result<Option<Self>, Invalid> {
        text.filter(|text| !text.trim().is_empty()).map(|text| Self::parse(&text)).transpose()
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Note(…)")
    }
}

/// A personal note and its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalNote {
    /// Text of the note.
    pub text: Note,
    /// Name of the author; `None` means the brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Name>,
}

impl PersonalNote {
    /// Creates a note written by the actor.
    #[must_use]
    pub fn of(text: Note, by: &Actor) -> Self {
        Self { text, by: by.person().cloned() }
    }
}

/// Personal note of a partner's invitation, which is included whenever the invitation is resent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum InvitationNote {
    /// A note for this partner alone.
    Own(PersonalNote),
    /// The note of the import that invited them; its text is stored once, with the import.
    OfImport(ImportId),
}

/// Footer of a brand's emails: its postal address, in at most six lines of 300 characters together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostalAddress(String);

text_value!(PostalAddress);

impl PostalAddress {
    /// Parses a footer. White space in a line is folded, and several blank lines between others are folded to one.
    ///
    /// # Errors
    /// Fails with `invalid_footer`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = |message| Invalid::new("invalid_footer", message);
        let text = plain_lines(text, "footer", FOOTER_CHARS_MAX).map_err(invalid)?;
        if text.lines().count() > FOOTER_LINES_MAX {
            return Err(invalid(format!("A footer can have at most {FOOTER_LINES_MAX} lines.")));
        }
        Ok(Self(text))
    }

    /// Returns its lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.0.lines().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_and_white_space_is_folded() {
        let note = Note::parse("\n  Hi   Maria,\r\n\r\n\r\n\tsee you!  \n\n").unwrap();
        assert_eq!(note.as_str(), "Hi Maria,\n\nsee you!");
        assert_eq!(Note::of(Some(" \n ".to_owned())), Ok(None));
    }

    #[test]
    fn a_note_has_up_to_five_hundred_characters_and_carries_no_link() {
        assert!(Note::parse(&"ü".repeat(500)).is_ok());
        for text in [
            "",
            " \n ",
            &"ü".repeat(501),
            "see https://evil.example",
            "hi\nwww.evil.example",
            "hi\nevil.example/win",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\0b",
            "a\u{2028}b",
        ] {
            assert_eq!(Note::parse(text).map_err(|error| error.code), Err("invalid_note"), "{text:?}");
        }
    }

    #[test]
    fn a_footer_is_an_address_in_a_few_lines() {
        let footer = PostalAddress::parse("Acme GmbH c/o Example\nInvalidenstr. 1\n10115 Berlin").unwrap();
        assert_eq!(footer.lines().len(), 3);
        for text in ["", "1\n2\n3\n4\n5\n6\n7", &"x".repeat(301), "a\nhttps://evil.example/"] {
            assert_eq!(PostalAddress::parse(text).map_err(|error| error.code), Err("invalid_footer"), "{text:?}");
        }
    }
}
