//! OpenAPI description of a route: who may call it, its input and its responses.
//!
//! Every function with a route below `/api` describes it next to the handler, with the same types and limits that the
//! handler uses. The OpenAPI document is generated from these descriptions in the tests; nothing deployed calls them,
//! so no release binary contains any of it.

pub mod error_codes;

use std::fmt;

use http::{Method, StatusCode};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::{domain::Scope, web::Requirement};

pub use error_codes::{Code, codes};
pub use serde_json::json;

/// Generates the schema of a type.
pub type Shape = Box<dyn Fn(&mut SchemaGenerator) -> Schema>;

/// Callers that a route allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowedCaller {
    /// An API key with this scope, or an admin by session whose role suffices for the method.
    With(Scope),
    /// An admin by session who satisfies these requirements; an API key only if they name a scope.
    Team(Requirement),
    /// A partner by session, for their own data.
    Partners,
    /// Any caller, without authentication.
    Anybody,
}

impl AllowedCaller {
    /// Requirements for the team, if the route is for the team.
    #[must_use]
    pub fn needs(self) -> Option<Requirement> {
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
    /// HTTP method.
    pub method: Method,
    /// Path, spelled as in API Gateway.
    pub path: &'static str,
    /// Operation ID, which names the operation in generated clients: `listPartners`.
    pub id: &'static str,
    /// Callers that it allows.
    pub may_call: AllowedCaller,
    /// Summary, in a few words.
    pub summary: &'static str,
    /// Further description.
    pub details: &'static str,
    /// Path parameters that not every route shares.
    pub parts: Vec<Parameter>,
    /// Query parameters.
    pub query: Vec<Parameter>,
    /// Request body, if it takes one.
    pub body: Option<Body>,
    /// Responses in case of success.
    pub answers: Vec<Answer>,
    /// Error codes besides those that follow from the rest: the callers, the body, the parameters and their types.
    pub errors: Vec<&'static str>,
    /// Error codes that have another status here than elsewhere.
    pub errors_as: Vec<(StatusCode, &'static str)>,
    /// True if an `Idempotency-Key` makes it safe to repeat.
    pub repeatable: bool,
}

/// A path or query parameter.
pub struct Parameter {
    /// Name of the parameter.
    pub name: &'static str,
    /// Description.
    pub says: String,
    /// Schema of its value.
    pub shape: Shape,
}

/// A request body.
pub struct Body {
    /// Schema of the body.
    pub shape: Shape,
    /// True if it may be omitted.
    pub optional: bool,
    /// Example, if one generated from the type would mislead.
    pub example: Option<Value>,
}

/// A response.
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Description.
    pub says: &'static str,
    /// Content type and schema of the body, if it has one.
    pub body: Option<(&'static str, Shape)>,
}

impl Operation {
    /// Creates the description of a route.
    #[must_use]
    pub fn new(
        (method, path): (Method, &'static str),
        id: &'static str,
        may_call: AllowedCaller,
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
            repeatable: writes && may_call != AllowedCaller::Anybody,
        }
    }

    /// Adds further description.
    #[must_use]
    pub fn details(self, details: &'static str) -> Self {
        Self { details, ..self }
    }

    /// Describes a path parameter; `{brand}`, `{partner}` and `{program}` need no description.
    #[must_use]
    pub fn part<T: JsonSchema>(mut self, name: &'static str, says: &'static str) -> Self {
        self.parts.push(Parameter { name, says: says.to_owned(), shape: shape::<T>() });
        self
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query<T: JsonSchema>(mut self, name: &'static str, says: &'static str) -> Self {
        self.query.push(Parameter { name, says: says.to_owned(), shape: shape::<T>() });
        self
    }

    /// Adds an integer query parameter, from 1 to `most`.
    #[must_use]
    pub fn query_number(mut self, name: &'static str, says: &'static str, (default, most): (usize, usize)) -> Self {
        let number = json_schema!({"type": "integer", "minimum": 1, "maximum": most, "default": default});
        self.query.push(Parameter { name, says: says.to_owned(), shape: Box::new(move |_| number.clone()) });
        self
    }

    /// Makes the response a page of a list: adds `limit` and `cursor`.
    #[must_use]
    pub fn paged(self, limit: (usize, usize)) -> Self {
        let cursor = "`nextCursor` of the previous page. Omit it for the first page.";
        self.query_number("limit", "Maximum number of results.", limit).query::<String>("cursor", cursor)
    }

    /// Adds a required body.
    #[must_use]
    pub fn body<T: JsonSchema>(self) -> Self {
        Self { body: Some(Body { shape: shape::<T>(), optional: false, example: None }), ..self }
    }

    /// Adds an optional body.
    #[must_use]
    pub fn optional_body<T: JsonSchema>(self) -> Self {
        Self { body: Some(Body { shape: shape::<T>(), optional: true, example: None }), ..self }
    }

    /// Replaces the example body that is generated from the type.
    #[must_use]
    pub fn example(mut self, example: Value) -> Self {
        if let Some(body) = &mut self.body {
            body.example = Some(example);
        }
        self
    }

    /// Adds a JSON response.
    #[must_use]
    pub fn answers<T: JsonSchema>(mut self, status: StatusCode, says: &'static str) -> Self {
        self.answers.push(Answer { status, says, body: Some(("application/json", shape::<T>())) });
        self
    }

    /// Adds a response with a text of this content type, or without a body.
    #[must_use]
    pub fn answers_plainly(mut self, status: StatusCode, says: &'static str, content: Option<&'static str>) -> Self {
        self.answers.push(Answer { status, says, body: content.map(|content| (content, shape::<String>())) });
        self
    }

    /// Adds error codes besides those that follow from the rest.
    #[must_use]
    pub fn refuses(mut self, codes: &[&'static str]) -> Self {
        self.errors.extend(codes);
        self
    }

    /// Adds an error code that has another status here than in other routes.
    #[must_use]
    pub fn refuses_as(mut self, status: StatusCode, code: &'static str) -> Self {
        self.errors.push(code);
        self.errors_as.push((status, code));
        self
    }

    /// Adds the same route for HEAD, which returns only the headers.
    #[must_use]
    pub fn and_head(self, id: &'static str) -> Vec<Self> {
        let says = "Headers only.";
        let head = Self::new((Method::HEAD, self.path), id, self.may_call, self.summary);
        let answers = self.answers.iter().map(|answer| Answer { status: answer.status, says, body: None }).collect();
        vec![self, Self { answers, ..head }]
    }
}

/// Returns the schema of a type. A function names its own two types `Input` and `Output`, which mean nothing to others,
/// so these are inlined.
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
