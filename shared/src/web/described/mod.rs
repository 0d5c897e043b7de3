//! What a route looks like from outside: who may call it, what it takes, and what it answers.
//!
//! Every function with a route below `/api` describes it with the same types and limits that its handler reads, beside
//! that handler. The document of the API is made of these descriptions while testing; nothing deployed calls them, so no
//! release binary holds any of it.

mod codes;

use std::fmt;

use http::{Method, StatusCode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::Needs;
use crate::domain::Scope;

pub use codes::{Code, codes};
pub use serde_json::json;

/// Makes the schema of a type.
pub type Shape = Box<dyn Fn(&mut SchemaGenerator) -> Schema>;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayCall {
    /// A key with this scope, and an admin by their session, by the role that follows from the method.
    With(Scope),
    /// An admin by their session, as this says; a key only if it names a scope.
    Team(Needs),
    /// A partner by their session, for what is their own.
    Partners,
    /// Whoever asks.
    Anybody,
}

impl MayCall {
    /// What it needs of those who run the brand, if it is for them.
    #[must_use]
    pub fn needs(self) -> Option<Needs> {
        match self {
            Self::With(scope) => Some(scope.into()),
            Self::Team(needs) => Some(needs),
            Self::Partners | Self::Anybody => None,
        }
    }
}

/// A route of the API.
#[derive(Debug)]
pub struct Operation {
    /// Its method.
    pub method: Method,
    /// Its path, as API Gateway spells it.
    pub path: &'static str,
    /// What programs made from the document call it: `listPartners`.
    pub id: &'static str,
    /// Who may call it.
    pub may_call: MayCall,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What else there is to know.
    pub details: &'static str,
    /// Parts of the path that not every route shares.
    pub parts: Vec<Parameter>,
    /// Parameters of its query.
    pub query: Vec<Parameter>,
    /// Its body, if it takes one.
    pub body: Option<Body>,
    /// What success looks like.
    pub answers: Vec<Answer>,
    /// Codes besides those that follow from the rest: from who may call, the body, the parameters and their types.
    pub errors: Vec<&'static str>,
    /// Codes that come with another status here than elsewhere.
    pub errors_as: Vec<(StatusCode, &'static str)>,
    /// Whether an `Idempotency-Key` makes it safe to repeat.
    pub repeatable: bool,
}

/// A part of the path or a parameter of the query.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub says: String,
    /// What it may be.
    pub shape: Shape,
}

/// What a route takes.
pub struct Body {
    /// Its type.
    pub shape: Shape,
    /// Whether it may be left out.
    pub optional: bool,
    /// An example, where one made from the type would mislead.
    pub example: Option<Value>,
}

/// What a route answers.
pub struct Answer {
    /// With which status.
    pub status: StatusCode,
    /// What it means.
    pub says: &'static str,
    /// With which body, by its content type.
    pub body: Option<(&'static str, Shape)>,
}

impl Operation {
    /// Describes a route.
    #[must_use]
    pub fn new(
        (method, path): (Method, &'static str),
        id: &'static str,
        may_call: MayCall,
        summary: &'static str,
    ) -> Self {
        let writes = !matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
        Self {
            method,
            path,
            id,
            may_call,
            summary,
            details: "",
            parts: Vec::new(),
            query: Vec::new(),
            body: None,
            answers: Vec::new(),
            errors: Vec::new(),
            errors_as: Vec::new(),
            repeatable: writes && may_call != MayCall::Anybody,
        }
    }

    /// What else there is to know.
    #[must_use]
    pub fn details(self, details: &'static str) -> Self {
        Self { details, ..self }
    }

    /// Says what a part of the path is; `{brand}`, `{partner}` and `{program}` need no words.
    #[must_use]
    pub fn part<T: JsonSchema>(mut self, name: &'static str, says: &'static str) -> Self {
        self.parts.push(Parameter { name, says: says.to_owned(), shape: shape::<T>() });
        self
    }

    /// Takes a parameter in the query.
    #[must_use]
    pub fn query<T: JsonSchema>(mut self, name: &'static str, says: &'static str) -> Self {
        self.query.push(Parameter { name, says: says.to_owned(), shape: shape::<T>() });
        self
    }

    /// Takes a whole number in the query, from 1 to `most`.
    #[must_use]
    pub fn query_number(mut self, name: &'static str, says: &'static str, (default, most): (usize, usize)) -> Self {
        let number = json_schema!({"type": "integer", "minimum": 1, "maximum": most, "default": default});
        self.query.push(Parameter { name, says: says.to_owned(), shape: Box::new(move |_| number.clone()) });
        self
    }

    /// Answers in pages: takes `limit` and `cursor`.
    #[must_use]
    pub fn paged(self, limit: (usize, usize)) -> Self {
        let cursor = "The `nextCursor` of the page before. Left out, the list begins.";
        self.query_number("limit", "How many to answer at the most.", limit).query::<String>("cursor", cursor)
    }

    /// Takes a body.
    #[must_use]
    pub fn body<T: JsonSchema>(self) -> Self {
        Self { body: Some(Body { shape: shape::<T>(), optional: false, example: None }), ..self }
    }

    /// Takes a body that may be left out.
    #[must_use]
    pub fn optional_body<T: JsonSchema>(self) -> Self {
        Self { body: Some(Body { shape: shape::<T>(), optional: true, example: None }), ..self }
    }

    /// Shows another body than one made from its type.
    #[must_use]
    pub fn example(mut self, example: Value) -> Self {
        if let Some(body) = &mut self.body {
            body.example = Some(example);
        }
        self
    }

    /// Answers with JSON.
    #[must_use]
    pub fn answers<T: JsonSchema>(mut self, status: StatusCode, says: &'static str) -> Self {
        self.answers.push(Answer { status, says, body: Some(("application/json", shape::<T>())) });
        self
    }

    /// Answers with a text of this content type, or without a body.
    #[must_use]
    pub fn answers_plainly(mut self, status: StatusCode, says: &'static str, content: Option<&'static str>) -> Self {
        self.answers.push(Answer { status, says, body: content.map(|content| (content, shape::<String>())) });
        self
    }

    /// Can answer with these codes besides those that follow from the rest.
    #[must_use]
    pub fn refuses(mut self, codes: &[&'static str]) -> Self {
        self.errors.extend(codes);
        self
    }

    /// Answers with this code, but with another status than other routes do.
    #[must_use]
    pub fn refuses_as(mut self, status: StatusCode, code: &'static str) -> Self {
        self.errors.push(code);
        self.errors_as.push((status, code));
        self
    }

    /// The same for HEAD: nothing but the headers.
    #[must_use]
    pub fn and_head(self, id: &'static str) -> Vec<Self> {
        let says = "The headers alone.";
        let head = Self::new((Method::HEAD, self.path), id, self.may_call, self.summary);
        let answers = self.answers.iter().map(|answer| Answer { status: answer.status, says, body: None }).collect();
        vec![self, Self { answers, ..head }]
    }
}

/// A function calls its own two types `Input` and `Output`: names that say nothing to others, so that those are written
/// out where they stand.
fn shape<T: JsonSchema>() -> Shape {
    Box::new(|generator| {
        let private = ["Input", "Output", "Nothing"].contains(&T::schema_name().as_ref());
        if private { T::json_schema(generator) } else { generator.subschema_for::<T>() }
    })
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parameter({})", self.name)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({})", self.status)
    }
}
