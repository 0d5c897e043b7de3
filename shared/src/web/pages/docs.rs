//! What the page of the API shows.

use askama::Template;

use super::Shell;

/// The whole API on one page.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/docs.html")]
pub struct Docs {
    /// What surrounds it.
    pub shell: Shell,
    /// The version of the API.
    pub version: String,
    /// Where this deployment is reached, without a slash at the end.
    pub base_url: String,
    /// The rights that a key can hold.
    pub scopes: Vec<Term>,
    /// Every error code, by status.
    pub errors: Vec<ErrorRow>,
    /// The routes, by what they are about.
    pub groups: Vec<Group>,
    /// The types that routes share.
    pub types: Vec<Type>,
}

/// A word and what it means.
#[derive(Clone, Debug)]
pub struct Term {
    /// The word, as it is sent.
    pub name: String,
    /// What it means.
    pub says: Words,
}

/// An error code.
#[derive(Clone, Debug)]
pub struct ErrorRow {
    /// Its status.
    pub status: String,
    /// The code.
    pub code: String,
    /// What it says.
    pub says: Words,
}

/// Routes about one thing.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its place on the page.
    pub anchor: String,
    /// What they are about.
    pub name: String,
    /// The routes.
    pub routes: Vec<Route>,
}

/// A route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its place on the page.
    pub anchor: String,
    /// Its method.
    pub method: String,
    /// Its path, cut in front of each part in braces.
    pub path: Vec<String>,
    /// What it does.
    pub summary: String,
    /// What else there is to know.
    pub details: Words,
    /// Who may call it.
    pub callers: Callers,
    /// What it takes in the path, the query and the headers.
    pub parameters: Vec<Field>,
    /// What it takes as a body; empty if nothing.
    pub body: Vec<Field>,
    /// Whether the body may be left out.
    pub body_optional: bool,
    /// How to call it from a terminal.
    pub curl: String,
    /// What success looks like.
    pub answers: Vec<Answer>,
    /// The codes that it can refuse with, by status.
    pub errors: Vec<ErrorRow>,
}

/// Who may call a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callers {
    /// Keys with this scope, and admins.
    With(String),
    /// Admins, by session.
    Admins,
    /// Partners, by session.
    Partners,
    /// Whoever asks.
    Anybody,
}

/// What a route answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: String,
    /// What it means.
    pub says: Words,
    /// The type of the body, if it is a shared one.
    pub kind: Option<Kind>,
    /// The fields of the body, if they are its own.
    pub fields: Vec<Field>,
    /// What it may look like.
    pub example: String,
}

/// A field or parameter.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where it stands if not in the body: `path`, `query`, `header`.
    pub place: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What it is for.
    pub says: Words,
    /// Limits, each in a few words.
    pub limits: Vec<Words>,
}

/// What a value is: words around the name of a shared type.
#[derive(Clone, Debug, Default)]
pub struct Kind {
    /// The words before it.
    pub before: String,
    /// The shared type.
    pub link: Option<String>,
    /// The words behind it.
    pub after: String,
}

/// A type that routes share.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its name.
    pub name: String,
    /// What it is.
    pub says: Words,
    /// The values it can have, if they can be listed.
    pub values: Vec<Term>,
    /// The kinds of it, each with its fields; one without a name if there is only one.
    pub kinds: Vec<(String, Vec<Field>)>,
}

/// Words in which code stands between back-ticks.
#[derive(Clone, Debug, Default)]
pub struct Words(pub String);

impl Words {
    /// The words piece by piece, and whether each is code.
    pub fn pieces(&self) -> impl Iterator<Item = (bool, &str)> {
        self.0.split('`').enumerate().map(|(index, text)| (index % 2 == 1, text)).filter(|(_, text)| !text.is_empty())
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
