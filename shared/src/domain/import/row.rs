//! Outcomes of an import's rows: each row has one, with a stable code, and is counted once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::text::{disguises, one_line};

/// Maximum stored length of a file's name, or of a cell that is no email address.
const SHOWN_CHARS_MAX: usize = 100;

/// Declares outcomes: the code, the attribute that counts it, and the letter that represents it in a chunk.
macro_rules! outcomes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $count:ident, $letter:literal, $words:literal;)*) => {
        /// Outcome of a row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum RowOutcome {
            $($(#[$doc])* $name,)*
        }

        impl RowOutcome {
            /// All outcomes.
            pub const ALL: [Self; 30] = [$(Self::$name),*];

            /// Returns the stable code for programs.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Returns the text for people.
            #[must_use]
            pub fn in_words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }

            /// Returns the letter that represents it in a chunk.
            #[must_use]
            pub fn letter(self) -> char {
                match self { $(Self::$name => $letter,)* }
            }

            /// Returns the name of the attribute that counts it.
            #[must_use]
            pub fn counter(self) -> &'static str {
                match self { $(Self::$name => stringify!($count),)* }
            }
        }

        /// Number of rows per outcome.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Counts {
            $(#[serde(skip_serializing_if = "is_zero")] $count: u64,)*
        }

        impl Counts {
            /// Returns the number of rows with this outcome.
            #[must_use]
            pub fn of(&self, outcome: RowOutcome) -> u64 {
                match outcome { $(RowOutcome::$name => self.$count,)* }
            }

            /// Adds rows with this outcome.
            pub fn add(&mut self, outcome: RowOutcome, rows: u64) {
                match outcome { $(RowOutcome::$name => self.$count += rows,)* }
            }
        }
    };
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

outcomes! {
    /// The person was invited, and an email follows.
    Invited = "invited", n_invited, 'i', "Invited.";
    /// The person was added without an email, and is active.
    Added = "added", n_added, 'a', "Added; active immediately.";
    /// An existing partner was granted more programs.
    ScopeAdded = "scope_added", n_scope_added, 's', "Already a partner; more programs were added.";
    /// The person was invited before, and hasn't signed in yet.
    AlreadyInvited = "already_invited", n_already_invited, 'w', "Already invited.";
    /// The person is an active partner.
    AlreadyActive = "already_active", n_already_active, 'p', "Already a partner.";
    /// The partner is revoked, and an import doesn't reinstate them.
    RevokedPartner = "revoked_partner", n_revoked_partner, 'r', "Access was revoked. Reinstate this partner instead.";
    /// The partner declined, and only they can take that back.
    Declined = "declined", n_declined, 'x', "Declined. They can request a sign-in link themselves.";
    /// The person with this email address was erased, and an import doesn't invite erased people.
    Erased = "erased", n_erased, 'z', "This person was erased. If they ask to return, invite them individually.";
    /// The email address is suppressed.
    Suppressed = "suppressed", n_suppressed, 'b', "Emails to this address bounced or were reported as spam, so nothing is sent to it.";
    /// An earlier row of the file has the same email address.
    DuplicateInFile = "duplicate_in_file", n_duplicate_in_file, 'd', "An earlier row has the same email address.";
    /// There is no email address to which an email can be sent.
    InvalidEmail = "invalid_email", n_invalid_email, 'e', "Not a valid email address.";
    /// The name can't be used in an email.
    InvalidName = "invalid_name", n_invalid_name, 'n', "This name can't be used.";
    /// The row names a program that doesn't exist or isn't active.
    UnknownProgram = "unknown_program", n_unknown_program, 'u', "A program in this row doesn't exist or is archived.";
    /// The invitation was resent.
    Resent = "resent", n_resent, 't', "Invitation resent.";
    /// The partner may create links for the program now.
    Granted = "granted", n_granted, 'g', "Added to the program.";
    /// The partner had the program already.
    AlreadyGranted = "already_granted", n_already_granted, 'h', "Already in the program.";
    /// The partner may no longer create links for the program.
    Ungranted = "ungranted", n_ungranted, '-', "Removed from the program.";
    /// The partner didn't have the program.
    NotGranted = "not_granted", n_not_granted, 'y', "Wasn't in the program.";
    /// The partner was revoked.
    Revoked = "revoked", n_revoked, 'k', "Access was revoked.";
    /// The partner was revoked already.
    AlreadyRevoked = "already_revoked", n_already_revoked, 'v', "Access was already revoked.";
    /// The partner was reinstated.
    Reinstated = "reinstated", n_reinstated, 'j', "Access was reinstated.";
    /// The partner wasn't revoked.
    NotRevoked = "not_revoked", n_not_revoked, 'q', "Access isn't revoked.";
    /// The partner is revoked, and was left out.
    PartnerRevoked = "partner_revoked", n_partner_revoked, '=', "Skipped: access is revoked.";
    /// The partner declined, and was left out.
    PartnerDeclined = "partner_declined", n_partner_declined, '~', "Skipped: they declined.";
    /// The partner was emailed a moment ago.
    TooSoon = "too_soon", n_too_soon, 'o', "Emailed less than a minute before.";
    /// The partner was emailed too often that day.
    TooOften = "too_often", n_too_often, 'm', "Emailed five times that day.";
    /// There is no such partner.
    UnknownPartner = "unknown_partner", n_unknown_partner, '?', "There is no such partner.";
    /// The brand may not invite anyone by import.
    OverLimit = "over_limit", n_over_limit, 'l', "Import invitations are turned off for this brand.";
    /// The import was cancelled before the row was processed.
    Cancelled = "cancelled", n_cancelled, 'c', "The import was cancelled before this row was processed.";
    /// The row was attempted several times and always failed.
    Failed = "failed", n_failed, 'f', "Something went wrong on our end. Try again.";
}

