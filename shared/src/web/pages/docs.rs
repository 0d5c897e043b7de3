//! The page of the API's documentation.

use askama::Template;

use super::Layout;

/// The whole API on one page.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/docs.html")]
pub struct Docs {
    /// Page layout.
    pub shell: Layout,
    /// Version of the API.
    pub version: String,
    /// Base URL of this deployment, without a slash at the end.
    pub base_url: String,
    /// Scopes that an API key can have.
    pub scopes: Vec<Term>,
    /// All error codes, by status.
    pub errors: Vec<ErrorRow>,
    /// Routes, grouped by subject.
    pub groups: Vec<Group>,
    /// Types that several routes use.
    pub types: Vec<Type>,
}

/// A value and its description.
#[derive(Clone, Debug)]
pub struct Term {
    /// Value, as it is sent.
    pub name: String,
    /// Description.
    pub says: Words,
}

/// An error code.
#[derive(Clone, Debug)]
pub struct ErrorRow {
    /// HTTP status.
    pub status: String,
    /// The code.
    pub code: String,
    /// Description.
    pub says: Words,
}

/// Routes with the same subject.
#[derive(Clone, Debug)]
pub struct Group {
    /// Anchor on the page.
    pub anchor: String,
    /// Subject.
    pub name: String,
    /// Routes of the group.
    pub routes: Vec<Route>,
}

/// A route of the API.
#[derive(Clone, Debug)]
pub struct Route {
    /// Anchor on the page.
    pub anchor: String,
    /// HTTP method.
    pub method: String,
    /// Path, split before each parameter in braces.
    pub path: Vec<String>,
    /// Summary.
    pub summary: String,
    /// Further description.
    pub details: Words,
    /// Callers that it allows.
    pub callers: Callers,
    /// Parameters in the path, the query and the headers.
    pub parameters: Vec<Field>,
    /// Fields of the body; empty if it takes none.
    pub body: Vec<Field>,
    /// True if the body may be omitted.
    pub body_optional: bool,
    /// Example call from a terminal.
    pub curl: String,
    /// Responses in case of success.
    pub answers: Vec<Answer>,
    /// Error codes that it can return, by status.
    pub errors: Vec<ErrorRow>,
}

/// Callers that a route allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callers {
    /// API keys with this scope, and admins.
    With(String),
    /// Admins, by session.
    Admins,
    /// Partners, by session.
    Partners,
    /// Any caller, without authentication.
    Anybody,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: String,
    /// Description.
    pub says: Words,
    /// Type of the body, if it is a shared one.
    pub kind: Option<Kind>,
    /// Fields of the body, if they aren't those of a shared type.
    pub fields: Vec<Field>,
    /// Example of the body.
    pub example: String,
}

/// A field or parameter.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name of the field.
    pub name: String,
    /// Location if it isn't in the body: `path`, `query`, `header`.
    pub place: String,
    /// Type of its value.
    pub kind: Kind,
    /// True if it is required.
    pub required: bool,
    /// Description.
    pub says: Words,
    /// Limits, each in a few words.
    pub limits: Vec<Words>,
}

/// The type of a value: text around the name of a shared type.
#[derive(Clone, Debug, Default)]
pub struct Kind {
    /// Text before the name.
    pub before: String,
    /// Name of the shared type.
    pub link: Option<String>,
    /// Text after the name.
    pub after: String,
}

/// A type that several routes use.
#[derive(Clone, Debug)]
pub struct Type {
    /// Name of the type.
    pub name: String,
    /// Description.
    pub says: Words,
    /// Possible values, if they can be listed.
    pub values: Vec<Term>,
    /// Variants of the type, each with its fields; a single one has no name.
    pub kinds: Vec<(String, Vec<Field>)>,
}

/// Text with code between backticks.
#[derive(Clone, Debug, Default)]
pub struct Words(pub String);

impl Words {
    /// Splits the text into pieces, each with `true` if it is code.
    pub fn pieces(&self) -> impl Iterator<Item = (bool, &str)> {
        self.0.split('`').enumerate().map(|(index, text)| (index % 2 == 1, text)).filter(|(_, text)| !text.is_empty())
    }

    /// True if there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
