//! The role of a function, from its policies.

use serde::Deserialize;
use serde_json::Value;

use super::{Result, TemplateError, resolve::Scope};
use crate::access::Statement;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Policy {
    statement: Vec<Sentence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Sentence {
    effect: String,
    action: OneOrMore,
    resource: OneOrMore,
    #[serde(default)]
    condition: Condition,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Condition {
    #[serde(rename = "ForAllValues:StringLike")]
    each_like: Option<LeadingKeys>,
    #[serde(rename = "StringEquals")]
    equals: Option<FromAddress>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeadingKeys {
    #[serde(rename = "dynamodb:LeadingKeys")]
    keys: OneOrMore,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FromAddress {
    #[serde(rename = "ses:FromAddress")]
    from: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::More(texts) => texts,
        }
    }
}

pub(super) fn role(scope: &Scope, policies: Option<&Value>) -> Result<Vec<Statement>> {
    let Some(policies) = policies else { return Ok(Vec::new()) };
    let policies: Vec<Policy> = serde_json::from_value(scope.resolve(policies)?)
        .map_err(|error| TemplateError::new(format!("Policies: {error}")))?;
    policies.into_iter().flat_map(|policy| policy.statement).map(statement).collect()
}

fn statement(sentence: Sentence) -> Result<Statement> {
    let Sentence { effect, action, resource, condition } = sentence;
    if effect != "Allow" {
        return Err(TemplateError::new(format!("a policy's Effect {effect} is not supported")));
    }
    Ok(Statement {
        actions: action.into_vec(),
        resources: resource.into_vec(),
        leading_keys: condition.each_like.map(|like| like.keys.into_vec()),
        from_address: condition.equals.map(|equals| equals.from),
    })
}