impl RowOutcome {
    /// Returns the outcome that a letter represents.
    #[must_use]
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.letter() == letter)
    }

    /// Returns the outcome that a code represents.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == code)
    }

    /// Returns the text for people after a dry run, in which nothing was done yet.
    #[must_use]
    pub fn would_be(self) -> &'static str {
        match self {
            Self::Invited => "Would be invited.",
            Self::Added => "Would be added; active immediately.",
            Self::ScopeAdded => "Already a partner; more programs would be added.",
            // A dry run of a file never has the outcomes of bulk jobs; a dry run of a bulk job is an API response, not
            // an import.
            Self::Resent
            | Self::Granted
            | Self::AlreadyGranted
            | Self::Ungranted
            | Self::NotGranted
            | Self::Revoked
            | Self::AlreadyRevoked
            | Self::Reinstated
            | Self::NotRevoked
            | Self::PartnerRevoked
            | Self::PartnerDeclined
            | Self::TooSoon
            | Self::TooOften
            | Self::UnknownPartner
            | Self::AlreadyInvited
            | Self::AlreadyActive
            | Self::RevokedPartner
            | Self::Declined
            | Self::Erased
            | Self::Suppressed
            | Self::DuplicateInFile
            | Self::InvalidEmail
            | Self::InvalidName
            | Self::UnknownProgram
            | Self::OverLimit
            | Self::Cancelled
            | Self::Failed => self.in_words(),
        }
    }

    /// Returns `true` if the admin who looks after the import should know about the row.
    #[must_use]
    pub fn is_problem(self) -> bool {
        match self {
            Self::Invited
            | Self::Added
            | Self::ScopeAdded
            | Self::AlreadyInvited
            | Self::AlreadyActive
            | Self::Resent
            | Self::Granted
            | Self::AlreadyGranted
            | Self::Ungranted
            | Self::NotGranted
            | Self::Revoked
            | Self::AlreadyRevoked
            | Self::Reinstated
            | Self::NotRevoked
            | Self::PartnerRevoked
            | Self::PartnerDeclined
            | Self::Cancelled => false,
            Self::RevokedPartner
            | Self::Declined
            | Self::Erased
            | Self::TooSoon
            | Self::TooOften
            | Self::UnknownPartner
            | Self::Suppressed
            | Self::DuplicateInFile
            | Self::InvalidEmail
            | Self::InvalidName
            | Self::UnknownProgram
            | Self::OverLimit
            | Self::Failed => true,
        }
    }

    /// Returns `true` if a person who should have been invited was not. A duplicate email address is no error.
    #[must_use]
    pub fn is_error(self) -> bool {
        self.is_problem() && self != Self::DuplicateInFile
    }

    /// Returns `true` if the unchanged row is worth retrying.
    #[must_use]
    pub fn may_be_retried(self) -> bool {
        matches!(self, Self::Failed | Self::Cancelled | Self::OverLimit)
    }
}

impl Counts {
    /// Returns the number of counted rows.
    #[must_use]
    pub fn total(&self) -> u64 {
        RowOutcome::ALL.into_iter().map(|outcome| self.of(outcome)).sum()
    }

    /// Returns the outcomes that were counted at least once, in their order.
    pub fn counted(&self) -> impl Iterator<Item = (RowOutcome, u64)> + '_ {
        RowOutcome::ALL.into_iter().map(|outcome| (outcome, self.of(outcome))).filter(|(_, rows)| *rows > 0)
    }

    /// Returns `true` if a person could not be invited.
    #[must_use]
    pub fn have_errors(&self) -> bool {
        self.counted().any(|(outcome, _)| outcome.is_error())
    }
}

impl FromIterator<RowOutcome> for Counts {
    fn from_iter<I: IntoIterator<Item = RowOutcome>>(outcomes: I) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            counts.add(outcome, 1);
        }
        counts
    }
}

/// Returns text of a file or its name, shortened to one line; `None` if nothing is left of it.
#[must_use]
pub fn shown_of_file(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|char| char.is_whitespace() || !disguises(*char)).collect();
    one_line(&plain, SHOWN_CHARS_MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_outcome_has_a_code_a_letter_and_a_counter_of_its_own() {
        let count = RowOutcome::ALL.len();
        let distinct =
            |of: fn(RowOutcome) -> String| RowOutcome::ALL.into_iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(|outcome| outcome.letter().to_string()), count);
        assert_eq!(distinct(|outcome| outcome.as_str().to_owned()), count);
        assert_eq!(distinct(|outcome| outcome.counter().to_owned()), count);
        for outcome in RowOutcome::ALL {
            assert_eq!(RowOutcome::of_letter(outcome.letter()), Some(outcome));
            assert_eq!(RowOutcome::of_code(outcome.as_str()), Some(outcome));
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
    }

    #[test]
    fn counts_add_up() {
        let counts = Counts::from_iter([RowOutcome::Invited, RowOutcome::Invited, RowOutcome::DuplicateInFile]);
        assert_eq!((counts.total(), counts.of(RowOutcome::Invited), counts.have_errors()), (3, 2, false));
        assert!(Counts::from_iter([RowOutcome::InvalidEmail]).have_errors());
    }
}
